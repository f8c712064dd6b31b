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

/** What the target's planner expected of a statement before anybody was asked about it. */
export interface RecordedEstimate {
  readonly rows: number | null;
  /** Rows of the table, as the catalog counts them. */
  readonly total: number | null;
  /** Why there is no estimate. */
  readonly note: string | null;
  /** The plan as the target told it (EXPLAIN, FORMAT JSON); null: none, or too long to be kept. */
  readonly plan: string | null;
}

export interface ApprovalRecord {
  readonly kind: 'approval';
  readonly of: number;
  readonly ticket: string;
  readonly state: 'requested' | 'approved' | 'denied' | 'expired' | 'used' | 'cancelled';
  readonly by: string | null;
  readonly reason: string | null;
  /** With `requested` only, and not in older recordings. */
  readonly estimate?: RecordedEstimate;
}

export interface NoticeRecord {
  readonly kind: 'notice';
  readonly of: number | null;
  readonly from: 'target' | 'gateway';
  readonly severity: string;
  readonly message: string;
}

export type BytesEncoding = 'utf8' | 'base64';

/** Bytes of a terminal, as they passed. `of`: the command they belong to; null: a shell's own. */
export interface TerminalRecord {
  readonly kind: 'terminal';
  readonly of: number | null;
  /** `out`: shown to the agent (masked), `in`: what it typed. */
  readonly stream: 'out' | 'in';
  /** UTF-8 may be cut anywhere between two records; a piece that is no text of its own is base64. */
  readonly data: string;
  readonly encoding: BytesEncoding;
}

/** The terminal has this size from here on; the first one stands before any `terminal`. */
export interface ResizeRecord {
  readonly kind: 'resize';
  readonly columns: number;
  readonly rows: number;
}

/** Credentials (authorization, cookies, keys) are left out by whoever writes. */
export type RecordedHeaders = readonly (readonly [name: string, value: string])[];

/** A body as far as it is kept, and what there was of it in all. */
export interface RecordedBody {
  readonly data: string;
  readonly encoding: BytesEncoding;
  readonly mediaType: string | null;
  /** Bytes of the whole body, and their SHA-256 in hex. */
  readonly bytes: number;
  readonly digest: string;
  /** More passed than stands here. */
  readonly truncated: boolean;
}

/** An HTTP or Kubernetes request that intent `of` decided. */
export interface RequestRecord {
  readonly kind: 'request';
  readonly of: number;
  readonly method: string;
  /** Path and query, as the agent sent them. */
  readonly path: string;
  readonly headers: RecordedHeaders;
  readonly body: RecordedBody | null;
}

/** Its response, as the agent saw it (masked). */
export interface ResponseRecord {
  readonly kind: 'response';
  readonly of: number;
  readonly status: number;
  readonly headers: RecordedHeaders;
  readonly body: RecordedBody | null;
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
  | EndRecord
  | TerminalRecord
  | ResizeRecord
  | RequestRecord
  | ResponseRecord;

/** One record: `seq` counts from 1 in a session, `atUs` is microseconds since the header's `startedAt`. */
export interface RecordingRecord {
  readonly seq: number;
  readonly atUs: number;
  readonly body: RecordBody;
}

/** The record at a sequence and what belongs to it: its rows, approvals, notices and outcome. */
export interface StatementRecords {
  readonly records: readonly RecordingRecord[];
  /** More may belong to it than is kept here. */
  readonly truncated: boolean;
}
