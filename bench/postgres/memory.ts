import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres, superuser } from '#bin/sandbox/postgres';
import { writeReport } from '../report.ts';
import { certify } from './certify.ts';
import { collect, forgetPeak, memoryOf, type ThriftyClient, thriftyLogin } from './footprint.ts';
import type { GatewayOrder } from './gateway.ts';
import { child, tokens } from './process.ts';

// What one gateway worker has in memory: while a very large row passes, and for idle sessions.

const { values } = parseArgs({
  options: {
    /** MiB of the large row; a value of Postgres has less than 1,024. */
    row: { type: 'string', default: '1000' },
    sessions: { type: 'string', default: '1000' },
    /** Name of the files in bench/results; empty: none are written. */
    out: { type: 'string', default: 'memory' },
  },
});
const mebibyte = 2 ** 20;
const settleMs = 5_000;
/** Opened first: what the first sessions bring with them is not counted to the others. */
const firstSessions = 20;

type Line = Readonly<Record<string, string | number>>;

const home = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
const superuserPassword = newPassword();
const postgres = await startPostgres({
  dataDirectory: join(home, 'data'),
  port: await freePort(),
  superuserPassword,
  logFile: join(home, 'postgres.log'),
  throwAway: true,
  settings: { fsync: 'off', max_connections: String(Number(values.sessions) + 50), shared_buffers: '64MB' },
});
const issued = await tokens();
const keyFile = join(home, 'sealing.key');
await writeFile(keyFile, randomBytes(32).toString('base64'));

/** A worker of its own for each measurement, so that none pays for another's. */
async function withGateway(
  name: string,
  tls: GatewayOrder['tls'],
  work: (started: Awaited<ReturnType<typeof child>>, login: () => Promise<ThriftyClient>) => Promise<Line>,
): Promise<Line> {
  const gatewayHome = join(home, name.replaceAll(' ', '-'));
  await mkdir(gatewayHome);
  const target = { host: '127.0.0.1', port: postgres.port, database: 'postgres', user: superuser };
  const order: GatewayOrder = {
    home: gatewayHome,
    keyFile,
    issuer: issued.issuer,
    target: { ...target, password: superuserPassword },
    tls,
    targetTls: tls !== null,
    recording: true,
  };
  const started = await child('./gateway.ts', order, null, ['--expose-gc']);
  try {
    return {
      what: name,
      ...(await work(started, () => thriftyLogin(started.port, issued.token, tls !== null))),
    };
  } finally {
    started.child.disconnect();
  }
}

function largeRow(name: string, tls: GatewayOrder['tls']): Promise<Line> {
  return withGateway(name, tls, async ({ child: worker }, login) => {
    const client = await login();
    await client.query('select 1');
    // The runtime still compiles what was warmed up.
    await sleep(2 * settleMs);
    await collect(worker);
    const before = await memoryOf(worker, 'VmRSS');
    await forgetPeak(worker);
    await client.query(`select repeat('x', ${Number(values.row) * mebibyte})`);
    const peak = await memoryOf(worker, 'VmHWM');
    const passed = Math.round(client.rowBytes / mebibyte);
    client.close();
    return {
      sessions: 1,
      'MiB passed': passed,
      'MiB before': Math.round(before / mebibyte),
      'MiB at most': Math.round(peak / mebibyte),
      'KiB a session': '',
    };
  });
}

function idleSessions(name: string, tls: GatewayOrder['tls']): Promise<Line> {
  return withGateway(name, tls, async ({ child: worker }, login) => {
    const clients: ThriftyClient[] = [];
    const open = async (count: number) => {
      while (clients.length < count) {
        const batch = Array.from({ length: Math.min(20, count - clients.length) }, login);
        for (const client of await Promise.all(batch)) {
          await client.query('select 1');
          clients.push(client);
        }
      }
      await sleep(settleMs);
      const standing = await memoryOf(worker, 'VmRSS');
      await collect(worker);
      return { standing, kept: await memoryOf(worker, 'VmRSS') };
    };
    const before = await open(firstSessions);
    const after = await open(Number(values.sessions));
    const each = (bytes: number) => Number((bytes / 1024 / (clients.length - firstSessions)).toFixed(1));
    for (const client of clients) client.close();
    return {
      sessions: clients.length,
      'MiB passed': '',
      'MiB before': Math.round(before.kept / mebibyte),
      'MiB at most': Math.round(after.standing / mebibyte),
      'KiB a session': each(after.kept - before.kept),
      'before a collection': each(after.standing - before.standing),
    };
  });
}

try {
  const tls = await certify(home, postgres);
  const client = new Client({ connectionString: postgres.superuserUrl('postgres') });
  await client.connect();
  await client.query('create table customers(id int, email text, ssn text)');
  await client.end();
  const table: Line[] = [];
  const add = async (line: Promise<Line>) => {
    table.push(await line);
    console.table([table.at(-1)]);
  };
  await add(largeRow('a large row, plain', null));
  await add(largeRow('a large row, TLS on both sides', tls));
  await add(idleSessions('idle sessions, plain', null));
  await add(idleSessions('idle sessions, TLS on both sides', tls));
  if (values.out !== '') {
    await writeReport({
      name: values.out,
      title: 'Memory of one gateway worker',
      command: 'npm run bench:memory',
      notes: [
        'Resident memory of the worker process (VmRSS, VmHWM); policy, masks and recording are on.',
        'Before a figure is taken garbage is collected, but where it says otherwise.',
        `Each idle session has run one statement; the first ${firstSessions} are not counted.`,
      ],
      table,
    });
  }
} finally {
  issued.server.close();
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
}
