import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { BoundParameter } from './model.ts';

/** Reads a statement as it was sent from its session's encrypted recording; null: not there (yet). */
export type IntentReader = (
  sessionId: string,
  seq: number,
) => Promise<{ readonly text: string; readonly parameters: readonly (string | null)[] | null } | null>;

export interface RevealedStatement {
  readonly text: string;
  readonly parameters: readonly BoundParameter[];
}

/** The statement with its masked literals in clear: a ledger entry each time. */
export async function revealLiterals(
  _context: Context,
  _input: { readonly id: string },
  _readIntent: IntentReader,
): Promise<RevealedStatement> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
