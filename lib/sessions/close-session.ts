import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import { controlPlaneAwayMsMax } from '#lib/core/limits';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { SessionEnd } from './model.ts';

/** A worker closes its session, with the final numbers. Once is enough; again changes nothing. */
export async function closeSession(context: Context, end: SessionEnd): Promise<void> {
  if (context.actor.kind !== 'worker') throw forbidden('Only a gateway closes sessions.');
  const { id, state, reason, endedAt, ...counters } = end;
  await transaction(context.db, async (tx) => {
    // `interrupted` may have been a guess: the worker was away, and now says what really was.
    const closed = await tx.session.updateMany({
      where: { id, state: { in: ['live', 'interrupted'] } },
      data: {
        state,
        endReason: reason,
        endedAt,
        ...counters,
        rowsOut: BigInt(counters.rowsOut),
        bytesOut: BigInt(counters.bytesOut),
        maskedFields: BigInt(counters.maskedFields),
      },
    });
    if (closed.count > 0) await notify(tx, { kind: 'session', id, state });
  });
}

/** Sessions of a worker that is gone, still marked live. Returns how many. */
export async function closeOrphans(context: Context, workerId: string): Promise<number> {
  const { actor, clock, db } = context;
  if (actor.kind !== 'worker' && actor.kind !== 'job') throw forbidden('Only the product itself does this.');
  return transaction(db, async (tx) => {
    const lost = await tx.session.updateManyAndReturn({
      where: { workerId, state: 'live' },
      data: { state: 'interrupted', endReason: 'its gateway worker stopped', endedAt: clock.now() },
      select: { id: true },
    });
    await tx.worker.updateMany({
      where: { id: workerId, stoppedAt: null },
      data: { stoppedAt: clock.now() },
    });
    for (const { id } of lost) await notify(tx, { kind: 'session', id, state: 'interrupted' });
    if (lost.length > 0) {
      await appendEntry(tx, {
        actor,
        action: 'worker.event',
        subject: { kind: 'worker', id: workerId },
        summary: `A gateway worker stopped with ${lost.length} sessions open`,
        payload: { sessionIds: lost.map(({ id }) => id) },
        at: clock.now(),
      });
    }
    return lost.length;
  });
}

/**
 * A job's: workers that have not been heard of for two minutes run nothing any more (after one
 * minute without the control plane a worker ends its own sessions).
 */
export async function closeLostWorkers(context: Context): Promise<number> {
  if (context.actor.kind !== 'job') throw forbidden('Only the product itself does this.');
  const gone = await context.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM worker WHERE stopped_at IS NULL
      AND heartbeat_at < now() - make_interval(secs => ${(2 * controlPlaneAwayMsMax) / 1000})`;
  let closed = 0;
  for (const { id } of gone) closed += await closeOrphans(context, id);
  return closed;
}
