import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { ticketOf } from '#lib/core/ids';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';

/**
 * Says once, louder, that nobody has answered by half of a request's time. Who may answer stays the
 * same: nobody gains a right because others are slow. Returns how many. Actor: job.
 */
export async function escalateUnanswered(context: Context, batchMax = 200): Promise<number> {
  requireKind(context.actor, 'job');
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    const late = await tx.$queryRaw<{ id: string; number: number; groups: string[]; verdict: string }[]>`
      UPDATE approval_request SET escalated_at = ${now} WHERE id IN (
        SELECT r.id FROM approval_request r
        WHERE r.state = 'pending' AND r.escalated_at IS NULL AND r.expires_at > ${now}
          AND r.created_at + (r.expires_at - r.created_at) / 2 <= ${now}
          AND NOT EXISTS (SELECT 1 FROM approval_answer y WHERE y.request_id = r.id)
        ORDER BY r.created_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)
      RETURNING id, number, groups, card ->> 'verdict' AS verdict`;
    for (const { id, number, groups, verdict } of late) {
      const whom = groups.length > 0 ? groups.join(' and ') : 'the approvers';
      await appendEntry(tx, {
        actor: context.actor,
        action: 'approval.escalated',
        subject: { kind: 'approval', id },
        summary: `${ticketOf(number)} still waits for ${whom}: ${verdict}`,
        payload: { ticket: ticketOf(number), groups },
        at: now,
      });
      await notify(tx, { kind: 'approval', id, state: 'pending' });
    }
    return late.length;
  });
}
