import { type ChildProcess, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '#bin/ports';
import { type RunningPostgres, superuser } from '#bin/sandbox/postgres';
import { detectorNames } from '#lib/masking/model';
import { certify } from './certify.ts';
import type { GatewayOrder } from './gateway.ts';
import type { Way } from './measure.ts';
import { startPgbouncer } from './pgbouncer.ts';
import { child, tokens } from './process.ts';
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
  const tls = options.tls ? await certify(home, postgres) : null;
  const issued = await tokens();
  const sealingKey = randomBytes(32).toString('base64');
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
    more: Pick<GatewayOrder, 'detect' | 'sharedPort'> = {},
  ): Promise<Way> => {
    const keyFile = join(home, 'sealing.key');
    await writeFile(keyFile, sealingKey);
    const gatewayHome = join(home, name);
    await mkdir(gatewayHome);
    const { issuer } = issued;
    const order: GatewayOrder = { home: gatewayHome, keyFile, issuer, target, tls, recording, ...more };
    const started = await start('./gateway.ts', order, options.profiles);
    return { name, ...started, user: 'bench', database: 'bench', password: issued.token, sslmode };
  };
  /** Two workers, among which the system deals the connections out. */
  const twoWorkers = async (): Promise<Way> => {
    const port = await freePort();
    const first = await gateway('worker 1', true, { sharedPort: port });
    const second = await gateway('worker 2', true, { sharedPort: port });
    return { ...first, name: 'two workers', beside: second.child === null ? [] : [second.child] };
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
    searching: () => gateway('searching', true, { detect: detectorNames }),
    'two workers': twoWorkers,
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
