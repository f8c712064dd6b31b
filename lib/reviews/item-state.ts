import type { Tx } from '#lib/db/client';
import type { Duty, ItemChoice, ItemState } from './model.ts';
import { stateOf } from './rules.ts';

/** Derives an item's state from its decisions and exceptions, and keeps it beside the item. */
export async function refreshState(tx: Tx, itemId: string, now: Date): Promise<ItemState> {
  const reviewers = await tx.itemReviewer.findMany({ where: { itemId } });
  const decisions = await tx.itemDecision.findMany({
    where: { itemId },
    select: { id: true, personId: true, decision: true, supersedesId: true },
  });
  const excepted = await tx.reviewException.count({ where: { itemId, endsAt: { gt: now } } });
  const state = stateOf(
    reviewers.map((one) => ({
      personId: one.personId,
      duty: one.duty as Duty,
      ended: one.endedAt !== null,
      choice: latestOf(decisions, one.personId),
    })),
    removalOf(decisions),
    excepted > 0,
  );
  await tx.campaignItem.update({ where: { id: itemId }, data: { state } });
  return state;
}

interface Decided {
  readonly id: string;
  readonly personId: string;
  readonly decision: string;
  readonly supersedesId: string | null;
}

/** A person's standing decision: the one that no later one of theirs supersedes. */
export function latestOf(decisions: readonly Decided[], personId: string): ItemChoice | null {
  const superseded = new Set(decisions.map((one) => one.supersedesId));
  const latest = decisions.find((one) => one.personId === personId && !superseded.has(one.id));
  return (latest?.decision ?? null) as ItemChoice | null;
}

/** The removal that stands, whoever decided it: it acted at once, and nothing follows a revoke. */
export function removalOf(decisions: readonly Decided[]): 'reduce' | 'revoke' | null {
  if (decisions.some((one) => one.decision === 'revoke')) return 'revoke';
  return decisions.some((one) => one.decision === 'reduce') ? 'reduce' : null;
}
