import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { TieOut } from './model.ts';
/** Population = decided + excepted; denied = removed + excepted; names what is missing. */
export async function tieOut(_context: Context, _campaignId: string): Promise<TieOut> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
