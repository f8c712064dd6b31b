import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

/** Runs every finder: opens what is new, resolves what is gone. Actor: job. */
export async function findAll(_context: Context): Promise<{ opened: number; resolved: number }> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
