import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { ItemPage, ItemState } from './model.ts';

export interface ListItems {
  readonly campaignId: string;
  /** Only items that wait for, or were decided by, the person who asks. */
  readonly mine?: boolean | undefined;
  readonly state?: ItemState | undefined;
  readonly privileged?: boolean | undefined;
  readonly agentId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly evidenceGroup?: string | undefined;
  /** In the sentence, case-insensitive. */
  readonly search?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A page of the queue: changed since the last certification first. Reviewers see what is theirs. */
export async function listItems(_context: Context, _input: ListItems): Promise<ItemPage> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
