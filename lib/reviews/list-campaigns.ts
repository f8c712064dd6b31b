import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { CampaignSummary } from './model.ts';
/** Every campaign that this person may see, newest first. */
export async function listCampaigns(_context: Context): Promise<readonly CampaignSummary[]> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
