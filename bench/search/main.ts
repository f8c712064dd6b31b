import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres, superuser } from '#bin/sandbox/postgres';
import type { PersonActor } from '#lib/auth/actor';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { migrate } from '#lib/db/migrate';
import { indexStatements, listStatements, type StatementFilter } from '#lib/sessions/index';
import { fill } from './fill.ts';

// Search over ten million statements of a month (or the number given): the time of each kind of
// question, its page and names included, and the CPU that the database spent (on Linux), which says more
// on a busy machine. `npm run bench:search [-- STATEMENTS [ROUNDS]]`

const statements = Number(process.argv[2] ?? 10_000_000);
const rounds = Number(process.argv[3] ?? 10);
const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const password = newPassword();
const server = await startPostgres({
  dataDirectory: join(folder, 'data'),
  port: await freePort(),
  superuserPassword: password,
  logFile: join(folder, 'log/postgres.log'),
  throwAway: true,
  settings: {
    fsync: 'off',
    synchronous_commit: 'off',
    max_wal_size: '4GB',
    shared_buffers: '512MB',
    random_page_cost: '1.1',
    max_parallel_workers_per_gather: '0',
  },
});
const url = `postgresql://${superuser}:${password}@127.0.0.1:${server.port}/postgres`;
await migrate({ url });
const db = openDb(url);

async function timed<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const started = performance.now();
  const result = await work();
  console.log(`${name.padEnd(34)} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

const admin: PersonActor = {
  kind: 'person',
  id: 'per_1',
  name: 'Ada',
  email: '',
  roles: ['admin'],
  groupIds: [],
};
const owner: PersonActor = { ...admin, id: 'per_2', roles: ['owner'] };

const questions: readonly (readonly [name: string, filter: StatementFilter, actor?: PersonActor])[] = [
  ['newest', {}],
  ['by agent', { agentId: 'agt_150' }],
  ['by agent, as its owner', {}, owner],
  ['by object, common', { object: 'public.t1' }],
  ['by object, rare', { object: 'public.t39' }],
  ['by decision', { decision: 'deny' }],
  ['by outcome', { outcome: 'failed' }],
  ['by action, rare', { action: 'schema' }],
  ['by owner', { personId: 'per_3' }],
  ['by purpose', { purpose: 'ticket-77' }],
  ['a word in every fifth', { text: 'shipped' }],
  ['a word in 1 of 1,000', { text: 'quarterly' }],
  ['a word in 1 of 10,000', { text: 'backfill' }],
  ['a word in 1 of 1,000,000', { text: 'zanzibar' }],
  ['a word that is nowhere', { text: 'xylophone' }],
  ['three letters', { text: 'zan' }],
  ['two words', { text: 'quarterly shipped' }],
  ['a word and an object', { text: 'quarterly', object: 'public.t3' }],
  ['a rare word, as an owner', { text: 'zanzibar' }, owner],
  ['a number', { text: `${Math.floor(statements / 2)}` }],
];

try {
  await timed(`${statements.toLocaleString('en')} statements written`, () => fill(url, statements));
  await timed('text and objects indexed', () =>
    indexStatements({ db, clock: systemClock, actor: { kind: 'job', name: 'bench' } }),
  );
  const all: number[] = [];
  for (const [name, filter, actor = admin] of questions) {
    const context = { db, clock: systemClock, actor };
    const times: number[] = [];
    let rows = 0;
    const cpu = await serverCpuMs();
    for (let round = 0; round < rounds; round += 1) {
      const started = performance.now();
      rows = (await listStatements(context, filter)).rows.length;
      times.push(performance.now() - started);
    }
    all.push(...times);
    const spent = ((await serverCpuMs()) - cpu) / rounds;
    console.log(
      `${name.padEnd(34)} p50 ${at(times, 0.5)} ms  p95 ${at(times, 0.95)} ms  CPU ${spent.toFixed(1).padStart(5)} ms  ${rows} rows`,
    );
  }
  console.log(`${'all'.padEnd(34)} p50 ${at(all, 0.5)} ms  p95 ${at(all, 0.95)} ms (wanted: 100)`);
} finally {
  await db.$disconnect();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** What the database's processes have spent so far, in steps of 10 ms; 0 where there is no /proc. */
async function serverCpuMs(): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const backends = await db.$queryRaw<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'`;
  let ticks = 0;
  for (const { pid } of backends) {
    const [user, system] =
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13) ?? [];
    ticks += Number(user) + Number(system);
  }
  return ticks * 10;
}

function at(times: readonly number[], share: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1).padStart(6);
}
