import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';

/** Whose requests end: an agent's (suspended, ended), those on one resource, or one session's (cut). */
export interface OpenRequests {
  readonly agentId?: string;
  readonly resourceId?: string;
  readonly sessionId?: string;
}

/**
 * Cancels pending and approved-but-unused requests inside the caller's transaction: for the verbs
 * that revoke a grant, suspend an agent or cut a session. Returns how many.
 */
export async function cancelOpenRequests(
  _tx: Tx,
  _context: Context,
  _of: OpenRequests,
  _reason: string,
): Promise<number> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
