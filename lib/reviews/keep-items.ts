import type { PersonActor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { type CountersignError, conflict, forbidden, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { Prisma } from '#lib/db/generated/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntries } from '#lib/ledger/append';
import { approvedUnder, involvedAtLaunch, involvedNow, withParties } from './independence.ts';
import { refreshStates } from './item-state.ts';
import type { CampaignState, Duty, ItemState, Recommendation } from './model.ts';
import type { BulkResult } from './results.ts';
import { bulkAllowed, reasonNeeded, whyClosed } from './rules.ts';

export interface Keep {
  readonly itemId: string;
  readonly reason?: string | undefined;
  readonly dwellMs?: number | undefined;
  readonly evidenceOpened?: readonly string[] | undefined;
}

interface Candidate {
  id: string;
  campaign_id: string;
  campaign_state: CampaignState;
  sentence: string;
  state: ItemState;
  privileged: boolean;
  unusedPermissions: number;
  usedPermissions: number;
  recommendation: Recommendation;
  duty: Duty | null;
  involved: boolean;
  left: boolean;
  /** The only reviewer, who approved statements under it. */
  alone: boolean;
  before: string | null;
}

/**
 * Keeps many items in one transaction, by the rules of `decideItem` read for all of them at once. One
 * that is refused does not keep the others: a result for each, by item.
 */
export async function keepItems(
  context: Context,
  person: PersonActor,
  keeps: readonly Keep[],
): Promise<ReadonlyMap<string, BulkResult>> {
  const results = new Map<string, BulkResult>();
  await transaction(context.db, async (tx) => {
    const candidates = await lockCandidates(
      tx,
      person.id,
      keeps.map((one) => one.itemId),
    );
    const accepted: Accepted[] = [];
    for (const keep of keeps) {
      const item = candidates.get(keep.itemId);
      const refusal = refusalOf(item, keep);
      if (refusal || !item) {
        const { code, message } = refusal ?? notFound('There is no such item.');
        results.set(keep.itemId, { ok: false, itemId: keep.itemId, code, message });
      } else {
        accepted.push({ keep, item, decisionId: newId('decision', context.clock.now()) });
      }
    }
    if (accepted.length === 0) return;
    const states = await record(tx, context, person, accepted);
    for (const { item, decisionId } of accepted) {
      const state = states.get(item.id) ?? item.state;
      results.set(item.id, { ok: true, itemId: item.id, decisionId, state, removalId: null });
    }
  });
  return results;
}

interface Accepted {
  readonly keep: Keep;
  readonly item: Candidate;
  readonly decisionId: string;
}

async function record(
  tx: Tx,
  context: Context,
  person: PersonActor,
  accepted: readonly Accepted[],
): Promise<ReadonlyMap<string, ItemState>> {
  const now = context.clock.now();
  await tx.itemDecision.createMany({
    data: accepted.map(({ keep, item, decisionId }) => ({
      id: decisionId,
      itemId: item.id,
      personId: person.id,
      decision: 'approve',
      reason: keep.reason || null,
      dwellMs: keep.dwellMs ?? null,
      evidenceOpened: [...(keep.evidenceOpened ?? [])],
      supersedesId: item.before,
      at: now,
    })),
  });
  const states = await refreshStates(
    tx,
    accepted.map(({ item }) => item.id),
    now,
  );
  await appendEntries(
    tx,
    accepted.map(({ keep, item, decisionId }) => ({
      actor: context.actor,
      action: 'item.decided' as const,
      subject: { kind: 'item', id: item.id },
      summary: `${person.name} decided to keep it: ${item.sentence}`,
      payload: {
        campaignId: item.campaign_id,
        decisionId,
        duty: item.duty,
        choice: 'approve',
        bulk: accepted.length,
        reason: keep.reason || null,
        dwellMs: keep.dwellMs ?? null,
        evidenceOpened: keep.evidenceOpened?.length ?? 0,
        state: states.get(item.id) ?? null,
      },
      at: now,
    })),
  );
  for (const id of new Set(accepted.map(({ item }) => item.campaign_id))) {
    await notify(tx, { kind: 'campaign', id });
  }
  return states;
}

function refusalOf(item: Candidate | undefined, keep: Keep): CountersignError | null {
  if (!item) return notFound('There is no such item.');
  const closed = whyClosed(item.campaign_state);
  if (closed !== null) return conflict(closed);
  if (item.duty === null) return forbidden('This item is not assigned to you.');
  if (item.involved) return forbidden('You are responsible for it: somebody independent has to decide this.');
  if (item.left) return forbidden('You no longer can: the person left.');
  if (item.alone)
    return forbidden('You approved statements under this grant and can’t be its only reviewer.');
  if (!bulkAllowed(item)) {
    return invalid(
      'This item is decided on its own: it is privileged, has unused permissions, or is not recommended.',
    );
  }
  if (item.state === 'reduced' || item.state === 'revoked')
    return conflict(`The grant was ${item.state} already.`);
  const why = reasonNeeded('approve', item);
  return why !== null && !keep.reason ? invalid(why) : null;
}

/** Campaigns first, then items, in the order of their ids: as `lockItem` does, and never in a circle. */
async function lockCandidates(
  tx: Tx,
  me: string,
  itemIds: readonly string[],
): Promise<Map<string, Candidate>> {
  await tx.$queryRaw`
    SELECT 1 FROM campaign WHERE id IN (SELECT campaign_id FROM campaign_item WHERE id = ANY (${itemIds}))
    ORDER BY id FOR SHARE`;
  await tx.$queryRaw`SELECT 1 FROM campaign_item WHERE id = ANY (${itemIds}) ORDER BY id FOR UPDATE`;
  const rows = await tx.$queryRaw<Candidate[]>`
    SELECT i.id, i.campaign_id, c.state AS campaign_state, i.sentence, i.state, i.privileged,
      i.unused_permissions AS "unusedPermissions", i.used_permissions AS "usedPermissions", i.recommendation,
      (SELECT r.duty FROM item_reviewer r
        WHERE r.item_id = i.id AND r.person_id = ${me} AND r.ended_at IS NULL) AS duty,
      ${me} IN (${involvedNow}, ${involvedAtLaunch}) AS involved,
      NOT EXISTS (SELECT 1 FROM person p WHERE p.id = ${me} AND p.left_at IS NULL) AS left,
      NOT EXISTS (SELECT 1 FROM item_reviewer o WHERE o.item_id = i.id AND o.ended_at IS NULL AND o.person_id <> ${me})
        AND ${approvedUnder(Prisma.sql`${me}`)} AS alone,
      (SELECT d.id FROM item_decision d WHERE d.item_id = i.id AND d.person_id = ${me}
        AND NOT EXISTS (SELECT 1 FROM item_decision n WHERE n.supersedes_id = d.id AND n.item_id = d.item_id)) AS before
    FROM campaign_item i
    JOIN campaign c ON c.id = i.campaign_id
    JOIN (${withParties}) ON g.id = i.grant_id
    WHERE i.id = ANY (${itemIds})`;
  return new Map(rows.map((row) => [row.id, row]));
}
