import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { transaction } from '#lib/db/transaction';
import { type EndedRequest, reportEnded } from './end-requests.ts';

const reason = 'nobody answered, or nothing used it, in time';

/** Ends what is past its time, pending or approved and unused; returns how many. Actor: job. */
export async function expireDue(context: Context, batchMax = 500): Promise<number> {
  requireKind(context.actor, 'job');
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    const ended = await tx.$queryRaw<EndedRequest[]>`
      UPDATE approval_request SET state = 'expired', state_reason = ${reason}, decided_at = coalesce(decided_at, ${now})
      WHERE state IN ('pending', 'approved') AND id IN (
        SELECT id FROM approval_request WHERE state IN ('pending', 'approved') AND expires_at <= ${now}
        ORDER BY expires_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)
      RETURNING id, number, card ->> 'verdict' AS verdict`;
    await reportEnded(tx, context, ended, 'expired', reason);
    return ended.length;
  });
}
