import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { driftIn } from './drift.ts';
import { evidenceOf, type StoredEvidence } from './evidence.ts';
import { exceptionViews } from './exceptions.ts';
import { itemRows } from './items.ts';
import {
  type CampaignState,
  type DecisionView,
  type GrantSnapshot,
  type GrantTermsView,
  type ItemChoice,
  type ItemView,
  itemChoices,
} from './model.ts';
import type { ReplaySummary } from './reduction/model.ts';
import { removalViews } from './removals.ts';
import { reasonNeeded, theSandbox } from './rules.ts';
import { visibleItems } from './visible.ts';

/** One item with its frozen evidence, decisions, removals and drift. */
export async function getItem(context: Context, itemId: string): Promise<ItemView> {
  const { db, actor } = context;
  const [visible] = await db.$queryRaw<{ id: string }[]>`
    SELECT i.id FROM campaign_item i WHERE i.id = ${itemId} AND ${visibleItems(actor)}`;
  const [row] = visible ? await itemRows(db, actor, [itemId]) : [];
  if (!row) throw notFound('There is no such item.');
  const stored = await db.campaignItem.findUniqueOrThrow({
    where: { id: itemId },
    include: { campaign: { select: { id: true, name: true, state: true } } },
  });
  const needs = itemChoices.map((choice): [ItemChoice, string | null] => [choice, reasonNeeded(choice, row)]);
  return {
    ...row,
    campaign: { ...stored.campaign, state: stored.campaign.state as CampaignState },
    grant: stored.grantSnapshot as unknown as GrantSnapshot,
    evidence: evidenceOf(stored.evidence as unknown as StoredEvidence),
    evidenceHash: stored.evidenceHash,
    decisions: await decisionViews(db, itemId),
    removals: await removalViews(db, { itemId }, context.clock.now()),
    exceptions: await exceptionViews(db, { campaignId: stored.campaignId, itemId }),
    drift: await driftIn(db, stored.campaignId, itemId),
    reasonNeeded: Object.fromEntries(needs) as Record<ItemChoice, string | null>,
    ...(await neighbours(context, stored)),
  };
}

async function decisionViews(tx: Tx, itemId: string): Promise<DecisionView[]> {
  const found = await tx.itemDecision.findMany({
    where: { itemId },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    include: { person: { select: { id: true, name: true } } },
  });
  const superseded = new Set(found.flatMap((one) => one.supersedesId ?? []));
  return found.map((one) => ({
    id: one.id,
    by: one.person ?? theSandbox,
    actorKind: one.personId === null ? 'sandbox' : 'person',
    choice: one.decision as ItemChoice,
    reason: one.reason,
    reducedTo: one.reducedTo as GrantTermsView | null,
    replay: one.replay as ReplaySummary | null,
    dwellMs: one.dwellMs,
    evidenceOpened: one.evidenceOpened,
    at: one.at,
    superseded: superseded.has(one.id),
  }));
}

interface Neighbours {
  previousId: string | null;
  nextId: string | null;
  nextToDecideId: string | null;
  sameEvidence: number;
}

async function neighbours(
  { db, actor }: Context,
  item: { readonly campaignId: string; readonly position: number; readonly evidenceGroup: string },
): Promise<Neighbours> {
  const seen = visibleItems(actor);
  const { campaignId, position } = item;
  const me = actor.kind === 'person' ? actor.id : '';
  const [found] = await db.$queryRaw<Neighbours[]>`
    SELECT
      (SELECT i.id FROM campaign_item i WHERE i.campaign_id = ${campaignId} AND i.position < ${position}
        AND ${seen} ORDER BY i.position DESC LIMIT 1) AS "previousId",
      (SELECT i.id FROM campaign_item i WHERE i.campaign_id = ${campaignId} AND i.position > ${position}
        AND ${seen} ORDER BY i.position LIMIT 1) AS "nextId",
      (SELECT i.id FROM item_reviewer q
        JOIN campaign_item i ON i.campaign_id = q.campaign_id AND i.position = q.position
        WHERE q.person_id = ${me} AND q.campaign_id = ${campaignId} AND q.ended_at IS NULL
          AND q.position <> ${position} AND i.state IN ('open', 'partly', 'escalated')
          AND NOT EXISTS (SELECT 1 FROM item_decision d WHERE d.item_id = i.id AND d.person_id = ${me}
            AND NOT EXISTS (SELECT 1 FROM item_decision n WHERE n.supersedes_id = d.id AND n.item_id = d.item_id))
        ORDER BY q.position < ${position}, q.position LIMIT 1) AS "nextToDecideId",
      (SELECT count(*)::int FROM campaign_item i WHERE i.campaign_id = ${campaignId}
        AND i.evidence_group = ${item.evidenceGroup} AND ${seen}) AS "sameEvidence"`;
  return found ?? { previousId: null, nextId: null, nextToDecideId: null, sameEvidence: 0 };
}
