import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ApprovalState } from './model.ts';

export interface SandboxDecision {
  readonly id: string;
  readonly answer: 'approve' | 'deny';
  readonly reason: string;
}

/** The sandbox workload's own answer, marked as such. Refused unless the process runs in sandbox mode. */
export async function decideAsSandbox(
  _context: Context,
  _input: SandboxDecision,
  _mode: { readonly sandbox: boolean },
): Promise<ApprovalState> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
