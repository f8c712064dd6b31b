import type { Context } from '#lib/auth/context';
import type { Page } from '#lib/core/page';
import type { SealingKey } from '#lib/core/sealing';
import type { CutStatus, RecordingPage, SessionDetail, SessionRow, StatementEntry } from './model.ts';
import type { OpeningInput, SessionEnding, SessionFilter, StatementFilter } from './schema.ts';

export type * from './model.ts';
export type * from './schema.ts';

export declare function listSessions(context: Context, filter: SessionFilter): Promise<Page<SessionRow>>;
/** All that are live now and that the person may see, newest first. */
export declare function liveSessions(context: Context): Promise<readonly SessionRow[]>;
export declare function getSession(context: Context, sessionId: string): Promise<SessionDetail>;
export declare function listStatements(
  context: Context,
  filter: StatementFilter,
): Promise<Page<StatementEntry>>;
/**
 * One page of a recording. Permission recording.open; the first opening by a person in an hour
 * writes a ledger entry. `recordings` says where files lie and which key opens them.
 */
export declare function openRecording(
  context: Context,
  input: OpeningInput,
  recordings: { directory: string; key: SealingKey },
): Promise<RecordingPage>;
export declare function endSession(context: Context, input: SessionEnding): Promise<{ cutId: string }>;
export declare function cutStatus(context: Context, cutId: string): Promise<CutStatus>;
