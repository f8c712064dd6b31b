import type { Actor } from '#lib/auth/actor';
import type { Permission } from '#lib/auth/permissions';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import type { Db, Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import { answeredBy, nobody, reviewedBy } from '#lib/resources/index';

type AtPlace = typeof nobody | { agent: Prisma.AgentWhereInput } | { resource: Prisma.ResourceWhereInput };

/**
 * Sessions that the actor may see or end by `permission`: `all`, or a filter by relation (own
 * agents and resources, resources of their groups, agents of items they review). It goes by agent and
 * resource only, so it also filters other rows that name both.
 */
export async function sessionsVisibleTo(
  db: Db | Tx,
  actor: Actor,
  permission: Permission,
): Promise<'all' | { OR: AtPlace[] }> {
  if (actor.kind !== 'person') throw forbidden('Only people read this.');
  const relations = relationsFor(actor, permission);
  if (relations.has('all')) return 'all';
  const any: AtPlace[] = [nobody];
  if (relations.has('own')) {
    any.push({ agent: { ownerId: actor.id } }, { resource: { ownerId: actor.id } });
  }
  if (relations.has('groups')) any.push({ resource: await answeredBy(db, actor.groupIds) });
  if (relations.has('assigned')) {
    any.push({ agent: { grants: { some: { items: { some: reviewedBy(actor.id) } } } } });
  }
  return { OR: any };
}
