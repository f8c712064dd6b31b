import type { GrantSource } from '#lib/grants/model';
import type { Action } from '#lib/policies/model';
import type { ReplaySummary } from './reduction/model.ts';

export const itemChoices = ['approve', 'reduce', 'revoke', 'dont_know'] as const;
export type ItemChoice = (typeof itemChoices)[number];

export const campaignStates = ['draft', 'open', 'signed', 'discarded'] as const;
export type CampaignState = (typeof campaignStates)[number];

/** open: nobody answered; partly: one of two reviewers did; escalated: somebody does not know. */
export const itemStates = [
  'open',
  'partly',
  'approved',
  'reduced',
  'revoked',
  'escalated',
  'excepted',
] as const;
export type ItemState = (typeof itemStates)[number];

/** What became of the grant since it was last certified; the queue shows them in this order. */
export const itemChanges = ['new', 'changed', 'unchanged'] as const;
export type ItemChange = (typeof itemChanges)[number];

export type Duty = 'technical' | 'security' | 'fallback';
export type RemovalState = 'requested' | 'accepted' | 'absent_on_reread' | 'ineffective';

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Which grants a campaign reviews. Null: all. */
export interface CampaignScope {
  readonly agentIds: readonly string[] | null;
  readonly resourceIds: readonly string[] | null;
  readonly environments: readonly string[] | null;
  readonly sources: readonly GrantSource[] | null;
  readonly privilegedOnly: boolean;
}

/** The technical reviewer is the resource's owner; these rules name the others. */
export interface ReviewerRules {
  /** Name of the group whose members are second reviewers of privileged grants. */
  readonly securityGroup: string;
  /** Who reviews where the technical owner is missing or not independent. */
  readonly fallbackPersonId: string | null;
  /** Share of what is kept that a second person looks at, 0 to 1; absent in older campaigns: none. */
  readonly spotCheckShare?: number;
}

export interface GrantTermsView {
  readonly actions: readonly Action[];
  readonly scope: readonly string[];
  readonly endsAt: string | null;
}

/** The grant as it stood at launch. Times are ISO 8601 in UTC throughout a snapshot. */
export interface GrantSnapshot extends GrantTermsView {
  readonly id: string;
  readonly agent: Named & {
    readonly state: string;
    readonly owner: PersonSnapshot | null;
    readonly sponsor: PersonSnapshot | null;
  };
  readonly resource: Named & {
    readonly kind: string;
    readonly environment: string;
    readonly owner: PersonSnapshot | null;
  };
  readonly reason: string;
  readonly source: GrantSource;
  readonly createdBy: PersonSnapshot | null;
  readonly createdByKind: string;
  readonly requestedBy: PersonSnapshot | null;
  readonly createdAt: string;
  readonly startsAt: string;
  readonly replacesId: string | null;
}

export interface PersonSnapshot extends Named {
  readonly left: boolean;
}

/** A moment in a recording. */
export interface EvidenceLink {
  readonly sessionId: string;
  readonly seq: number;
  readonly at: string;
}

export interface PermissionEvidence {
  readonly action: string;
  /** `schema.table`, `schema.function`, or a scope pattern where no object is known. */
  readonly object: string;
  readonly status: 'Used' | 'UnusedObserved' | 'UnobservableInSource';
  readonly count: number;
  /** Of these, uses that no other grant would have allowed. */
  readonly onlyThisGrant: number;
  readonly denied: number;
  readonly held: number;
  readonly lastAt: string | null;
  /** The most recent sessions, newest first, at most three. */
  readonly recent: readonly EvidenceLink[];
}

export interface Coverage {
  /** From when use would have been seen: the later of the period's and the grant's start. */
  readonly observedFrom: string;
  readonly observedTo: string;
  readonly days: number;
  readonly sessions: number;
  readonly interruptedSessions: number;
  readonly unknownOutcomes: number;
  /** Plain sentences about what the window can't show. */
  readonly notes: readonly string[];
}

