import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Client } from 'pg';
import { makeServerCertificates } from '#bin/sandbox/certificates';
import { type RunningPostgres, superuser } from '#bin/sandbox/postgres';
import { type DetectorName, detectorNames } from '#lib/masking/model';
import type { GatewayOrder } from './gateway.ts';
import type { Way } from './measure.ts';
import { startPgbouncer } from './pgbouncer.ts';
import type { RelayOrder } from './relay.ts';

export const rows = 1_000_000;

export interface WorldOptions {
  readonly home: string;
  readonly postgres: RunningPostgres;
  readonly password: string;
  readonly tls: boolean;
  readonly ways: readonly string[];
  /** A folder for CPU profiles of the gateways. */
  readonly profiles: string | null;
}

export interface World {
  readonly ways: readonly Way[];
  /** Ends what was started. */
  close(): void;
}

/** Tables, certificate, tokens, and the processes to compare. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { home, postgres, password } = options;
  await fill(postgres);
  const tls = await certificate(options);
  const issued = await tokens();
  const children: ChildProcess[] = [];
  const ways: Way[] = [];
  const start = async <Order extends object>(file: string, order: Order, profiles: string | null = null) => {
    const started = await child(file, order, profiles);
    children.push(started.child);
    return started;
  };
  const sslmode = options.tls ? ('require' as const) : ('disable' as const);
  const target = { host: '127.0.0.1', port: postgres.port, database: 'postgres', user: superuser, password };
  const asTarget = { user: superuser, database: 'postgres', password, sslmode };
  const gateway = async (
    name: string,
    recording: boolean,
    detect: readonly DetectorName[] = [],
  ): Promise<Way> => {
    const keyFile = join(home, 'sealing.key');
    await writeFile(keyFile, randomBytes(32).toString('base64'));
    const gatewayHome = join(home, name);
    await mkdir(gatewayHome);
    const { issuer } = issued;
    const order: GatewayOrder = { home: gatewayHome, keyFile, issuer, target, tls, recording, detect };
    const started = await start('./gateway.ts', order, options.profiles);
    return { name, ...started, user: 'bench', database: 'bench', password: issued.token, sslmode };
  };
  const makers: Record<string, () => Promise<Way | null>> = {
    direct: async () => ({ name: 'direct', port: postgres.port, child: null, ...asTarget }),
    relay: async () => {
      const order: RelayOrder = { port: postgres.port, tls };
      return { name: 'relay', ...(await start('./relay.ts', order)), ...asTarget };
    },
    pgbouncer: async () => {
      const started = await startPgbouncer(home, target, tls);
      if (started === null) return null;
      children.push(started.child);
      return { name: 'pgbouncer', ...started, ...asTarget };
    },
    gateway: () => gateway('gateway', true),
    unrecorded: () => gateway('unrecorded', false),
    searching: () => gateway('searching', true, detectorNames),
  };
  for (const name of options.ways) {
    const way = (await makers[name]?.()) ?? null;
    if (way !== null) ways.push(way);
  }
  return {
    ways,
    close() {
      for (const one of children) {
        if (one.connected) one.disconnect();
        else one.kill();
      }
      issued.server.close();
    },
  };
}

/** pgbench's tables, one with masked columns, a twin of it that has none, and one where no detector finds anything. */
async function fill(postgres: RunningPostgres): Promise<void> {
  const url = postgres.superuserUrl('postgres');
  execFileSync('pgbench', ['-i', '-q', '-s', '10', url], { stdio: 'ignore' });
  const client = new Client({ connectionString: url });
  await client.connect();
  const emails = "'person' || id || '@example.com'";
  for (const [table, email] of [
    ['customers', emails],
    ['orders', emails],
    ['notes', "'ordinary words of person ' || id"],
  ]) {
    await client.query(`
      create table ${table} as select id, 'Customer ' || id as name, ${email} as email,
        lpad(id::text, 9, '0') as ssn, id % 97 as region from generate_series(1, ${rows}) id;
      alter table ${table} add primary key (id);
      analyze ${table}`);
  }
  await client.end();
}

async function certificate({ home, postgres, tls }: WorldOptions): Promise<RelayOrder['tls']> {
  if (!tls) return null;
  const made = await makeServerCertificates();
  const files = { certFile: join(home, 'server.crt'), keyFile: join(home, 'server.key') };
  await writeFile(files.certFile, made.certificate);
  await writeFile(files.keyFile, made.key);
  const { uid, gid } = await stat(postgres.dataDirectory);
  for (const [name, text] of [
    ['server.crt', made.certificate],
    ['server.key', made.key],
  ] as const) {
    const place = join(postgres.dataDirectory, name);
    await writeFile(place, text, { mode: 0o600 });
    await chown(place, uid, gid);
  }
  const client = new Client({ connectionString: postgres.superuserUrl('postgres') });
  await client.connect();
  await client.query('alter system set ssl = on');
  await client.query('select pg_reload_conf()');
  await client.end();
  return files;
}

function child(
  file: string,
  order: object,
  profiles: string | null,
): Promise<{ child: ChildProcess; port: number }> {
  const execArgv = profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const forked = fork(new URL(file, import.meta.url), [], { stdio: 'inherit', execArgv });
  return new Promise((resolve, reject) => {
    forked.once('message', (said) => resolve({ child: forked, port: (said as { port: number }).port }));
    forked.once('exit', () => reject(new Error(`${file} ended`)));
    forked.send(order);
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
