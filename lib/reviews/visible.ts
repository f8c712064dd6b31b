import type { Actor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden, notFound } from '#lib/core/errors';
import { Prisma } from '#lib/db/generated/client';

/** SQL that leaves the items (`i`) which this actor may see: all, or those assigned to the person, to decide or to look again. */
export function visibleItems(actor: Actor): Prisma.Sql {
  if (actor.kind === 'job') return Prisma.sql`true`;
  const relations = relationsFor(actor, 'campaign.read');
  if (relations.has('all')) return Prisma.sql`true`;
  if (actor.kind !== 'person' || !relations.has('assigned')) {
    throw forbidden('You may not see reviews. Ask an admin for the role that may.');
  }
  return Prisma.sql`(EXISTS (
    SELECT 1 FROM item_reviewer mine WHERE mine.item_id = i.id AND mine.person_id = ${actor.id})
    OR EXISTS (SELECT 1 FROM spot_check sc WHERE sc.item_id = i.id AND sc.person_id = ${actor.id}))`;
}

/** True when the actor sees every campaign, drafts too; else only those with an item of the person. */
export function seesAll(actor: Actor): boolean {
  return actor.kind === 'job' || relationsFor(actor, 'campaign.read').has('all');
}

/** SQL that is true for a campaign (`c`) in which something is, or was, this person's to look at. */
function ofCampaign(actor: Actor): Prisma.Sql {
  // Refuses whoever has no right to any.
  visibleItems(actor);
  const me = actor.kind === 'person' ? actor.id : '';
  const assigned = Prisma.sql`SELECT 1 FROM item_reviewer q WHERE q.person_id = ${me} AND q.campaign_id = c.id`;
  return Prisma.sql`(EXISTS (${assigned} AND q.ended_at IS NULL) OR EXISTS (${assigned})
    OR EXISTS (SELECT 1 FROM spot_check s WHERE s.person_id = ${me} AND s.campaign_id = c.id))`;
}

/** Not there and not to be seen look the same. */
export async function requireVisibleCampaign(context: Context, campaignId: string): Promise<void> {
  const visible = seesAll(context.actor) ? Prisma.sql`true` : ofCampaign(context.actor);
  const [found] = await context.db.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM campaign c WHERE c.id = ${campaignId} AND ${visible}`;
  if (!found) throw notFound('There is no such campaign.');
}
