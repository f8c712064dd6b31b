import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { GrantTermsView, ReplayResult } from './model.ts';

export interface ReplayInput {
  readonly itemId: string;
  readonly terms: Pick<GrantTermsView, 'actions' | 'scope'>;
}

/** Every statement that the item's grant allowed in the window, against other terms. */
export async function replay(_context: Context, _input: ReplayInput): Promise<ReplayResult> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
