import type { Tx } from '#lib/db/client';
import { type KeptSession, neededBy } from './needed-by.ts';

export interface KeptRecording {
  readonly state: string;
  readonly legalHold: boolean;
  readonly retainUntil: Date | null;
  readonly session: KeptSession;
}

/** Why a recording can't be deleted now, as a sentence that says what would help; null: it can. */
export async function whyKept(
  tx: Tx,
  recording: KeptRecording,
  packDays: number,
  now: Date,
): Promise<string | null> {
  const { state, legalHold, retainUntil } = recording;
  if (state === 'deleted') return 'The recording was deleted already.';
  if (legalHold) return 'The recording is under legal hold. Release it first.';
  if (retainUntil === null)
    return 'No retention is set, so the recording is kept. Set COUNTERSIGN_RETENTION_DAYS.';
  if (retainUntil > now) return `The recording is kept until ${retainUntil.toISOString().slice(0, 10)}.`;
  return neededBy(tx, recording.session, packDays, now);
}
