import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';

/** A minute is told to the ledger when it has passed; what comes later counts in the minute it comes. */
const settledMs = 65_000;
const reportedAtOnceMax = 500;

export interface CountedRefusal {
  readonly source: string;
  readonly cause: string;
  readonly minute: Date;
  readonly count: number;
}

/** Adds a worker's counts. Those of a minute that the ledger has already are added to this one. */
export async function countRefusals(context: Context, counts: readonly CountedRefusal[]): Promise<void> {
  const { actor, clock, db } = context;
  if (actor.kind !== 'worker') throw forbidden('Only a gateway counts refusals.');
  const now = minuteOf(clock.now());
  const ordered = [...counts].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  await transaction(db, async (tx) => {
    for (const row of ordered) {
      const minute = minuteOf(row.minute);
      if (!(await add(tx, row, minute, actor.id))) await add(tx, row, now, actor.id);
    }
  });
}

function keyOf({ source, cause, minute }: CountedRefusal): string {
  return `${source} ${cause} ${minute.getTime()}`;
}

function minuteOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000);
}

async function add(tx: Tx, row: CountedRefusal, minute: Date, workerId: string): Promise<boolean> {
  const added = await tx.$executeRaw`
    INSERT INTO refusal_count AS r (source, cause, minute, count, worker_id)
    VALUES (${row.source.slice(0, 200)}, ${row.cause.slice(0, 200)}, ${minute}, ${row.count}, ${workerId})
    ON CONFLICT (source, cause, minute, worker_id) DO UPDATE SET count = r.count + excluded.count
    WHERE r.entry_id IS NULL`;
  return added === 1;
}

/** A job's: one ledger entry for each source, cause and minute that has settled. Returns how many. */
export async function reportRefusals(context: Context): Promise<number> {
  const { actor, clock, db } = context;
  if (actor.kind !== 'job') throw forbidden('Only the product itself does this.');
  const settled = new Date(clock.now().getTime() - settledMs);
  return transaction(db, async (tx) => {
    const open = await tx.$queryRaw<CountedRefusal[]>`
      SELECT source, cause, minute, sum(count)::int AS count FROM (
        SELECT * FROM refusal_count WHERE entry_id IS NULL AND minute < ${settled} FOR UPDATE SKIP LOCKED) r
      GROUP BY source, cause, minute ORDER BY minute, source, cause LIMIT ${reportedAtOnceMax}`;
    for (const { source, cause, minute, count } of open) {
      const entryId = await appendEntry(tx, {
        actor,
        action: 'refusals.counted',
        subject: { kind: 'source', id: source },
        summary: `${count === 1 ? '1 connection' : `${count} connections`} from ${source} refused in one minute (${cause})`,
        payload: { source, cause, minute: minute.toISOString(), count },
        at: clock.now(),
      });
      await tx.refusalCount.updateMany({
        where: { source, cause, minute, entryId: null },
        data: { entryId },
      });
    }
    return open.length;
  });
}