export interface ItemEvidence {
  readonly version: 1;
  readonly coverage: Coverage;
  readonly permissions: readonly PermissionEvidence[];
  readonly totals: { readonly used: number; readonly unused: number; readonly unobservable: number };
  readonly attempts: { readonly denied: number; readonly held: number };
  readonly approvals: {
    readonly asked: number;
    readonly approved: number;
    readonly denied: number;
    readonly approvers: readonly (Named & { readonly count: number })[];
  };
  readonly findings: readonly { readonly id: string; readonly kind: string; readonly summary: string }[];
}

export type Recommendation = 'approve' | 'reduce' | 'revoke' | 'none';

export interface TieOut {
  readonly population: number;
  readonly decided: number;
  readonly excepted: number;
  /** Items whose current decision is reduce or revoke. */
  readonly denied: number;
  readonly removed: number;
  readonly removalsExcepted: number;
  readonly ties: boolean;
  /** What is missing, one sentence each, with the items behind it (at most 100 ids a line). */
  readonly missing: readonly { readonly sentence: string; readonly itemIds: readonly string[] }[];
}

export interface CampaignSummary {
  readonly id: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly periodFrom: Date;
  readonly periodTo: Date;
  readonly dueAt: Date;
  readonly overdue: boolean;
  readonly launchedAt: Date | null;
  readonly signedAt: Date | null;
  readonly items: number;
  readonly decided: number;
  readonly excepted: number;
  /** Items that wait for an answer of the person who asks. */
  readonly waitingForMe: number;
  readonly removalsOpen: number;
}

export interface ReviewerLoad {
  readonly person: Named;
  readonly duty: Duty;
  readonly items: number;
  readonly decided: number;
}

export interface ExceptionView {
  readonly id: string;
  readonly itemId: string | null;
  readonly grantId: string | null;
  readonly sentence: string | null;
  readonly reason: string;
  readonly endsAt: Date;
  readonly approvedBy: Named;
  readonly createdAt: Date;
}

export interface DriftView {
  readonly itemId: string | null;
  readonly kind:
    | 'grant-ended'
    | 'grant-changed'
    | 'grant-new'
    | 'agent-changed'
    | 'owner-changed'
    | 'resource-owner-changed';
  readonly summary: string;
  readonly at: Date;
}

export interface ReviewerQuality {
  readonly person: Named;
  readonly decisions: number;
  readonly keeps: number;
  readonly medianDwellMs: number | null;
  /** Keeps decided in under three seconds. */
  readonly fastKeeps: number;
  readonly evidenceOpened: number;
  /** Plain sentences: "kept all 40 items", "23 of 40 keeps in under 3 s". */
  readonly flags: readonly string[];
}

export interface SnapshotRecord {
  readonly takenAt: string;
  readonly takenBy: string;
  readonly product: string;
  readonly database: string;
  readonly queries: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly text: string;
    readonly rows: number;
  }[];
  readonly items: number;
  readonly usageRows: number;
}

export interface CampaignView extends CampaignSummary {
  readonly scope: CampaignScope;
  readonly rules: ReviewerRules;
  readonly riskAnalysis: string;
  readonly createdBy: string;
  /** Whole business days that are left until it is due, at least one. */
  readonly dueInBusinessDays: number;
  /** A draft that was laid aside; null: it was not. */
  readonly discarded: { readonly by: Named; readonly at: Date; readonly reason: string } | null;
  readonly snapshot: SnapshotRecord | null;
  readonly snapshotHash: string | null;
  readonly reviewers: readonly ReviewerLoad[];
  readonly exceptions: readonly ExceptionView[];
  readonly removals: Readonly<Record<RemovalState, number>> & { readonly overdue: number };
  readonly quality: readonly ReviewerQuality[];
  readonly tieOut: TieOut;
  readonly signOff: {
    readonly by: Named;
    /** `sandbox`: a demonstration that no person signed; then `by` says so. */
    readonly actorKind: 'person' | 'sandbox';
    readonly at: Date;
    readonly text: string;
    readonly manifestHash: string;
    readonly packHash: string;
  } | null;
  /** This person may sign once the numbers tie; else why not. */
  readonly maySign: boolean;
  readonly mayNotSignBecause: string | null;
}

