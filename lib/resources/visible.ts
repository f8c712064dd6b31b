import type { Actor } from '#lib/auth/actor';
import type { Permission } from '#lib/auth/permissions';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import type { Db, Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import { rulesGroupIds } from './approver-groups.ts';

export const nobody = { id: { in: [] as string[] } };

/** Items of open campaigns that this person reviews, or looks at a second time. */
export function reviewedBy(personId: string): Prisma.CampaignItemWhereInput {
  return {
    campaign: { state: 'open' },
    OR: [{ reviewers: { some: { personId } } }, { spotCheck: { personId, drawn: true } }],
  };
}

/**
 * Resources that the actor may see by `permission`: `all`, or a filter by relation. Throws
 * `forbidden` for whoever is no person.
 */
export async function resourcesVisibleTo(
  db: Db | Tx,
  actor: Actor,
  permission: Permission,
): Promise<'all' | Prisma.ResourceWhereInput> {
  if (actor.kind !== 'person') throw forbidden('Only people read this.');
  const relations = relationsFor(actor, permission);
  if (relations.has('all')) return 'all';
  const any: Prisma.ResourceWhereInput[] = [nobody];
  if (relations.has('own')) {
    any.push({ ownerId: actor.id }, { grants: { some: { agent: { ownerId: actor.id } } } });
  }
  if (relations.has('groups')) any.push(await answeredBy(db, actor.groupIds));
  if (relations.has('assigned')) any.push({ grants: { some: { items: { some: reviewedBy(actor.id) } } } });
  return { OR: any };
}

/** Resources for which one of these groups answers. */
export async function answeredBy(
  db: Db | Tx,
  groupIds: readonly string[],
): Promise<Prisma.ResourceWhereInput> {
  if (groupIds.length === 0) return nobody;
  const byRules = await rulesGroupIds(db);
  const named: Prisma.ResourceWhereInput = { approverGroups: { some: { groupId: { in: [...groupIds] } } } };
  return byRules.some((id) => groupIds.includes(id))
    ? { OR: [named, { approverGroups: { none: {} } }] }
    : named;
}
