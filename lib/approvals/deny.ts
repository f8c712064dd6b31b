import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ApprovalState } from './model.ts';

export interface DenyInput {
  readonly id: string;
  readonly reason: string;
  readonly dwellMs?: number | undefined;
}

/** Denies it; the agent receives the reason. One denial is enough. */
export async function denyRequest(_context: Context, _input: DenyInput): Promise<ApprovalState> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
