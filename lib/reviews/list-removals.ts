import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { RemovalView } from './model.ts';
/** What the decisions took away, and how far each is proven. */
export async function listRemovals(_context: Context, _campaignId: string): Promise<readonly RemovalView[]> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
