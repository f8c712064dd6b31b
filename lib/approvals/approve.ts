import type { Context } from '#lib/auth/context';
import { CountersignError, forbidden } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { recordAnswer, settle } from './answer.ts';
import { groupsOf } from './involved.ts';
import type { ApprovalState } from './model.ts';
import { type OpenQuestion, openQuestion, requireStandingAccess } from './open-question.ts';
import { isFresh, personsNeeded, quorumReached } from './rules.ts';
import { approveSchema } from './schema.ts';
import { readState } from './state.ts';

export interface ApproveInput {
  readonly id: string;
  readonly reason?: string | undefined;
  /** How long the card was looked at. */
  readonly dwellMs?: number | undefined;
  /** When this person last proved who they are: needed for what is high risk. */
  readonly signedInAt?: Date | undefined;
}

/** Approves what was shown, once. The state stays pending until the quorum is reached. */
export async function approveRequest(context: Context, input: ApproveInput): Promise<ApprovalState> {
  const { id, reason, dwellMs, signedInAt } = parseInput(approveSchema, input);
  return transaction(context.db, async (tx) => {
    const question = await openQuestion(tx, context, id);
    if (question.highRisk && !isFresh(signedInAt, context.clock.now())) {
      throw forbidden('This is high risk: sign in again first, then approve within five minutes.');
    }
    await requireStandingAccess(tx, question, context.clock.now());
    await recordAnswer(tx, context, {
      requestId: id,
      answer: 'approve',
      reason: reason || null,
      dwellMs: dwellMs ?? null,
      onBehalfOf: question.onBehalfOf,
    });
    const progress = await progressOf(tx, question, context.clock.now());
    if (progress.reached) await settle(tx, context, id, 'approved', reason || null);
    await appendEntry(tx, {
      actor: context.actor,
      action: 'approval.approved',
      subject: { kind: 'approval', id },
      summary: `${context.actor.name} approved ${question.ticket}${progress.reached ? '' : ` (${progress.approvals} of ${progress.needed})`}: ${question.verdict}`,
      payload: {
        ticket: question.ticket,
        reason: reason || null,
        dwellMs: dwellMs ?? null,
        approvals: progress.approvals,
        needed: progress.needed,
        reached: progress.reached,
        onBehalfOf: question.onBehalfOf,
        signedInAt: signedInAt?.toISOString() ?? null,
      },
      at: context.clock.now(),
    });
    await notify(tx, { kind: 'approval', id, state: progress.reached ? 'approved' : 'pending' });
    const state = await readState(tx, id);
    if (!state) throw new CountersignError('internal', 'the request vanished inside its transaction');
    return state;
  });
}

async function progressOf(tx: Tx, question: OpenQuestion, now: Date) {
  const answers = await tx.approvalAnswer.findMany({
    where: { requestId: question.id, answer: 'approve' },
    select: { personId: true },
  });
  const approvers: { memberOf: readonly string[] }[] = [];
  for (const { personId } of answers) {
    approvers.push({ memberOf: personId === null ? [] : await groupsOf(tx, personId, now) });
  }
  return {
    approvals: approvers.length,
    needed: personsNeeded(question.quorum, question.groups),
    reached: quorumReached(question.quorum, question.groups, approvers),
  };
}
