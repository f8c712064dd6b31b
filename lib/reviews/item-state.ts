import { CountersignError } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import type { Duty, ItemChoice, ItemState } from './model.ts';
import { stateOf } from './rules.ts';

/** Derives an item's state from its decisions and exceptions, and keeps it beside the item. */
export async function refreshState(tx: Tx, itemId: string, now: Date): Promise<ItemState> {
  const state = (await refreshStates(tx, [itemId], now)).get(itemId);
  if (!state) throw new CountersignError('internal', 'an item vanished inside its transaction');
  return state;
}

/** The same for many items: four statements, whatever their number. */
export async function refreshStates(
  tx: Tx,
  itemIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, ItemState>> {
  const of = { itemId: { in: [...itemIds] } };
  const reviewers = Map.groupBy(await tx.itemReviewer.findMany({ where: of }), (one) => one.itemId);
  const found = await tx.itemDecision.findMany({
    where: of,
    select: { id: true, itemId: true, personId: true, decision: true, supersedesId: true },
  });
  const decisions = Map.groupBy(found, (one) => one.itemId);
  const exceptions = await tx.reviewException.findMany({
    where: { ...of, endsAt: { gt: now } },
    select: { itemId: true },
  });
  const excepted = new Set(exceptions.map((one) => one.itemId));
  const states = new Map<string, ItemState>();
  for (const itemId of itemIds) {
    const own = decisions.get(itemId) ?? [];
    const answers = (reviewers.get(itemId) ?? []).map((one) => ({
      personId: one.personId,
      duty: one.duty as Duty,
      ended: one.endedAt !== null,
      choice: latestOf(own, one.personId),
    }));
    states.set(itemId, stateOf(answers, removalOf(own), excepted.has(itemId), keptBySandbox(own)));
  }
  await tx.$executeRaw`
    UPDATE campaign_item i SET state = n.state
    FROM unnest(${[...states.keys()]}::text[], ${[...states.values()]}::text[]) AS n (id, state)
    WHERE i.id = n.id AND i.state <> n.state`;
  return states;
}

interface Decided {
  readonly id: string;
  /** Null: the sandbox. */
  readonly personId: string | null;
  readonly decision: string;
  readonly supersedesId: string | null;
}

/** A person's standing decision: the one that no later one of theirs supersedes. */
export function latestOf(decisions: readonly Decided[], personId: string): ItemChoice | null {
  const superseded = new Set(decisions.map((one) => one.supersedesId));
  const latest = decisions.find((one) => one.personId === personId && !superseded.has(one.id));
  return (latest?.decision ?? null) as ItemChoice | null;
}

/** Only in a sandbox's own campaign; the database refuses it in every other. */
export function keptBySandbox(decisions: readonly Pick<Decided, 'personId' | 'decision'>[]): boolean {
  return decisions.some((one) => one.personId === null && one.decision === 'approve');
}

/** The removal that stands, whoever decided it: it acted at once, and nothing follows a revoke. */
export function removalOf(decisions: readonly Decided[]): 'reduce' | 'revoke' | null {
  if (decisions.some((one) => one.decision === 'revoke')) return 'revoke';
  return decisions.some((one) => one.decision === 'reduce') ? 'reduce' : null;
}
