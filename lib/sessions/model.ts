import type { Purpose } from '#lib/identity/model';
import type { PersonRef } from '#lib/people/model';
import type { PurposeTier } from '#lib/policies/model';
import type { RecordingHeader, RecordingRecord } from '#lib/recording/model';
import type { ResourceKind } from '#lib/resources/model';

export const sessionStates = ['live', 'closed', 'cut', 'interrupted', 'refused'] as const;
export type SessionState = (typeof sessionStates)[number];
export const decisions = ['allow', 'deny', 'hold'] as const;
export const outcomes = ['completed', 'failed', 'refused', 'pending', 'cancelled', 'unknown'] as const;

/** The largest sequence that the index of statements can hold. */
export const seqMax = 2_147_483_647;

export interface NameRef {
  readonly id: string;
  readonly name: string;
}

export interface SessionRow {
  readonly id: string;
  readonly agent: NameRef;
  readonly resource: NameRef & { readonly environment: string; readonly kind: ResourceKind };
  readonly owner: PersonRef | null;
  readonly purpose: { readonly text: string; readonly tier: PurposeTier; readonly source: string } | null;
  readonly state: SessionState;
  readonly endReason: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly statements: number;
  readonly allowed: number;
  readonly held: number;
  readonly denied: number;
  readonly rowsOut: number;
  readonly maskedFields: number;
}

export interface SessionDetail extends SessionRow {
  readonly issuer: string;
  readonly subject: string;
  readonly tokenId: string | null;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly clientAddress: string;
  readonly applicationName: string | null;
  readonly upstreamUser: string | null;
  readonly policyVersion: number;
  readonly expiresAt: Date;
  readonly bytesOut: number;
  readonly grants: readonly {
    readonly id: string;
    readonly actions: readonly string[];
    readonly scope: readonly string[];
  }[];
  readonly recording: {
    readonly state: 'sealed' | 'interrupted' | 'deleted';
    readonly bytes: number;
    readonly records: number;
    readonly digest: string;
    readonly sealedAt: Date;
  } | null;
  readonly may: { readonly openRecording: boolean; readonly end: boolean };
}

export interface StatementEntry {
  readonly sessionId: string;
  readonly seq: number;
  readonly at: Date;
  readonly agent: NameRef;
  readonly resource: NameRef;
  readonly tag: string;
  /** Masked as invariant 8 says. */
  readonly text: string;
  readonly actions: readonly string[];
  readonly objects: readonly string[];
  readonly decision: (typeof decisions)[number];
  readonly outcome: (typeof outcomes)[number];
  readonly policies: readonly string[];
  readonly grantIds: readonly string[];
  readonly ticket: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly rows: number | null;
  readonly bytesOut: number;
  readonly maskedFields: number;
  readonly durationUs: number | null;
}

/** One page of a recording's records, as the agent saw them. */
export interface RecordingPage {
  readonly header: RecordingHeader;
  readonly records: readonly RecordingRecord[];
  /** Sequence to ask for next, or null at the end. */
  readonly next: number | null;
  readonly sealed: boolean;
}

/** A statement's place in a session. */
export interface ReplayStep {
  readonly seq: number;
  /** Milliseconds since the session began. */
  readonly atMs: number;
}

export interface ReplayIndex {
  /** Null: there is no statement. */
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  /** Statements spread evenly from the first to the last, a hundred at most. */
  readonly marks: readonly ReplayStep[];
}

/** A place in a recording where a text stands. */
export interface RecordingHit {
  readonly seq: number;
  /** The statement that it belongs to; null: none. */
  readonly statement: number | null;
  readonly kind: RecordingRecord['body']['kind'];
  readonly atMs: number;
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

export interface RecordingSearch {
  readonly hits: readonly RecordingHit[];
  /** Sequence to go on from; null: the recording was looked through to its end. */
  readonly next: number | null;
}

/** "3 of 3 workers confirmed, 2 sessions ended" */
export interface CutStatus {
  readonly id: string;
  readonly subjectKind: 'grant' | 'agent' | 'session';
  readonly subjectId: string;
  readonly reason: string;
  readonly orderedAt: Date;
  readonly workers: number;
  readonly confirmed: number;
  /** Workers that stopped proving that they live since the cut was ordered: they cut on their own. */
  readonly gone: number;
  readonly sessionsEnded: number;
  readonly done: boolean;
}

/** A gateway process. */
export interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Silent: the job that closes lost workers' sessions takes it for lost. */
  readonly state: 'running' | 'silent' | 'stopped';
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  readonly stoppedAt: Date | null;
  readonly liveSessions: number;
}

/** A session as a gateway opens it. */
export interface NewSession {
  readonly id: string;
  readonly agentId: string;
  readonly resourceId: string;
  readonly ownerId: string | null;
  readonly grantIds: readonly string[];
  readonly issuer: string;
  readonly subject: string;
  readonly tokenId: string | null;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly purpose: Purpose | null;
  readonly clientAddress: string;
  readonly applicationName: string | null;
  readonly upstreamUser: string | null;
  readonly policyVersion: number;
  readonly startedAt: Date;
  readonly expiresAt: Date;
}

/** How it ended, with its final numbers. */
export interface SessionEnd {
  readonly id: string;
  readonly state: 'closed' | 'cut' | 'interrupted';
  readonly reason: string;
  readonly endedAt: Date;
  readonly statements: number;
  readonly allowed: number;
  readonly held: number;
  readonly denied: number;
  readonly rowsOut: number;
  readonly bytesOut: number;
  readonly maskedFields: number;
}

/** What lies in a sealed file. */
export interface SealedRecording {
  readonly sessionId: string;
  readonly path: string;
  readonly bytes: number;
  readonly records: number;
  readonly blocks: number;
  /** SHA-256 of the whole file, hex. */
  readonly digest: string;
  readonly state: 'sealed' | 'interrupted';
  readonly sealedAt: Date;
  /** The data key, wrapped; null: the file holds it. */
  readonly wrappedKey?: string | null;
}
