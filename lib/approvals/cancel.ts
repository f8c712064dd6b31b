import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { parseInput } from '#lib/core/input';
import { transaction } from '#lib/db/transaction';
import { type EndedRequest, reportEnded } from './end-requests.ts';
import { cancelSchema } from './schema.ts';

/**
 * Nobody needs to answer any more: the client left or cancelled while it waited. With a session:
 * withdrawn only when no other session waits for the same. What was approved meanwhile stays approved until its time is over. False: it was not pending. Actor: worker or job.
 */
export async function cancelApproval(
  context: Context,
  input: { readonly id: string; readonly reason: string; readonly sessionId?: string },
): Promise<boolean> {
  requireKind(context.actor, 'worker', 'job');
  const { id, reason, sessionId } = parseInput(cancelSchema, input);
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    // Joining locks the row too (its waiter refers to it), so that nobody joins what is being withdrawn.
    await tx.$queryRaw`SELECT 1 FROM approval_request WHERE id = ${id} FOR UPDATE`;
    if (sessionId) await tx.approvalWaiter.deleteMany({ where: { requestId: id, sessionId } });
    const ended = await tx.$queryRaw<EndedRequest[]>`
      UPDATE approval_request SET state = 'cancelled', state_reason = ${reason}, decided_at = ${now}
      WHERE id = ${id} AND state = 'pending'
        AND (${sessionId ?? null}::text IS NULL
          OR NOT EXISTS (SELECT 1 FROM approval_waiter w WHERE w.request_id = ${id}))
      RETURNING id, number, card ->> 'verdict' AS verdict`;
    await reportEnded(tx, context, ended, 'cancelled', reason);
    return ended.length > 0;
  });
}
