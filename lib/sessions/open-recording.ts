import { basename, join } from 'node:path';
import type { Context } from '#lib/auth/context';
import { CountersignError, conflict, isCountersignError, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { SealingKey } from '#lib/core/sealing';
import type { Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { openRecordingFile } from '#lib/recording/index';
import type { RecordingPage } from './model.ts';
import { type OpeningInput, openingInput } from './schema.ts';
import { sessionsVisibleTo } from './visible.ts';

/** Where sealed recordings lie, and the keys that open them. */
export interface RecordingStore {
  readonly directory: string;
  readonly key: SealingKey | readonly SealingKey[];
}

/**
 * One page of a sealed recording. The first opening by a person in an hour writes a ledger entry,
 * before anything is read. `conflict` while the session runs or its recording was deleted;
 * `integrity` when the file is not what was sealed.
 */
export async function openRecording(
  context: Context,
  input: OpeningInput,
  store: RecordingStore,
): Promise<RecordingPage> {
  const { sessionId, from, limit } = parseInput(openingInput, input);
  const fileName = await transaction(context.db, (tx) => permitOpening(tx, context, sessionId));
  try {
    const { reader, close } = await openRecordingFile(join(store.directory, fileName), store.key);
    try {
      if (reader.header.sessionId !== sessionId) {
        throw new CountersignError(
          'integrity',
          'The file in this place is the recording of another session.',
        );
      }
      const { records, nextSeq } = await reader.page(from, limit);
      return { header: reader.header, records, next: nextSeq, sealed: true };
    } finally {
      await close();
    }
  } catch (error) {
    if (isCountersignError(error) && error.code === 'not_found') {
      throw new CountersignError('integrity', 'The recording’s file is missing from the store.', {
        cause: error,
      });
    }
    throw error;
  }
}

async function permitOpening(tx: Tx, { actor, clock }: Context, sessionId: string): Promise<string> {
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
  const { recording } = session;
  if (recording === null) {
    throw conflict(
      session.state === 'live'
        ? 'The session is running; its recording opens when it has ended.'
        : 'The recording is not sealed yet. Try again in a moment.',
    );
  }
  if (recording.state === 'deleted') throw conflict('The recording was deleted under retention.');
  const hour = clock.now().toISOString().slice(0, 13);
  const personId = actor.kind === 'person' ? actor.id : '';
  await appendEntry(tx, {
    actor,
    action: 'recording.opened',
    subject: { kind: 'session', id: sessionId },
    summary: `${actor.name} opened the recording of ${session.agent.name} on ${session.resource.name}`,
    payload: { digest: recording.digest },
    dedupeKey: `recording.opened:${personId}:${sessionId}:${hour}`,
    at: clock.now(),
  });
  return basename(recording.path);
}
