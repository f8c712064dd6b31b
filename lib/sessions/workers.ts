import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { CutRequest } from './order-cut.ts';

/** No session lives longer, whatever its policy: older cuts hit nothing. */
const cutHoursMax = 25;

export interface OpenCut extends CutRequest {
  readonly id: string;
}

function workerOf({ actor }: Context): string {
  if (actor.kind !== 'worker') throw forbidden('Only a gateway does this.');
  return actor.id;
}

export async function registerWorker(context: Context, host: string, pid: number): Promise<void> {
  const id = workerOf(context);
  await context.db.$executeRaw`
    INSERT INTO worker (id, host, pid, started_at, heartbeat_at) VALUES (${id}, ${host}, ${pid}, now(), now())
    ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid,
      started_at = now(), heartbeat_at = now(), stopped_at = NULL`;
}

export async function stopWorker(context: Context): Promise<void> {
  const id = workerOf(context);
  await context.db.$executeRaw`UPDATE worker SET stopped_at = now() WHERE id = ${id}`;
}

/** The control plane answers this worker again: how long it did not is said, with what it meant. */
export async function reportAway(context: Context, from: Date, to: Date): Promise<void> {
  const id = workerOf(context);
  const seconds = Math.round((to.getTime() - from.getTime()) / 1000);
  await transaction(context.db, (tx) =>
    appendEntry(tx, {
      actor: context.actor,
      action: 'worker.event',
      subject: { kind: 'worker', id },
      summary: `The control plane was away for a gateway worker for ${seconds} s, until ${to.toISOString()}: nothing new started there`,
      payload: { from: from.toISOString(), to: to.toISOString() },
      at: context.clock.now(),
    }),
  );
}

/** Cuts that this worker has not confirmed yet; those from before its start can't concern it. */
export async function openCuts(context: Context): Promise<readonly OpenCut[]> {
  const id = workerOf(context);
  return context.db.$queryRaw<OpenCut[]>`
    SELECT c.id, c.subject_kind AS "subjectKind", c.subject_id AS "subjectId",
      c.also_ids AS "alsoIds", c.reason
    FROM cut c JOIN worker w ON w.id = ${id}
    WHERE c.created_at > greatest(w.started_at - interval '5 seconds', now() - make_interval(hours => ${cutHoursMax}))
      AND NOT EXISTS (SELECT 1 FROM cut_confirmation f WHERE f.cut_id = c.id AND f.worker_id = w.id)
    ORDER BY c.created_at`;
}

export async function readCut(context: Context, cutId: string): Promise<OpenCut | null> {
  workerOf(context);
  const cut = await context.db.cut.findUnique({
    where: { id: cutId },
    select: { id: true, subjectKind: true, subjectId: true, alsoIds: true, reason: true },
  });
  return cut && { ...cut, subjectKind: cut.subjectKind as OpenCut['subjectKind'] };
}

/** This worker holds none of the cut's sessions any more. */
export async function confirmCut(context: Context, cutId: string, sessionsEnded: number): Promise<void> {
  const workerId = workerOf(context);
  await transaction(context.db, async (tx) => {
    const created = await tx.cutConfirmation.createMany({
      data: [{ cutId, workerId, sessionsEnded, at: context.clock.now() }],
      skipDuplicates: true,
    });
    if (created.count > 0) await notify(tx, { kind: 'cut-confirmed', id: cutId });
  });
}
