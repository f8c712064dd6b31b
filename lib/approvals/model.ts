import type { PurposeTier } from '#lib/policies/model';

export const approvalStates = ['pending', 'approved', 'denied', 'expired', 'used', 'cancelled'] as const;

export type ApprovalStateName = (typeof approvalStates)[number];

/** What the approver sees beside the statement. Literals of masked columns are masked already. */
export interface ApprovalCard {
  /** "Deletes rows of public.orders, about 49 of 50,000; not reversible" */
  readonly verdict: string;
  readonly tag: string;
  readonly actions: readonly string[];
  readonly objects: readonly string[];
  readonly hasWhere: boolean | null;
  readonly rowEstimate: number | null;
  readonly rowsTotal: number | null;
  readonly estimateNote: string | null;
  readonly setsOff: readonly string[];
  readonly functions: readonly string[];
  readonly inTransaction: boolean;
  readonly rule: { readonly id: string; readonly message: string | null };
}

export interface BoundParameter {
  readonly type: number;
  readonly value: string | null;
}

/** A held statement as the gateway files it. */
export interface NewApproval {
  readonly sessionId: string;
  readonly seq: number;
  readonly agentId: string;
  readonly resourceId: string;
  readonly binding: string;
  readonly text: string;
  readonly canonicalText: string;
  readonly parameters: readonly BoundParameter[];
  readonly databaseRole: string;
  readonly searchPath: string;
  readonly card: ApprovalCard;
  readonly factsDigest: string;
  readonly policies: readonly string[];
  readonly groups: readonly string[];
  readonly quorum: number;
  readonly ttlSeconds: number;
  readonly repeat: boolean;
  readonly holdUntil: Date;
  /** What the agent says in front of the statement to an open question (`answerIn` of rules). */
  readonly answer?: string | null;
  /** The human named in the session's verified claims, when that person is known here. */
  readonly claimedPersonId?: string | null;
}

/** What the gateway needs to know of a request. */
export interface ApprovalState {
  readonly id: string;
  /** AR-1042 */
  readonly ticket: string;
  readonly state: ApprovalStateName;
  readonly decidedBy: string | null;
  readonly reason: string | null;
  readonly expiresAt: Date;
  /** What somebody asks or proposes and the agent has not answered; the agent reads it. */
  readonly question?: OpenNote | null;
}

export interface OpenNote {
  readonly by: string;
  readonly text: string;
  /** For a narrower proposal: the statement that the agent must send itself. */
  readonly statement: string | null;
}

export interface NoteView {
  readonly id: string;
  readonly kind: 'question' | 'narrower' | 'answer';
  /** Null: the agent wrote it, untrusted. */
  readonly by: Named | null;
  readonly text: string;
  readonly statement: string | null;
  readonly at: Date;
}

export const approvalTabs = ['pending', 'mine', 'decided'] as const;

/** pending: all that wait; mine: those that wait and that this person may decide; decided: the rest. */
export type ApprovalTab = (typeof approvalTabs)[number];

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface ApprovalRow {
  readonly id: string;
  readonly ticket: string;
  readonly state: ApprovalStateName;
  readonly stateReason: string | null;
  readonly verdict: string;
  readonly tag: string;
  readonly objects: readonly string[];
  readonly agent: Named;
  readonly resource: Named & { readonly environment: string };
  readonly sessionId: string;
  readonly seq: number;
  readonly purpose: { readonly text: string; readonly tier: PurposeTier } | null;
  /** The rule that asked. */
  readonly rule: string;
  readonly groups: readonly string[];
  /** Persons that must approve, and how many did. */
  readonly quorum: number;
  readonly approvals: number;
  readonly createdAt: Date;
  /** Until then the agent's client waits; afterwards it was told `[PENDING]`. */
  readonly holdUntil: Date;
  readonly expiresAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: readonly string[];
  readonly usedAt: Date | null;
  /** This person may approve or deny it now; else `blockedBecause` says why not. */
  readonly mayDecide: boolean;
  readonly blockedBecause: string | null;
}

export interface ApprovalAnswerView {
  readonly id: string;
  readonly by: Named | null;
  readonly actorKind: 'person' | 'sandbox';
  readonly answer: 'approve' | 'deny';
  readonly reason: string | null;
  readonly dwellMs: number | null;
  /** Past groups and quorum, in an emergency. */
  readonly breakGlass: boolean;
  readonly at: Date;
}

/** An earlier request for a statement of the same shape on the same resource. */
export interface SimilarApproval {
  readonly id: string;
  readonly ticket: string;
  readonly agent: Named;
  readonly state: ApprovalStateName;
  readonly decidedBy: readonly string[];
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly sameText: boolean;
  /** What came of it once it ran; null: it did not run, or its outcome is not known yet. */
  readonly outcome: { readonly status: string; readonly rows: number | null } | null;
}

/** Someone in the chain behind the agent, who therefore can't decide. */
export interface InvolvedPerson {
  readonly person: Named;
  readonly as: 'agent owner' | 'agent sponsor' | 'grant creator' | 'requester' | 'named in the session';
}

export interface ApprovalView extends ApprovalRow {
  /** Masked as invariant 8 says; never markup. */
  readonly text: string;
  readonly parameters: readonly BoundParameter[];
  readonly databaseRole: string;
  readonly searchPath: string;
  readonly binding: string;
  readonly card: ApprovalCard;
  readonly repeat: boolean;
  readonly session: {
    readonly id: string;
    readonly state: string;
    readonly issuer: string;
    readonly subject: string;
    readonly clientAddress: string;
    readonly startedAt: Date;
  };
  readonly involved: readonly InvolvedPerson[];
  readonly answers: readonly ApprovalAnswerView[];
  readonly notes: readonly NoteView[];
  /** Approving it asks for a sign-in of the last five minutes (`signedInAt`). */
  readonly highRisk: boolean;
  /** When half of its time was over without an answer. */
  readonly escalatedAt: Date | null;
  readonly similar: readonly SimilarApproval[];
  readonly used: { readonly sessionId: string; readonly seq: number } | null;
}

export interface PendingCount {
  readonly pending: number;
  /** Of these, the ones that this person may decide. */
  readonly mine: number;
}

/** How people answer: counts first. */
export interface HealthFigures {
  readonly answers: number;
  readonly approved: number;
  readonly denied: number;
  /** 0 to 1; null: no answers. */
  readonly approveRate: number | null;
  /** From the filing to the answer. */
  readonly medianMsToDecide: number | null;
  readonly medianDwellMs: number | null;
  /** Looked at for less than three seconds. */
  readonly fast: number;
}

export interface ApproverHealth {
  readonly people: readonly (HealthFigures & { readonly person: Named })[];
  readonly rules: readonly (HealthFigures & {
    readonly rule: string;
    readonly asked: number;
    readonly unanswered: number;
  })[];
}

export interface AbsenceView {
  readonly id: string;
  readonly person: Named;
  readonly delegate: Named;
  readonly from: Date;
  readonly until: Date;
  readonly reason: string;
  readonly active: boolean;
}