export interface PreviewConflict {
  readonly grantId: string;
  readonly sentence: string;
  readonly kind: 'no-reviewer' | 'no-security-reviewer' | 'agent-without-owner' | 'owner-left';
  readonly message: string;
  /** An exception was accepted for it: it does not block the launch. */
  readonly excepted: boolean;
  readonly blocks: boolean;
}

export interface CampaignPreview {
  readonly population: number;
  readonly privileged: number;
  readonly bySource: Readonly<Partial<Record<GrantSource, number>>>;
  readonly reviewers: readonly { readonly person: Named; readonly duty: Duty; readonly items: number }[];
  /** At most 200 of them; `conflictsTotal` counts all. */
  readonly conflicts: readonly PreviewConflict[];
  readonly conflictsTotal: number;
  readonly mayLaunch: boolean;
}

export interface ItemReviewerView {
  readonly person: Named;
  readonly duty: Duty;
  readonly delegatedFrom: Named | null;
  readonly ended: boolean;
  readonly choice: ItemChoice | null;
}

export interface ItemRow {
  readonly id: string;
  readonly position: number;
  readonly sentence: string;
  readonly agent: Named;
  readonly resource: Named & { readonly environment: string };
  readonly grantId: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  readonly endsAt: string | null;
  readonly source: GrantSource;
  readonly privileged: boolean;
  readonly change: ItemChange;
  readonly usedPermissions: number;
  readonly unusedPermissions: number;
  readonly recommendation: Recommendation;
  readonly recommendationReasons: readonly string[];
  readonly state: ItemState;
  /** Items with the same value have the same evidence: they can be looked at together. */
  readonly evidenceGroup: string;
  /** Low risk and nothing unused: policy lets it be approved in bulk. */
  readonly bulkAllowed: boolean;
  readonly reviewers: readonly ItemReviewerView[];
  readonly removal: RemovalState | null;
  readonly drifted: number;
  readonly mayDecide: boolean;
  readonly blockedBecause: string | null;
}

export interface ItemPage {
  readonly rows: readonly ItemRow[];
  readonly next: string | null;
  /** Counts by state of everything that the filters leave, for the tabs. */
  readonly counts: Readonly<Record<ItemState, number>>;
}

export interface DecisionView {
  readonly id: string;
  readonly by: Named;
  /** `sandbox`: no person decided it; then `by` says so. */
  readonly actorKind: 'person' | 'sandbox';
  readonly choice: ItemChoice;
  readonly reason: string | null;
  readonly reducedTo: GrantTermsView | null;
  readonly replay: ReplaySummary | null;
  readonly dwellMs: number | null;
  readonly evidenceOpened: readonly string[];
  readonly at: Date;
  readonly superseded: boolean;
}

export interface RemovalProof {
  readonly state: RemovalState;
  readonly at: string;
  /** What was looked at and what it said, one sentence. */
  readonly sentence: string;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

export interface RemovalView {
  readonly id: string;
  readonly itemId: string;
  readonly sentence: string;
  /** Where the grant stands: what is not here is removed there, and proven by reading again. */
  readonly source: GrantSource;
  readonly state: RemovalState;
  readonly dueAt: Date;
  readonly overdue: boolean;
  readonly newGrantId: string | null;
  readonly proofs: readonly RemovalProof[];
}

export interface ItemView extends ItemRow {
  readonly campaign: { readonly id: string; readonly name: string; readonly state: CampaignState };
  readonly grant: GrantSnapshot;
  readonly evidence: ItemEvidence;
  readonly evidenceHash: string;
  readonly decisions: readonly DecisionView[];
  readonly removals: readonly RemovalView[];
  readonly exceptions: readonly ExceptionView[];
  readonly drift: readonly DriftView[];
  /** A reason must be given for this choice, and why. */
  readonly reasonNeeded: Readonly<Record<ItemChoice, string | null>>;
  readonly previousId: string | null;
  readonly nextId: string | null;
  /** The next that waits for this person's answer, from the top again after the last; null: none. */
  readonly nextToDecideId: string | null;
  /** Items of the campaign with the same evidence that this person sees, this one included. */
  readonly sameEvidence: number;
}
