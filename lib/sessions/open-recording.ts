import type { Context } from '#lib/auth/context';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { RecordingPage } from './model.ts';
import { type RecordingStore, readRunning, readSealed } from './read-records.ts';
import { type OpeningInput, openingInput } from './schema.ts';
import { sessionsVisibleTo } from './visible.ts';

/**
 * One page of a recording, also while its session runs (`sealed: false`; ask again from `next`).
 * The first opening by a person in an hour writes a ledger entry, before anything is read.
 * `conflict` when nothing can be read now or it was deleted; `integrity` when the file is not what
 * was sealed.
 */
export async function openRecording(
  context: Context,
  input: OpeningInput,
  store: RecordingStore,
): Promise<RecordingPage> {
  const wanted = parseInput(openingInput, input);
  const { recording, workerId } = await transaction(context.db, (tx) =>
    permitOpening(tx, context, wanted.sessionId),
  );
  if (recording === null) return readRunning(store, workerId, wanted);
  return readSealed(store, recording, wanted);
}

async function permitOpening(tx: Tx, { actor, clock }: Context, sessionId: string) {
  const visible = await sessionsVisibleTo(tx, actor, 'recording.open');
  const session = await tx.session.findFirst({
    where: { AND: [{ id: sessionId }, visible === 'all' ? {} : visible] },
    include: {
      recording: true,
      agent: { select: { name: true } },
      resource: { select: { name: true } },
    },
  });
  if (session === null) throw notFound('There is no such session, or you may not open its recording.');
  const { recording, workerId } = session;
  if (recording?.state === 'deleted') throw conflict('The recording was deleted under retention.');
  const hour = clock.now().toISOString().slice(0, 13);
  const personId = actor.kind === 'person' ? actor.id : '';
  await appendEntry(tx, {
    actor,
    action: 'recording.opened',
    subject: { kind: 'session', id: sessionId },
    summary: `${actor.name} opened the recording of ${session.agent.name} on ${session.resource.name}${recording ? '' : ' while it ran'}`,
    payload: recording ? { digest: recording.digest } : { digest: null, sealed: false },
    dedupeKey: `recording.opened:${personId}:${sessionId}:${hour}`,
    at: clock.now(),
  });
  return { recording, workerId };
}
