import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { conflict, forbidden } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { refreshState } from './item-state.ts';
import type { DecisionResult } from './results.ts';
import { sandboxKeepInput } from './schema.ts';
import { lockItem } from './standing.ts';

/**
 * The sandbox keeps an item of a campaign that it made itself: in nobody's name, and said so wherever
 * the decision shows. It never takes anything away. Refused unless the process runs in sandbox mode.
 */
export async function keepAsSandbox(
  context: Context,
  input: { readonly itemId: string; readonly reason: string },
  mode: { readonly sandbox: boolean },
): Promise<DecisionResult> {
  requireKind(context.actor, 'sandbox');
  if (!mode.sandbox) throw forbidden('Only a sandbox decides by itself; here a person has to.');
  const { itemId, reason } = parseInput(sandboxKeepInput, input);
  return transaction(context.db, async (tx) => {
    const item = await lockItem(tx, itemId);
    await requireSandboxCampaign(tx, item.campaignId);
    if (item.state !== 'open') throw conflict('The item was answered already.');
    const now = context.clock.now();
    const decisionId = newId('decision', now);
    await tx.itemDecision.create({
      data: { id: decisionId, itemId, actorKind: 'sandbox', decision: 'approve', reason, at: now },
    });
    const state = await refreshState(tx, itemId, now);
    await appendEntry(tx, {
      actor: context.actor,
      action: 'item.decided',
      subject: { kind: 'item', id: itemId },
      summary: `The sandbox, not a person, decided to keep it: ${item.sentence}`,
      payload: { campaignId: item.campaignId, decisionId, choice: 'approve', reason, state },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: item.campaignId });
    return { itemId, decisionId, state, removalId: null };
  });
}

/** A campaign that a person, or a job, set up is for persons alone. */
export async function requireSandboxCampaign(
  tx: Pick<Context['db'], 'campaign'>,
  campaignId: string,
): Promise<void> {
  const made = await tx.campaign.findUnique({ where: { id: campaignId }, select: { createdByKind: true } });
  if (made?.createdByKind !== 'sandbox') {
    throw forbidden('The sandbox decides and signs only in a campaign that it made itself.');
  }
}
