import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { CountersignError, conflict, forbidden } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { upsertFindings } from '#lib/findings/index';
import { appendEntry } from '#lib/ledger/append';
import { recordAnswer, settle } from './answer.ts';
import type { ApprovalState } from './model.ts';
import { lockRequest, questionOf, requireIndependent, requireStandingAccess } from './open-question.ts';
import { isFresh, whySettled } from './rules.ts';
import { breakGlassSchema } from './schema.ts';
import { readState } from './state.ts';

/** Members of this group may break the glass; who is in it is a matter of ledger entries. */
export const breakGlassGroup = 'break-glass';

export interface BreakGlassInput {
  readonly id: string;
  readonly reason: string;
  /** Signed in again within five minutes, always. */
  readonly signedInAt: Date;
}

/**
 * Approves alone in an emergency, past groups and quorum, never past independence (invariant 6). Its
 * entry has a name of its own, and a finding stands open until somebody else has looked at it.
 */
export async function breakGlass(context: Context, input: BreakGlassInput): Promise<ApprovalState> {
  const { id, reason, signedInAt } = parseInput(breakGlassSchema, input);
  const person = requirePerson(context.actor);
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    // Own membership only: nobody is handed this while somebody is away.
    const member = await tx.groupPerson.count({
      where: { personId: person.id, group: { name: breakGlassGroup } },
    });
    if (member === 0) throw forbidden(`Only members of the group ${breakGlassGroup} may do this.`);
    if (!isFresh(signedInAt, now))
      throw forbidden('Sign in again first: it has to be in the last five minutes.');
    const row = await lockRequest(tx, id);
    await requireIndependent(tx, person.id, id);
    const over = whySettled(row.state, row.expires_at, now);
    if (over !== null) throw conflict(over);
    const question = questionOf(row, []);
    await requireStandingAccess(tx, question, now);
    await recordAnswer(tx, context, {
      requestId: id,
      answer: 'approve',
      reason,
      dwellMs: null,
      breakGlass: true,
    });
    await settle(tx, context, id, 'approved', reason);
    const summary = `BREAK GLASS: ${person.name} approved ${question.ticket} alone: ${question.verdict}`;
    await appendEntry(tx, {
      actor: context.actor,
      action: 'approval.broke-glass',
      subject: { kind: 'approval', id },
      summary,
      payload: {
        ticket: question.ticket,
        reason,
        groups: question.groups,
        quorum: question.quorum,
        signedInAt: signedInAt.toISOString(),
      },
      at: now,
    });
    await upsertFindings(tx, context, [
      {
        kind: 'break-glass',
        subjectKind: 'approval',
        subjectId: id,
        summary: summary.slice(0, 500),
        details: { personId: person.id, ticket: question.ticket, reason },
      },
    ]);
    await notify(tx, { kind: 'approval', id, state: 'approved' });
    const state = await readState(tx, id);
    if (!state) throw new CountersignError('internal', 'the request vanished inside its transaction');
    return state;
  });
}
