import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { spotAssignInput } from '../schema.ts';
import { hasApprovedUnder, lockItem, requireIndependent } from '../standing.ts';

/**
 * Names who looks at a drawn item: somebody independent who does not review it. Answers that were
 * given stand. By who runs campaigns.
 */
export async function assignSpotCheck(
  context: Context,
  input: { readonly itemId: string; readonly toPersonId: string; readonly reason: string },
): Promise<void> {
  requirePermission(context.actor, 'campaign.run');
  const { itemId, toPersonId, reason } = parseInput(spotAssignInput, input);
  await transaction(context.db, async (tx) => {
    const item = await lockItem(tx, itemId);
    const check = await tx.spotCheck.findUnique({ where: { itemId } });
    if (!check?.drawn) throw notFound('That item was not drawn for a second look.');
    const reviews = await tx.itemReviewer.count({ where: { itemId, personId: toPersonId } });
    if (reviews > 0) throw conflict('That person reviews, or reviewed, this item: choose another.');
    await requireIndependent(tx, toPersonId, item, 'That person');
    if (await hasApprovedUnder(tx, toPersonId, item)) {
      throw conflict('That person approved statements under this grant: choose another.');
    }
    await tx.spotCheck.update({ where: { itemId }, data: { personId: toPersonId } });
    await appendEntry(tx, {
      actor: context.actor,
      action: 'spot-check.assigned',
      subject: { kind: 'item', id: itemId },
      summary: `${context.actor.name} named who looks again: ${item.sentence}`,
      payload: { campaignId: item.campaignId, from: check.personId, to: toPersonId, reason },
      at: context.clock.now(),
    });
    await notify(tx, { kind: 'campaign', id: item.campaignId });
  });
}
