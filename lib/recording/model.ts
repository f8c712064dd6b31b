import type { Outcome, PolicyRef, PurposeTier } from '#lib/policies/model';

/** What stands at the head of every recording. */
export interface RecordingHeader {
  readonly sessionId: string;
  readonly startedAt: string;
  readonly wire: 'postgres' | 'kubernetes' | 'ssh' | 'http' | 'mcp';
  readonly agent: { readonly id: string; readonly name: string; readonly owner: string | null };
  readonly resource: { readonly id: string; readonly name: string; readonly environment: string };
  readonly grantIds: readonly string[];
  readonly purpose: { readonly text: string; readonly tier: PurposeTier; readonly source: string } | null;
  readonly issuer: string;
  readonly subject: string;
  /** The token's claims that are kept (never the token). */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly policyVersion: number;
  readonly client: { readonly address: string; readonly application: string | null };
}

export interface RecordedDecision {
  readonly outcome: Outcome;
  readonly policies: readonly PolicyRef[];
  readonly message: string | null;
  readonly grantIds: readonly string[];
}

/** A statement was about to be forwarded (or was refused): written before anything reaches the target. */
export interface IntentRecord {
  readonly kind: 'intent';
  readonly text: string;
  /** Bound parameters as the agent sent them; null: none. Text as is, binary in base64 with `b64:` before it. */
  readonly parameters: readonly (string | null)[] | null;
  readonly tag: string;
  readonly actions: readonly string[];
  readonly objects: readonly string[];
  readonly decision: RecordedDecision;
  readonly factsDigest: string;
  readonly ticket: string | null;
}

export type OutcomeStatus = 'completed' | 'failed' | 'refused' | 'pending' | 'cancelled' | 'unknown';

/** What came of an intent. `of` is the intent's sequence. */
export interface OutcomeRecord {
  readonly kind: 'outcome';
  readonly of: number;
  readonly status: OutcomeStatus;
  readonly commandTag: string | null;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256, hex, over the bytes sent to the agent for this statement. */
  readonly bytesDigest: string;
  readonly maskedFields: number;
  readonly durationUs: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Rows as the agent saw them (masked), bounded per statement. */
export interface RowsRecord {
  readonly kind: 'rows';
  readonly of: number;
  /** Present in the first rows record of a result. */
  readonly columns:
    | readonly { readonly name: string; readonly typeOid: number; readonly masked: boolean }[]
    | null;
  readonly rows: readonly (readonly (string | null)[])[];
  /** True in the last one when the bound was reached: more rows were sent than stand here. */
  readonly truncated: boolean;
}

export interface ApprovalRecord {
  readonly kind: 'approval';
  readonly of: number;
  readonly ticket: string;
  readonly state: 'requested' | 'approved' | 'denied' | 'expired' | 'used' | 'cancelled';
  readonly by: string | null;
  readonly reason: string | null;
}

export interface NoticeRecord {
  readonly kind: 'notice';
  readonly of: number | null;
  readonly from: 'target' | 'gateway';
  readonly severity: string;
  readonly message: string;
}

export interface EndRecord {
  readonly kind: 'end';
  /** closed by the agent, cut, limit, recording trouble, interrupted … */
  readonly state: 'closed' | 'cut' | 'interrupted';
  readonly reason: string;
}

export type RecordBody =
  | IntentRecord
  | OutcomeRecord
  | RowsRecord
  | ApprovalRecord
  | NoticeRecord
  | EndRecord;

/** One record: `seq` counts from 1 in a session, `atUs` is microseconds since the header's `startedAt`. */
export interface RecordingRecord {
  readonly seq: number;
  readonly atUs: number;
  readonly body: RecordBody;
}
