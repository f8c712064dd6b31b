import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ApprovalState } from './model.ts';
/** Where a request stands, for the gateway. Actor: worker. */
export async function approvalState(_context: Context, _id: string): Promise<ApprovalState | null> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
