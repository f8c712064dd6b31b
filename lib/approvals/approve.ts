import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ApprovalState } from './model.ts';

export interface ApproveInput {
  readonly id: string;
  readonly reason?: string | undefined;
  /** How long the card was looked at. */
  readonly dwellMs?: number | undefined;
}

/** Approves what was shown, once. The state stays pending until the quorum is reached. */
export async function approveRequest(_context: Context, _input: ApproveInput): Promise<ApprovalState> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
