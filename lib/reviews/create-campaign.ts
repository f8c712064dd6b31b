import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { CampaignScope, ReviewerRules } from './model.ts';

export interface CreateCampaign {
  readonly name: string;
  readonly scope: Partial<CampaignScope>;
  readonly periodFrom: Date;
  readonly periodTo: Date;
  readonly rules: ReviewerRules;
  /** Business days after launch until the sign-off is due. */
  readonly dueInBusinessDays: number;
  /** The targeted risk analysis that scope and frequency rest on (PCI DSS 12.3.1). */
  readonly riskAnalysis: string;
}

/** Sets a campaign up as a draft. */
export async function createCampaign(_context: Context, _input: CreateCampaign): Promise<{ id: string }> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
