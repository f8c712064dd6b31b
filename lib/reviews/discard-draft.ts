import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { lockDraft } from './change-draft.ts';
import { discardInput } from './schema.ts';

export interface DiscardDraft {
  readonly campaignId: string;
  readonly reason: string;
}

/**
 * Lays a draft aside: it is never launched. It stays to be seen, with the reason: a review that was due
 * is not unmade by it, and the auditor's page says so.
 */
export async function discardDraft(context: Context, input: DiscardDraft): Promise<void> {
  requirePermission(context.actor, 'campaign.run');
  const person = requirePerson(context.actor);
  const { campaignId, reason } = parseInput(discardInput, input);
  const now = context.clock.now();
  await transaction(context.db, async (tx) => {
    const draft = await lockDraft(tx, campaignId);
    const { count } = await tx.campaign.updateMany({
      where: { id: campaignId, state: 'draft' },
      data: { state: 'discarded', discardedAt: now, discardedById: person.id, discardedReason: reason },
    });
    if (count === 0) throw conflict('The draft was launched or discarded meanwhile.');
    await appendEntry(tx, {
      actor: person,
      action: 'campaign.discarded',
      subject: { kind: 'campaign', id: campaignId },
      summary: `${person.name} discarded the draft of the review ${draft.name}`,
      payload: {
        reason,
        periodFrom: draft.periodFrom.toISOString(),
        periodTo: draft.periodTo.toISOString(),
        seriesId: draft.seriesId,
      },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: campaignId });
  });
}
