import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { parseInput } from '#lib/core/input';
import { type StoredInput, storedInput } from './schema.ts';

/** What the control database knows of a sealed file. */
export interface KnownRecording {
  /** SHA-256 of the whole file, hex. */
  readonly digest: string;
  readonly deleted: boolean;
}

/** A worker asks before it uploads; null: its seal was not told yet. */
export async function knownRecording(context: Context, sessionId: string): Promise<KnownRecording | null> {
  requireKind(context.actor, 'worker');
  const found = await context.db.recording.findUnique({
    where: { sessionId },
    select: { digest: true, state: true },
  });
  return found && { digest: found.digest, deleted: found.state === 'deleted' };
}

/**
 * A worker has brought a recording to another store, and read it back. False: it was deleted
 * meanwhile, or is another; what was brought must go again.
 */
export async function recordingStored(context: Context, input: StoredInput): Promise<boolean> {
  requireKind(context.actor, 'worker');
  const { sessionId, digest, store, path } = parseInput(storedInput, input);
  const { count } = await context.db.recording.updateMany({
    where: { sessionId, digest, state: { not: 'deleted' } },
    data: { store, path },
  });
  return count > 0;
}
