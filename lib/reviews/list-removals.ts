import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import type { RemovalView } from './model.ts';
import { removalViews } from './removals.ts';
import { requireVisibleCampaign, seesAll } from './visible.ts';

/** What the decisions took away, and how far each is proven; the most urgent first. */
export async function listRemovals(context: Context, campaignId: string): Promise<readonly RemovalView[]> {
  await requireVisibleCampaign(context, campaignId);
  if (!seesAll(context.actor))
    throw forbidden('The removals of a whole campaign are for admins and auditors.');
  return removalViews(context.db, { campaignId }, context.clock.now());
}
