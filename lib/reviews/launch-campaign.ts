import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

export interface LaunchResult {
  readonly items: number;
  readonly snapshotHash: string;
}

/** Freezes the grants with their evidence, assigns reviewers, opens the campaign: one ledger entry. */
export async function launchCampaign(_context: Context, _campaignId: string): Promise<LaunchResult> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
