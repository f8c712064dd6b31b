import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { DriftView } from './model.ts';
/** What changed since launch, newest first; the snapshot itself never changes. */
export async function driftOf(_context: Context, _campaignId: string): Promise<readonly DriftView[]> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
