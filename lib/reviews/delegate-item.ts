import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { conflict } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { latestOf, refreshState } from './item-state.ts';
import { delegateInput } from './schema.ts';
import { hasApprovedUnder, lockItem, requireIndependent, requireStanding } from './standing.ts';

export interface DelegateItem {
  readonly itemId: string;
  readonly toPersonId: string;
  readonly reason: string;
}

/**
 * Hands one's own duty for an item to an independent person. The old assignment stays, ended, with
 * the reason; who decided already can't hand on any more.
 */
export async function delegateItem(context: Context, input: DelegateItem): Promise<void> {
  const { itemId, toPersonId, reason } = parseInput(delegateInput, input);
  const person = requirePerson(context.actor);
  await transaction(context.db, async (tx) => {
    const item = await lockItem(tx, itemId);
    const duty = await requireStanding(tx, context, item);
    const decisions = await tx.itemDecision.findMany({ where: { itemId } });
    const own = latestOf(decisions, person.id);
    if (own !== null && own !== 'dont_know') throw conflict('You decided this item already.');
    const taken = await tx.itemReviewer.count({ where: { itemId, personId: toPersonId } });
    if (taken > 0) throw conflict('That person reviews, or reviewed, this item already; choose another.');
    await requireIndependent(tx, toPersonId, item, 'That person');
    const others = await tx.itemReviewer.count({
      where: { itemId, endedAt: null, personId: { not: person.id } },
    });
    if (others === 0 && (await hasApprovedUnder(tx, toPersonId, item))) {
      throw conflict('That person approved statements under this grant and can’t be its only reviewer.');
    }
    const now = context.clock.now();
    await tx.itemReviewer.update({
      where: { itemId_personId: { itemId, personId: person.id } },
      data: { endedAt: now },
    });
    await tx.itemReviewer.create({
      data: {
        itemId,
        personId: toPersonId,
        duty,
        delegatedFromId: person.id,
        delegatedReason: reason,
        createdAt: now,
      },
    });
    await refreshState(tx, itemId, now);
    await appendEntry(tx, {
      actor: context.actor,
      action: 'item.delegated',
      subject: { kind: 'item', id: itemId },
      summary: `${person.name} handed the review on: ${item.sentence}`,
      payload: { campaignId: item.campaignId, duty, to: toPersonId, reason },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: item.campaignId });
  });
}
