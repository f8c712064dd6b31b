import type { Tx } from '#lib/db/client';
import type { Duty, ItemChoice, ItemState } from './model.ts';
import { stateOf } from './rules.ts';

/** Derives an item's state from its decisions and exceptions, and keeps it beside the item. */
export async function refreshState(tx: Tx, itemId: string, now: Date): Promise<ItemState> {
  const reviewers = await tx.itemReviewer.findMany({ where: { itemId } });
  const decisions = await tx.itemDecision.findMany({
    where: { itemId },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    select: { personId: true, decision: true },
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
  readonly personId: string;
  readonly decision: string;
}

/** A person's latest decision; `decisions` are in the order they were made. */
export function latestOf(decisions: readonly Decided[], personId: string): ItemChoice | null {
  const latest = decisions.findLast((one) => one.personId === personId);
  return (latest?.decision ?? null) as ItemChoice | null;
}

/** The removal that stands: it acted when it was decided, so the last one counts, whoever made it. */
export function removalOf(decisions: readonly Decided[]): 'reduce' | 'revoke' | null {
  const latest = decisions.findLast((one) => one.decision === 'reduce' || one.decision === 'revoke');
  return (latest?.decision ?? null) as 'reduce' | 'revoke' | null;
}
