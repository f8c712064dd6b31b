import { setTimeout as delay } from 'node:timers/promises';
import { isCountersignError } from '#lib/core/errors';
import type { Db } from '#lib/db/client';
import type { RecordingPage } from './model.ts';
import { type RecordingStore, readRunning, readSealed } from './read-records.ts';

/** A held statement may be asked for before its block is closed, which takes a second at most. */
const waitsMs = [0, 300, 600, 900] as const;

export interface RecordedIntent {
  readonly text: string;
  readonly parameters: readonly (string | null)[] | null;
}

/**
 * Reads one statement as it was sent, from a sealed or a running session's recording; null: not
 * there (yet). It checks no permission and writes no entry: `revealLiterals` has done both.
 */
export function intentReader(
  db: Db,
  store: RecordingStore,
): (sessionId: string, seq: number) => Promise<RecordedIntent | null> {
  return async (sessionId, seq) => {
    for (const waitMs of waitsMs) {
      if (waitMs > 0) await delay(waitMs);
      const page = await pageAt(db, store, sessionId, seq);
      const body = page?.records[0]?.body;
      if (body) return body.kind === 'intent' ? { text: body.text, parameters: body.parameters } : null;
      if (page?.sealed) return null;
    }
    return null;
  };
}

async function pageAt(
  db: Db,
  store: RecordingStore,
  sessionId: string,
  seq: number,
): Promise<RecordingPage | null> {
  const session = await db.session.findUnique({
    where: { id: sessionId },
    select: { workerId: true, recording: true },
  });
  if (session === null || session.recording?.state === 'deleted') return null;
  const wanted = { sessionId, from: seq, limit: 1 };
  try {
    return session.recording
      ? await readSealed(store, session.recording, wanted)
      : await readRunning(store, session.workerId, wanted);
  } catch (error) {
    if (isCountersignError(error) && error.code === 'conflict') return null;
    throw error;
  }
}
