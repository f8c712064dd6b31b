import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { DecideItem } from './decide-item.ts';
import type { BulkResult } from './model.ts';
/** At most 100 answers, each on its own: a result for every one. Only what policy allows in bulk. */
export async function decideItems(
  _context: Context,
  _inputs: readonly DecideItem[],
): Promise<readonly BulkResult[]> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
