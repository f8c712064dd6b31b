import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ApprovalView } from './model.ts';
/** One request with its card, its people and similar past ones. Takes an id or a ticket (AR-1042). */
export async function getApproval(_context: Context, _id: string): Promise<ApprovalView> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
