import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ApprovalPage, ApprovalStateName, ApprovalTab } from './model.ts';

export interface ListApprovals {
  readonly tab?: ApprovalTab | undefined;
  readonly agentId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly state?: ApprovalStateName | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A page of the inbox, newest first (pending: oldest first). */
export async function listApprovals(_context: Context, _input: ListApprovals = {}): Promise<ApprovalPage> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
