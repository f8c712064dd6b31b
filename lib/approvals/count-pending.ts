import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { PendingCount } from './model.ts';
/** How many wait, and how many of them for this person. */
export async function countPending(_context: Context): Promise<PendingCount> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
