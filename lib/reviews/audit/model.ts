import type { CampaignSummary, ExceptionView } from '../model.ts';

/** Where a campaign stands, for who audits all of them. */
export interface AuditedCampaign extends CampaignSummary {
  /** Items whose grant was reduced or revoked. */
  readonly denied: number;
  /** Of these, proven gone when read again. */
  readonly removed: number;
  /** Of the rest, those that an exception covers. */
  readonly removalsExcepted: number;
  readonly removalsOverdue: number;
  /** Population = decided + excepted, and denied = removed + excepted. The sign-off asks for more. */
  readonly sumsTie: boolean;
  /** The last step of the clock that was taken: 3 and 5 remind, 6 and 7 escalate. */
  readonly lateStep: number | null;
  readonly drifted: number;
  readonly signedBy: string | null;
  /** SHA-256 of the evidence pack's manifest; null until it is signed. */
  readonly manifestHash: string | null;
}

/** What a launch found, side by side with the launches before. */
export interface TrendPoint {
  readonly campaignId: string;
  readonly name: string;
  readonly launchedAt: Date;
  readonly grants: number;
  readonly permissions: number;
  readonly unusedPermissions: number;
  /** Grants of which nothing was used though it was watched, or whose agent is gone. */
  readonly staleGrants: number;
}

export interface OpenException extends ExceptionView {
  readonly campaign: { readonly id: string; readonly name: string };
}

export interface AuditView {
  /** By the end of the reviewed period, the newest first. */
  readonly quarters: readonly { readonly quarter: string; readonly campaigns: readonly AuditedCampaign[] }[];
  /** Accepted deviations that have not ended, the next to end first. */
  readonly exceptions: readonly OpenException[];
  /** The oldest first. */
  readonly trend: readonly TrendPoint[];
}
