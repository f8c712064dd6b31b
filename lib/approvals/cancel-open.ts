import type { Context } from '#lib/auth/context';
import { invalid } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { type EndedRequest, reportEnded } from './end-requests.ts';

/** Whose requests end: an agent's (suspended, ended), those on one resource, or one session's (cut). */
export interface OpenRequests {
  readonly agentId?: string;
  readonly resourceId?: string;
  readonly sessionId?: string;
}

/**
 * Cancels pending and approved-but-unused requests inside the caller's transaction: for the verbs
 * that revoke a grant, suspend an agent or cut a session, which have checked who may. Returns how many.
 */
export async function cancelOpenRequests(
  tx: Tx,
  context: Context,
  of: OpenRequests,
  reason: string,
): Promise<number> {
  const { agentId = null, resourceId = null, sessionId = null } = of;
  if (agentId === null && resourceId === null && sessionId === null) {
    throw invalid('Name the agent, the resource or the session whose requests end.');
  }
  const waitedFor = sessionId === null ? [] : await leave(tx, sessionId);
  const ended = await tx.$queryRaw<EndedRequest[]>`
    UPDATE approval_request r SET state = 'cancelled', state_reason = ${reason}, decided_at = ${context.clock.now()}
    WHERE state IN ('pending', 'approved')
      AND (${agentId}::text IS NULL OR agent_id = ${agentId})
      AND (${resourceId}::text IS NULL OR resource_id = ${resourceId})
      AND (${sessionId}::text IS NULL OR (id = ANY (${waitedFor})
        AND NOT EXISTS (SELECT 1 FROM approval_waiter w WHERE w.request_id = r.id)))
    RETURNING r.id, r.number, card ->> 'verdict' AS verdict`;
  await reportEnded(tx, context, ended, 'cancelled', reason);
  return ended.length;
}

/** The session waits no longer; what it waited for is locked against who would join just now. */
async function leave(tx: Tx, sessionId: string): Promise<string[]> {
  const waited = await tx.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM approval_request r
    WHERE r.state IN ('pending', 'approved') AND (r.session_id = ${sessionId} OR EXISTS (
      SELECT 1 FROM approval_waiter w WHERE w.request_id = r.id AND w.session_id = ${sessionId}))
    ORDER BY r.id FOR UPDATE OF r`;
  await tx.approvalWaiter.deleteMany({ where: { sessionId } });
  return waited.map(({ id }) => id);
}
