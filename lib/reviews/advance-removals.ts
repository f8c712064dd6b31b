import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

/** Re-reads what was removed and moves each as far as it is proven; returns how many moved. Actor: job, or who may run campaigns. */
export async function advanceRemovals(_context: Context, _batchMax = 500): Promise<number> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
