import type { Tx } from '#lib/db/client';
import { keptBySandbox, latestOf, removalOf } from './item-state.ts';
import type { Duty, ItemChoice, ItemState, RemovalState } from './model.ts';
import { type InvolvedGrant, type ReviewerAnswer, stateOf } from './rules.ts';

export interface DecisionRow {
  readonly id: string;
  readonly itemId: string;
  /** Null: the sandbox. */
  readonly personId: string | null;
  readonly decision: ItemChoice;
  readonly reason: string | null;
  readonly dwellMs: number | null;
  readonly evidenceOpened: readonly string[];
  readonly supersedesId: string | null;
  readonly at: Date;
}

/** One item with everything that a sign-off rests on, derived from what people wrote. */
export interface Standing {
  readonly id: string;
  /** Of the grant only who is involved in it: ten thousand whole ones would fill the memory. */
  readonly grant: InvolvedGrant;
  readonly reviewers: readonly ReviewerAnswer[];
  readonly decisions: readonly DecisionRow[];
  readonly removals: readonly { readonly id: string; readonly state: RemovalState; readonly dueAt: Date }[];
  readonly excepted: boolean;
  readonly state: ItemState;
  /** Null: in no draw yet. */
  readonly spot: { readonly drawn: boolean; readonly outcome: 'agree' | 'disagree' | null } | null;
}

/** Every item of a campaign, in the queue's order: six queries, whatever their number. */
export async function standingsOf(tx: Tx, campaignId: string, now: Date): Promise<readonly Standing[]> {
  const ofCampaign = { item: { campaignId } };
  const items = await tx.$queryRaw<{ id: string; grant: InvolvedGrant }[]>`
    SELECT id, jsonb_build_object(
      'agent', jsonb_build_object('owner', grant_snapshot #> '{agent,owner}', 'sponsor', grant_snapshot #> '{agent,sponsor}'),
      'createdBy', grant_snapshot -> 'createdBy', 'requestedBy', grant_snapshot -> 'requestedBy') AS grant
    FROM campaign_item WHERE campaign_id = ${campaignId} ORDER BY position`;
  const reviewers = await tx.itemReviewer.findMany({
    where: ofCampaign,
    select: { itemId: true, personId: true, duty: true, endedAt: true },
  });
  const decisions = await tx.itemDecision.findMany({
    where: ofCampaign,
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    omit: { replay: true, reducedTo: true },
  });
  const removals = await tx.removal.findMany({
    where: ofCampaign,
    orderBy: { createdAt: 'asc' },
    select: { id: true, itemId: true, state: true, dueAt: true },
  });
  const exceptions = await tx.reviewException.findMany({
    where: { campaignId, itemId: { not: null }, endsAt: { gt: now } },
    select: { itemId: true },
  });
  const spots = await spotsOf(tx, campaignId);
  const excepted = new Set(exceptions.map((one) => one.itemId));
  const reviewersOf = Map.groupBy(reviewers, (one) => one.itemId);
  const decisionsOf = Map.groupBy(decisions, (one) => one.itemId);
  const removalsOf = Map.groupBy(removals, (one) => one.itemId);
  return items.map((item) => {
    const own = decisionsOf.get(item.id) ?? [];
    const answers = (reviewersOf.get(item.id) ?? []).map((one) => ({
      personId: one.personId,
      duty: one.duty as Duty,
      ended: one.endedAt !== null,
      choice: latestOf(own, one.personId),
    }));
    return {
      id: item.id,
      grant: item.grant,
      reviewers: answers,
      decisions: own.map((one) => ({ ...one, decision: one.decision as ItemChoice })),
      removals: (removalsOf.get(item.id) ?? []).map((one) => ({ ...one, state: one.state as RemovalState })),
      excepted: excepted.has(item.id),
      state: stateOf(answers, removalOf(own), excepted.has(item.id), keptBySandbox(own)),
      spot: spots.get(item.id) ?? null,
    };
  });
}

async function spotsOf(tx: Tx, campaignId: string): Promise<ReadonlyMap<string, Standing['spot']>> {
  const found = await tx.$queryRaw<{ id: string; drawn: boolean; outcome: 'agree' | 'disagree' | null }[]>`
    SELECT c.item_id AS id, c.drawn, a.outcome FROM spot_check c
    LEFT JOIN LATERAL (SELECT outcome FROM spot_answer a WHERE c.drawn AND a.item_id = c.item_id
      ORDER BY a.nth DESC LIMIT 1) a ON true
    WHERE c.campaign_id = ${campaignId}`;
  return new Map(found.map(({ id, drawn, outcome }) => [id, { drawn, outcome }]));
}
