import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { recordAnswer, settle } from './answer.ts';
import type { ApprovalState } from './model.ts';
import { openQuestion } from './open-question.ts';
import { denySchema } from './schema.ts';
import { readState } from './state.ts';

export interface DenyInput {
  readonly id: string;
  readonly reason: string;
  readonly dwellMs?: number | undefined;
}

/** Denies it; the agent receives the reason. One denial is enough. */
export async function denyRequest(context: Context, input: DenyInput): Promise<ApprovalState> {
  const { id, reason, dwellMs } = parseInput(denySchema, input);
  return transaction(context.db, async (tx) => {
    const question = await openQuestion(tx, context, id);
    await recordAnswer(tx, context, { requestId: id, answer: 'deny', reason, dwellMs: dwellMs ?? null });
    await settle(tx, context, id, 'denied', reason);
    await appendEntry(tx, {
      actor: context.actor,
      action: 'approval.denied',
      subject: { kind: 'approval', id },
      summary: `${context.actor.name} denied ${question.ticket}: ${question.verdict}`,
      payload: { ticket: question.ticket, reason, dwellMs: dwellMs ?? null },
      at: context.clock.now(),
    });
    await notify(tx, { kind: 'approval', id, state: 'denied' });
    const state = await readState(tx, id);
    if (!state) throw new CountersignError('internal', 'the request vanished inside its transaction');
    return state;
  });
}
