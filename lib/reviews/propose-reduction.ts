import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { Generalisation, ReductionProposal } from './model.ts';

export interface ProposeReduction {
  readonly itemId: string;
  readonly generalisation?: Generalisation | undefined;
}

/** The smallest grant that covers what was observed, with the replay that proves it. */
export async function proposeReduction(
  _context: Context,
  _input: ProposeReduction,
): Promise<ReductionProposal> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
