import type { Context } from '#lib/auth/context';
import type { CampaignSummary } from './model.ts';
import { summariesOf } from './summaries.ts';

/** Every campaign that this person may see, newest first. Counts are of what the person sees. */
export async function listCampaigns(context: Context): Promise<readonly CampaignSummary[]> {
  return summariesOf(context.db, context.actor, context.clock.now(), null);
}
