import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ItemView } from './model.ts';
/** One item with its frozen evidence, decisions, removals and drift. */
export async function getItem(_context: Context, _itemId: string): Promise<ItemView> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
