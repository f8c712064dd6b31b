import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

/** Ends what is past its time, pending or approved; returns how many. Actor: job. */
export async function expireDue(_context: Context, _batchMax = 500): Promise<number> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
