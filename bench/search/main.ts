import type { PersonActor } from '#lib/auth/actor';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { indexStatements, listStatements, type StatementFilter } from '#lib/sessions/index';
import { openCluster } from '../cluster.ts';
import { writeReport } from '../report.ts';
import { fill } from './fill.ts';

// Search over ten million statements of a month (or the number given): the time of each kind of
// question, its page and names included, and the CPU that the database spent (on Linux), which says more
// on a busy machine. `npm run bench:search [-- STATEMENTS [ROUNDS]]`

const statements = Number(process.argv[2] ?? 10_000_000);
const rounds = Number(process.argv[3] ?? 20);
const wantedMs = 100;
const dayMs = 86_400_000;

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
  ['as an owner', {}, owner],
  ['by resource', { resourceId: 'res_3' }],
  ['by object, common', { object: 'public.t1' }],
  ['by object, rare', { object: 'public.t39' }],
  ['by decision', { decision: 'deny' }],
  ['by decision and agent', { decision: 'deny', agentId: 'agt_150' }],
  ['by outcome', { outcome: 'failed' }],
  ['by action, rare', { action: 'schema' }],
  ['by action, common', { action: 'write' }],
  ['by command', { tag: 'UPDATE' }],
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

const cluster = await openCluster('search', {
  fsync: 'off',
  synchronous_commit: 'off',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  shared_buffers: '512MB',
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '0',
});
try {
  const url = await cluster.filled(`statements_${statements}`, (to) => fill(to, statements));
  const db = openDb(url);
  await index(db);
  const table: Record<string, string | number>[] = [];
  const all: number[] = [];
  for (const [name, filter, actor = admin] of questions) {
    const context = { db, clock: systemClock, actor };
    const times: number[] = [];
    let rows = 0;
    const cpu = await cluster.cpuMs();
    const own = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) {
      const started = performance.now();
      rows = (await listStatements(context, filter)).rows.length;
      times.push(performance.now() - started);
    }
    all.push(...times);
    const { user, system } = process.cpuUsage(own);
    const spent = ((await cluster.cpuMs()) - cpu) / rounds;
    const line = {
      question: name,
      ...percentiles(times),
      'database CPU ms': round(spent),
      'Node CPU ms': round((user + system) / 1000 / rounds),
      rows,
    };
    console.log(Object.values(line).join('  '));
    table.push(line);
  }
  table.push({ question: 'all', ...percentiles(all) });
  console.table(table);
  await db.$disconnect();
  await writeReport({
    name: 'search',
    title: 'Search over statements',
    command: 'npm run bench:search',
    notes: [
      `Postgres ${cluster.version}; ${statements.toLocaleString('en')} statements of 30 days by 200 agents on 12 resources, in two monthly partitions; the open month is indexed in slices, as the job does it.`,
      `The first page of 50, ${rounds} times in a row for each question: time of the whole verb in the application (queries, names, page); wanted: ${wantedMs} ms at p95.`,
      'Asked as an administrator, unless the line says otherwise: an owner sees the statements of their own agents and resources only.',
      "No parallel workers; the data lie in the operating system's cache.",
    ],
    table,
    data: { statements, rounds, rows: table },
  });
  if (all.length > 0 && table.some((line) => Number(line['p95 ms']) > wantedMs)) process.exitCode = 1;
} finally {
  await cluster.close();
}

/** Day by day, as the job would have come by: the open month has as many slices as it may. */
async function index(db: ReturnType<typeof openDb>): Promise<void> {
  for (let days = 30; days >= 0; days -= 1) {
    const clock = { ...systemClock, now: () => new Date(Date.now() - days * dayMs) };
    const started = performance.now();
    const made = await indexStatements({ db, clock, actor: { kind: 'job', name: 'bench' } });
    if (made > 0) console.log(`indexed, ${days} days ago: ${round(performance.now() - started)} ms`);
  }
}

function percentiles(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { 'p50 ms': at(0.5), 'p95 ms': at(0.95) };
}

function round(ms: number): number {
  return Number(ms.toFixed(1));
}
