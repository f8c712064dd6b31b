import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import type { ApprovalState } from './model.ts';
import { readState } from './state.ts';

/** Where a request stands, for the gateway; null: there is none. Actor: worker. */
export async function approvalState(context: Context, id: string): Promise<ApprovalState | null> {
  requireKind(context.actor, 'worker');
  const state = await readState(context.db, id);
  if (state?.state === 'pending' && state.expiresAt <= context.clock.now()) {
    return { ...state, state: 'expired', reason: 'nobody answered in time' };
  }
  return state;
}
