import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { CampaignPreview } from './model.ts';
/** Population, conflicts and who would get how many items; writes nothing. */
export async function previewCampaign(_context: Context, _campaignId: string): Promise<CampaignPreview> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
