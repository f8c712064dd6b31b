import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres, superuser } from '#bin/sandbox/postgres';

// pgbench -S through direct, a bare relay and the gateway (policy, lineage masks and recording on), in
// plain text on all of them, one after the other in rounds, so that a noisy machine hits all alike.

const run = promisify(execFile);
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
    clients: { type: 'string', default: '1,8,32' },
    modes: { type: 'string', default: 'simple,extended,prepared' },
  },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);

interface Way {
  readonly name: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
  readonly child: ChildProcess | null;
}

interface Measured {
  readonly way: string;
  readonly mode: string;
  readonly clients: number;
  readonly tps: number;
  /** CPU of the process in between, microseconds a transaction. */
  readonly cpuUs: number | null;
}

/** User and system time of a process, in microseconds (Linux). */
async function cpuOf(child: ChildProcess | null): Promise<number | null> {
  if (child?.pid === undefined || process.platform !== 'linux') return null;
  const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function measure(way: Way, mode: string, clients: number): Promise<Measured> {
  const before = await cpuOf(way.child);
  const { stdout } = await run(
    'pgbench',
    ['-S', '-n', '-M', mode, '-c', String(clients), '-j', '1', '-T', String(seconds)],
    {
      env: {
        ...process.env,
        PGHOST: '127.0.0.1',
        PGPORT: String(way.port),
        PGUSER: way.user,
        PGDATABASE: way.database,
        PGPASSWORD: way.password,
        PGSSLMODE: 'disable',
      },
    },
  );
  const after = await cpuOf(way.child);
  const tps = Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
  const done = Number(/actually processed: (\d+)/.exec(stdout)?.[1] ?? Number.NaN);
  const cpuUs = before === null || after === null ? null : (after - before) / done;
  return { way: way.name, mode, clients, tps, cpuUs };
}

function child(
  file: string,
  args: string[],
  order?: unknown,
): Promise<{ child: ChildProcess; port: number }> {
  const forked = fork(new URL(file, import.meta.url), args, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    forked.once('message', (said) => resolve({ child: forked, port: (said as { port: number }).port }));
    forked.once('exit', () => reject(new Error(`${file} ended`)));
    if (order !== undefined) forked.send(order as object);
  });
}

async function tokens() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const document = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(document);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer(issuer)
    .setAudience('countersign')
    .setSubject('bench')
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(privateKey);
  return { issuer, token, server };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
const children: ChildProcess[] = [];
const issued = await tokens();
try {
  const target = { host: '127.0.0.1', port: postgres.port, database: 'postgres', user: superuser, password };
  const environment = { ...process.env, PGPASSWORD: password, PGSSLMODE: 'disable' };
  const connection = ['-h', '127.0.0.1', '-p', String(postgres.port), '-U', superuser];
  execFileSync('pgbench', ['-i', '-q', '-s', '10', ...connection, 'postgres'], {
    env: environment,
    stdio: 'ignore',
  });

  const relay = await child('./relay.ts', ['relay', String(postgres.port)]);
  const gatewayHome = join(home, 'gateway');
  await mkdir(gatewayHome);
  const keyFile = join(home, 'sealing.key');
  await writeFile(keyFile, randomBytes(32).toString('base64'));
  const gateway = await child('./gateway.ts', [], {
    home: gatewayHome,
    keyFile,
    issuer: issued.issuer,
    target,
    tls: null,
  });
  children.push(relay.child, gateway.child);
  const ways: Way[] = [
    { name: 'direct', port: postgres.port, user: superuser, database: 'postgres', password, child: null },
    { name: 'relay', port: relay.port, user: superuser, database: 'postgres', password, child: relay.child },
    {
      name: 'gateway',
      port: gateway.port,
      user: 'bench',
      database: 'bench',
      password: issued.token,
      child: gateway.child,
    },
  ];

  const rows: Record<string, string | number>[] = [];
  for (const mode of (options.modes as string).split(',')) {
    for (const clients of (options.clients as string).split(',').map(Number)) {
      const measured: Measured[] = [];
      for (let round = 0; round < rounds; round += 1) {
        for (const way of ways) measured.push(await measure(way, mode, clients));
      }
      const of = (name: string) => measured.filter(({ way }) => way === name);
      const tps = (name: string) => mean(of(name).map((one) => one.tps));
      const cpu = (name: string) => mean(of(name).map((one) => one.cpuUs ?? Number.NaN));
      rows.push({
        mode,
        clients,
        direct: Math.round(tps('direct')),
        relay: Math.round(tps('relay')),
        gateway: Math.round(tps('gateway')),
        'of direct': (tps('gateway') / tps('direct')).toFixed(2),
        'of relay': (tps('gateway') / tps('relay')).toFixed(2),
        'relay µs': Math.round(cpu('relay')),
        'gateway µs': Math.round(cpu('gateway')),
      });
      console.table(rows.slice(-1));
    }
  }
  console.table(rows);
  const machine = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const result = {
    at: new Date().toISOString(),
    machine,
    seconds,
    rounds,
    tls: 'off',
    pgbench: '-S, scale 10',
    rows,
  };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/postgres.json', `${JSON.stringify(result, null, 2)}\n`);
} finally {
  for (const one of children) one.kill();
  issued.server.close();
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
}
