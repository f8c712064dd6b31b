import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { ticketOf } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { useSchema } from './schema.ts';

/**
 * Uses an approval up, in one conditional update: still approved, unexpired, quorum reached, not
 * denied, the session live and of the same agent and resource, the agent active. A `repeat` one may
 * be used again by the session that used it first. False: it no longer stands. Actor: worker.
 */
export async function useApproval(
  context: Context,
  input: { readonly id: string; readonly sessionId: string; readonly seq: number },
): Promise<boolean> {
  requireKind(context.actor, 'worker');
  const { id, sessionId, seq } = parseInput(useSchema, input);
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    const [used] = await tx.$queryRaw<{ number: number; verdict: string }[]>`
      UPDATE approval_request r
      SET state = 'used', used_at = coalesce(used_at, ${now}),
        used_session_id = coalesce(used_session_id, ${sessionId}), used_seq = coalesce(used_seq, ${seq})
      WHERE r.id = ${id} AND r.expires_at > ${now}
        AND (r.state = 'approved' OR (r.state = 'used' AND r.repeat AND r.used_session_id = ${sessionId}))
        AND EXISTS (SELECT 1 FROM session s JOIN agent a ON a.id = s.agent_id
          WHERE s.id = ${sessionId} AND s.state = 'live' AND a.state = 'active'
            AND s.agent_id = r.agent_id AND s.resource_id = r.resource_id)
        AND NOT EXISTS (SELECT 1 FROM approval_answer d WHERE d.request_id = r.id AND d.answer = 'deny')
        AND (SELECT count(DISTINCT y.person_id) >= greatest(r.quorum, cardinality(r.groups))
            OR count(*) FILTER (WHERE y.actor_kind = 'sandbox' OR y.break_glass) > 0
          FROM approval_answer y WHERE y.request_id = r.id AND y.answer = 'approve')
      RETURNING r.number, r.card ->> 'verdict' AS verdict`;
    if (!used) return false;
    await appendEntry(tx, {
      actor: context.actor,
      action: 'approval.used',
      subject: { kind: 'approval', id },
      summary: `${ticketOf(used.number)} was used: ${used.verdict}`,
      payload: { ticket: ticketOf(used.number), sessionId, seq },
      at: now,
    });
    await notify(tx, { kind: 'approval', id, state: 'used' });
    return true;
  });
}
