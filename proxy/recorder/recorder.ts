import type { EndRecord, RecordBody, RecordingHeader } from '#lib/recording/model';
import type { StatementRow } from '#proxy/control/control-plane';

/** A worker's recorder: one spool, many sessions. */
export interface Recorder {
  /** Throws `unavailable` when the spool is full, slow or failing: then no session opens. */
  open(header: RecordingHeader, durability: 'process' | 'disk'): SessionRecorder;
  /** Null when all is well; else why no new session may open, for the agent. */
  trouble(): string | null;
  /** Ends what is open, seals it, and stops. */
  close(): Promise<void>;
}

/** One session's recording. Records are appended in memory and reach the spool together at `flush`. */
export interface SessionRecorder {
  /** Returns the record's sequence, from 1. Lists in `body` and in index rows must not change afterwards. */
  append(body: RecordBody): number;
  /**
   * Everything appended so far is in the spool when this returns (`process`), or when the promise
   * it returns resolves (`disk`). Throws when it can't be: then nothing may be forwarded. In both
   * modes a promise may also mean: wait, there is no room now; it rejects when that lasts too long.
   */
  flush(): Promise<void> | undefined;
  /** A finished statement, for the search index and usage. */
  index(row: StatementRow, facts: unknown): void;
  /** Appends the end, flushes, and hands the session to the sealer. */
  close(end: Omit<EndRecord, 'kind'>): void;
  readonly sessionId: string;
}
