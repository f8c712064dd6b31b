import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ApprovalState, NewApproval } from './model.ts';
/** Files a held statement; an identical pending one of the same agent is joined. Actor: worker. */
export async function requestApproval(_context: Context, _input: NewApproval): Promise<ApprovalState> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
