import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

/** What was found is no longer so. */
export async function resolveFinding(
  _context: Context,
  _input: { readonly id: string; readonly reason: string },
): Promise<void> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
