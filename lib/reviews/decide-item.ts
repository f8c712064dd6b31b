import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { DecisionResult, GrantTermsView, ItemChoice } from './model.ts';

export interface DecideItem {
  readonly itemId: string;
  readonly choice: ItemChoice;
  readonly reason?: string | undefined;
  /** For reduce: the smaller grant. */
  readonly reducedTo?: Pick<GrantTermsView, 'actions' | 'scope'> | undefined;
  readonly dwellMs?: number | undefined;
  /** What was opened before deciding: permissions, sessions, the replay. */
  readonly evidenceOpened?: readonly string[] | undefined;
}

/** Answers an item. Reduce and revoke act at the gateway in the same transaction. */
export async function decideItem(_context: Context, _input: DecideItem): Promise<DecisionResult> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
