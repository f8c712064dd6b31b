import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { CountersignError, conflict, forbidden } from '#lib/core/errors';
import { ticketOf } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { recordAnswer, settle } from './answer.ts';
import type { ApprovalState } from './model.ts';
import { lockRequest } from './open-question.ts';
import { whySettled } from './rules.ts';
import { sandboxDecisionSchema } from './schema.ts';
import { readState } from './state.ts';

export interface SandboxDecision {
  readonly id: string;
  readonly answer: 'approve' | 'deny';
  readonly reason: string;
}

/**
 * The sandbox workload's own answer, marked as such and never in a person's name. Refused unless
 * the caller says that the process runs in sandbox mode.
 */
export async function decideAsSandbox(
  context: Context,
  input: SandboxDecision,
  mode: { readonly sandbox: boolean },
): Promise<ApprovalState> {
  requireKind(context.actor, 'sandbox');
  if (!mode.sandbox) throw forbidden('Only a sandbox decides by itself; here a person has to.');
  const { id, answer, reason } = parseInput(sandboxDecisionSchema, input);
  return transaction(context.db, async (tx) => {
    const row = await lockRequest(tx, id);
    const over = whySettled(row.state, row.expires_at, context.clock.now());
    if (over !== null) throw conflict(over);
    const state = answer === 'approve' ? 'approved' : 'denied';
    await recordAnswer(tx, context, { requestId: id, answer, reason, dwellMs: null });
    await settle(tx, context, id, state, reason);
    await appendEntry(tx, {
      actor: context.actor,
      action: `approval.${state}`,
      subject: { kind: 'approval', id },
      summary: `The sandbox ${state} ${ticketOf(row.number)}: ${row.card.verdict}`,
      payload: { ticket: ticketOf(row.number), reason },
      at: context.clock.now(),
    });
    await notify(tx, { kind: 'approval', id, state });
    const settled = await readState(tx, id);
    if (!settled) throw new CountersignError('internal', 'the request vanished inside its transaction');
    return settled;
  });
}
