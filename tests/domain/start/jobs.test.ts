import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whileLeader } from '#bin/jobs/leader';
import { ensurePartitions } from '#bin/jobs/partitions';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

let control: ControlDatabase;

beforeAll(async () => {
  control = await createControlDatabase();
});

afterAll(() => control?.drop());

describe('jobs', () => {
  it('are run by one process at a time, and taken over', async () => {
    const stopFirst = new AbortController();
    const stopSecond = new AbortController();
    const leading = new Set<string>();
    let most = 0;
    const lead = (name: string) => async (signal: AbortSignal) => {
      leading.add(name);
      most = Math.max(most, leading.size);
      await sleep(600_000, undefined, { signal }).catch(() => {});
      leading.delete(name);
    };
    const first = whileLeader(control.url, stopFirst.signal, lead('first'));
    await until(() => leading.has('first'));
    const second = whileLeader(control.url, stopSecond.signal, lead('second'));
    await sleep(300);
    expect([...leading]).toEqual(['first']);
    stopFirst.abort();
    await first;
    await until(() => leading.has('second'));
    stopSecond.abort();
    await second;
    expect(most).toBe(1);
  });

  it('stop when the connection with the lock is lost', async () => {
    const stop = new AbortController();
    let rounds = 0;
    const done = whileLeader(control.url, stop.signal, async (signal) => {
      rounds += 1;
      await sleep(600_000, undefined, { signal }).catch(() => {});
    });
    await until(() => rounds === 1);
    const owner = new Client({ connectionString: control.url });
    await owner.connect();
    await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'countersign jobs' AND datname = current_database()`,
    );
    await owner.end();
    await until(() => rounds === 2);
    stop.abort();
    await done;
  });

  it('make the partitions of this month and the next two, once', async () => {
    await ensurePartitions(control.db, new Date('2031-11-17T00:00:00Z'));
    await ensurePartitions(control.db, new Date('2031-11-17T00:00:00Z'));
    const rows = await control.db.$queryRaw<{ name: string }[]>`
      SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE c.relkind = 'r' AND c.relname LIKE 'statement_203%' ORDER BY 1`;
    expect(rows.map((row) => row.name)).toEqual(['statement_203111', 'statement_203112', 'statement_203201']);
  });
});

async function until(test: () => boolean): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if (test()) return;
    await sleep(50);
  }
  throw new Error('it did not happen');
}
