import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, forbidden } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { spotAnswerInput } from '../schema.ts';
import { lockItem, requireIndependent } from '../standing.ts';

export interface AnswerSpotCheck {
  readonly itemId: string;
  readonly outcome: 'agree' | 'disagree';
  /** Required to disagree. */
  readonly reason?: string | undefined;
  readonly dwellMs?: number | undefined;
  readonly evidenceOpened?: readonly string[] | undefined;
}

/**
 * What the second person found about keeping an item. The latest answer stands; while it is
 * `disagree` and the item is kept, the campaign can't be signed: reviewers take it away, or convince.
 */
export async function answerSpotCheck(context: Context, input: AnswerSpotCheck): Promise<void> {
  const person = requirePerson(context.actor);
  const answer = parseInput(spotAnswerInput, input);
  await transaction(context.db, async (tx) => {
    const item = await lockItem(tx, answer.itemId);
    const check = await tx.spotCheck.findUnique({ where: { itemId: item.id } });
    const own = check?.drawn === true && check.personId === person.id;
    requirePermission(person, 'item.decide', { assigned: own });
    const reviewed = await tx.itemReviewer.count({ where: { itemId: item.id, personId: person.id } });
    if (reviewed > 0) throw forbidden('You review this item: a second person has to look at it.');
    await requireIndependent(tx, person.id, item, 'You');
    if (item.state !== 'approved')
      throw conflict('The item is not kept any more: there is nothing to check.');
    const now = context.clock.now();
    const before = await tx.spotAnswer.count({ where: { itemId: item.id } });
    await tx.spotAnswer.create({
      data: {
        id: newId('spotAnswer', now),
        itemId: item.id,
        nth: before + 1,
        personId: person.id,
        outcome: answer.outcome,
        reason: answer.reason || null,
        dwellMs: answer.dwellMs ?? null,
        evidenceOpened: answer.evidenceOpened ?? [],
        at: now,
      },
    });
    await appendEntry(tx, {
      actor: context.actor,
      action: 'spot-check.answered',
      subject: { kind: 'item', id: item.id },
      summary: `${person.name} looked again and ${answer.outcome}s with keeping it: ${item.sentence}`,
      payload: {
        campaignId: item.campaignId,
        outcome: answer.outcome,
        reason: answer.reason || null,
        dwellMs: answer.dwellMs ?? null,
        evidenceOpened: answer.evidenceOpened?.length ?? 0,
      },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: item.campaignId });
  });
}
