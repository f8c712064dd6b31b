import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres } from '#bin/sandbox/postgres';
import { type Load, type Measured, measure, type Way } from './measure.ts';
import { cells, type Row, rowOf, writePostgresReport } from './report.ts';
import { rows as bulkRows, startWorld } from './world.ts';

// pgbench directly, through a bare relay, pgbouncer and the gateway (policy, lineage masks and recording
// on), with the same TLS on all, one after the other in rounds, so that a noisy machine hits all alike.

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    warm: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '1,8,32' },
    modes: { type: 'string', default: 'simple,extended,prepared' },
    loads: { type: 'string', default: 'accounts,masked,bulk,bulk masked' },
    ways: { type: 'string', default: 'direct,relay,pgbouncer,gateway,unrecorded' },
    tls: { type: 'boolean', default: false },
    /** Name of the files in bench/results; empty: none are written. */
    out: { type: 'string' },
    profiles: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const list = (text: string) => text.split(',').map((part) => part.trim());

const scripts: Readonly<Record<string, string | null>> = {
  accounts: null,
  masked: `\\set id random(1, ${bulkRows})\nselect id, name, email, ssn from customers where id = :id;\n`,
  bulk: 'select * from orders;\n',
  'bulk masked': 'select * from customers;\n',
  'bulk clean': 'select * from notes;\n',
};

async function loadsOf(home: string): Promise<(Load & { readonly name: string })[]> {
  const loads: (Load & { name: string })[] = [];
  for (const name of list(values.loads)) {
    const script = scripts[name];
    if (script === undefined) throw new Error(`there is no load "${name}"`);
    const scriptFile = script === null ? null : join(home, `${name}.sql`);
    if (script !== null && scriptFile !== null) await writeFile(scriptFile, script);
    if (name.startsWith('bulk')) {
      loads.push({ name, mode: 'extended', clients: 1, scriptFile, amount: { transactions: 2 } });
      continue;
    }
    for (const mode of list(values.modes)) {
      for (const clients of list(values.clients).map(Number)) {
        loads.push({ name, mode, clients, scriptFile, amount: { seconds } });
      }
    }
  }
  return loads;
}

async function compare(ways: readonly Way[], load: Load & { readonly name: string }): Promise<Row> {
  const measured = new Map<string, Measured[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ways) measured.get(way.name)?.push(await measure(way, load));
  }
  const row = rowOf({ load: load.name, mode: load.mode, clients: load.clients }, measured);
  console.table([cells(row)]);
  return row;
}

const home = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
const password = newPassword();
const postgres = await startPostgres({
  dataDirectory: join(home, 'data'),
  port: await freePort(),
  superuserPassword: password,
  logFile: join(home, 'postgres.log'),
  throwAway: true,
  settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '200', shared_buffers: '256MB' },
});
try {
  const world = await startWorld({
    home,
    postgres,
    password,
    tls: values.tls,
    ways: list(values.ways),
    profiles: values.profiles ?? null,
  });
  try {
    for (const way of world.ways) {
      if (way.name === 'direct') continue;
      const amount = { seconds: Number(values.warm) };
      for (const mode of list(values.modes))
        await measure(way, { mode, clients: 8, scriptFile: null, amount });
    }
    const rows: Row[] = [];
    for (const load of await loadsOf(home)) rows.push(await compare(world.ways, load));
    console.table(rows.map(cells));
    const out = values.out ?? (values.tls ? 'postgres-tls' : 'postgres');
    const pgbench = execFileSync('pgbench', ['--version'], { encoding: 'utf8' }).trim();
    const conditions = {
      seconds,
      rounds,
      tls: values.tls,
      pgbench,
      postgres: `Postgres ${postgres.version}`,
    };
    if (out !== '') await writePostgresReport(out, rows, conditions);
  } finally {
    world.close();
  }
} finally {
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
}
