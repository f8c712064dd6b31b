import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { FindingState, FindingView } from './model.ts';

export interface ListFindings {
  readonly state?: FindingState | undefined;
  readonly kind?: string | undefined;
  readonly subjectKind?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

export interface FindingPage {
  readonly rows: readonly FindingView[];
  readonly nextCursor: string | null;
}

/** Findings, the most recently seen first. */
export async function listFindings(_context: Context, _input: ListFindings = {}): Promise<FindingPage> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
