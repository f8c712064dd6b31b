import type { Context } from '#lib/auth/context';
import { conflict } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { appendEntry } from '#lib/ledger/append';
import type { RecordingStores } from './policy.ts';
import { whyKept } from './why-kept.ts';

/**
 * Destroys a recording's data key, in the caller's transaction: from its commit on no copy of the
 * file can be read by the product. The bytes follow (`removeDeleted`); entry, leaf and digest stay.
 * `conflict` while somebody needs it. Whoever calls has checked permission.
 */
export async function destroyRecording(
  tx: Tx,
  context: Context,
  sessionId: string,
  because: { readonly reason: string; readonly packDays: number },
): Promise<void> {
  const now = context.clock.now();
  const recording = await tx.recording.findUniqueOrThrow({
    where: { sessionId },
    include: { session: { select: { id: true, grantIds: true, startedAt: true, endedAt: true } } },
  });
  const kept = await whyKept(tx, recording, because.packDays, now);
  if (kept !== null) throw conflict(kept);
  // Not null: a recording without an end is kept.
  const retainUntil = recording.retainUntil ?? now;
  const { count } = await tx.recording.updateMany({
    where: { sessionId, state: { not: 'deleted' }, legalHold: false, retainUntil: { lte: now } },
    data: { state: 'deleted', deletedAt: now, wrappedKey: null },
  });
  if (count === 0) throw conflict('The recording changed meanwhile; look at it again.');
  await appendEntry(tx, {
    actor: context.actor,
    action: 'recording.deleted',
    subject: { kind: 'session', id: sessionId },
    summary: `The recording of session ${sessionId} was deleted: its key was destroyed`,
    payload: {
      reason: because.reason,
      digest: recording.digest,
      bytes: Number(recording.bytes),
      records: recording.records,
      sealedAt: recording.sealedAt.toISOString(),
      retainUntil: retainUntil.toISOString(),
      keyInFile: recording.wrappedKey === null,
    },
    at: now,
  });
}

const removalsMax = 100;

/** Removes the bytes of deleted recordings. What can't be reached now is tried again. Returns how many went. */
export async function removeDeleted({ db, clock }: Context, stores: RecordingStores): Promise<number> {
  const gone = await db.recording.findMany({
    where: { state: 'deleted', removedAt: null },
    orderBy: { deletedAt: 'asc' },
    take: removalsMax,
  });
  let removed = 0;
  for (const { sessionId, store, path } of gone) {
    const place = store === 'blob' ? stores.blob : stores.file;
    if (place === null) continue;
    // An upload may have brought it to the other store meanwhile.
    await stores.blob?.remove(nameOf(path));
    await place.remove(nameOf(path));
    await db.recording.updateMany({
      where: { sessionId, state: 'deleted' },
      data: { removedAt: clock.now() },
    });
    removed += 1;
  }
  return removed;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
