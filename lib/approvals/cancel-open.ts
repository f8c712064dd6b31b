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
  const ended = await tx.$queryRaw<EndedRequest[]>`
    UPDATE approval_request SET state = 'cancelled', state_reason = ${reason}, decided_at = ${context.clock.now()}
    WHERE state IN ('pending', 'approved')
      AND (${agentId}::text IS NULL OR agent_id = ${agentId})
      AND (${resourceId}::text IS NULL OR resource_id = ${resourceId})
      AND (${sessionId}::text IS NULL OR session_id = ${sessionId})
    RETURNING id, number, card ->> 'verdict' AS verdict`;
  await reportEnded(tx, context, ended, 'cancelled', reason);
  return ended.length;
}
