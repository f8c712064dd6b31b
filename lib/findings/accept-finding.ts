import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

/** A person accepts the deviation, with a reason. */
export async function acceptFinding(
  _context: Context,
  _input: { readonly id: string; readonly reason: string },
): Promise<void> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
