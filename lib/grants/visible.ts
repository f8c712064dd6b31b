import type { Actor } from '#lib/auth/actor';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import type { Prisma } from '#lib/db/generated/client';
import { nobody, reviewedBy } from '#lib/resources/index';

/** Grants that the actor may read: `all`, or a filter by relation. */
export function grantsVisibleTo(actor: Actor): 'all' | Prisma.GrantWhereInput {
  if (actor.kind !== 'person') throw forbidden('Only people read this.');
  const relations = relationsFor(actor, 'access.read');
  if (relations.has('all')) return 'all';
  const any: Prisma.GrantWhereInput[] = [nobody];
  if (relations.has('own')) any.push({ agent: { ownerId: actor.id } }, { resource: { ownerId: actor.id } });
  if (relations.has('assigned')) any.push({ items: { some: reviewedBy(actor.id) } });
  return { OR: any };
}
