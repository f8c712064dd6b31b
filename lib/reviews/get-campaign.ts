import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { CampaignView } from './model.ts';
/** One campaign with its numbers, exceptions, quality figures and sign-off. */
export async function getCampaign(_context: Context, _campaignId: string): Promise<CampaignView> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
