import type { Context } from '#lib/auth/context';
import { conflict, notFound } from '#lib/core/errors';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { SealedPlace } from './read-records.ts';
import { sessionsVisibleTo } from './visible.ts';

/** What of a session says where its records are. */
export interface Opening {
  /** Null: it is not sealed yet. */
  readonly recording: SealedPlace | null;
  readonly workerId: string;
}

/**
 * Whether the actor may open this recording; the first time in an hour is an entry in the ledger.
 * `not_found` for who may not, `conflict` when it was deleted.
 */
export function permitOpening({ db, actor, clock }: Context, sessionId: string): Promise<Opening> {
  return transaction(db, async (tx) => {
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
  });
}
