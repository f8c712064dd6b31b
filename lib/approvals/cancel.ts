import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

/** Nobody needs to answer any more. False: it was not pending. Actor: worker or job. */
export async function cancelApproval(
  _context: Context,
  _input: { readonly id: string; readonly reason: string; readonly sessionId?: string },
): Promise<boolean> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
