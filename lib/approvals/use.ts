import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

/** Uses an approval up in one conditional update; false: it no longer stands. Actor: worker. */
export async function useApproval(
  _context: Context,
  _input: { readonly id: string; readonly sessionId: string; readonly seq: number },
): Promise<boolean> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
