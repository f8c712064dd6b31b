import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ApprovalState } from './model.ts';

export interface ApprovedKey {
  readonly agentId: string;
  readonly resourceId: string;
  readonly binding: string;
  readonly sessionId: string;
}

/** An approved, unexpired request with exactly this binding that this session may use. Actor: worker. */
export async function findApproved(_context: Context, _input: ApprovedKey): Promise<ApprovalState | null> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
