import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

export interface DelegateItem {
  readonly itemId: string;
  readonly toPersonId: string;
  readonly reason: string;
}

/** Hands one's own duty for an item to an independent person, with a trace. */
export async function delegateItem(_context: Context, _input: DelegateItem): Promise<void> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
