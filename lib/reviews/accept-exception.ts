import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

export interface AcceptException {
  readonly campaignId: string;
  /** One of the two: before launch there are no items. */
  readonly itemId?: string | undefined;
  readonly grantId?: string | undefined;
  readonly reason: string;
  readonly endsAt: Date;
}

/** Accepts a deviation with an end and a reason: an item that nobody decides, or a removal that waits. */
export async function acceptException(_context: Context, _input: AcceptException): Promise<{ id: string }> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
