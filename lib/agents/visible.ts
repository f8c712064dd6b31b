import type { Actor } from '#lib/auth/actor';
import type { Permission } from '#lib/auth/permissions';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import type { Db, Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import { answeredBy, nobody, reviewedBy } from '#lib/resources/index';

/** Agents that the actor may see or act on by `permission`: `all`, or a filter by relation. */
export async function agentsVisibleTo(
  db: Db | Tx,
  actor: Actor,
  permission: Permission,
): Promise<'all' | Prisma.AgentWhereInput> {
  if (actor.kind !== 'person') throw forbidden('Only people read this.');
  const relations = relationsFor(actor, permission);
  if (relations.has('all')) return 'all';
  const any: Prisma.AgentWhereInput[] = [nobody];
  if (relations.has('own')) any.push({ ownerId: actor.id });
  if (relations.has('groups')) {
    const resource = await answeredBy(db, actor.groupIds);
    any.push({ grants: { some: { state: 'active', resource } } });
  }
  if (relations.has('assigned')) any.push({ grants: { some: { items: { some: reviewedBy(actor.id) } } } });
  return { OR: any };
}
