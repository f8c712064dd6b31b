import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { inject } from 'vitest';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres, superuser } from '#bin/sandbox/postgres';
import { ensureShop } from '#bin/sandbox/shop';
import { migrate } from '#lib/db/migrate';

/** The run's one Postgres 18 server, as test files see it. */
export interface Cluster {
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  readonly databasePassword: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: Cluster;
  }
}

export const ownerLogin = 'countersign_owner';
export const runtimeLogin = 'countersign_app';
export const controlTemplate = 'control_template';
export const shopTemplate = 'shop_template';

/** Starts the server of a test run, with a migrated control database and a small shop as templates. */
export async function startCluster(): Promise<{ cluster: Cluster; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  // As root the server runs as another account, which has to pass through.
  await chmod(folder, 0o711);
  const password = newPassword();
  const databasePassword = newPassword();
  const logFile = join(folder, 'log/postgres.log');
  const server = await startPostgres({
    dataDirectory: join(folder, 'data'),
    port: await freePort(),
    superuserPassword: password,
    logFile,
    throwAway: true,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      shared_buffers: '64MB',
      autovacuum: 'off',
      log_statement: process.env.COUNTERSIGN_TEST_LOG_STATEMENT ?? 'none',
      log_line_prefix: '%m [%p] db=%d user=%u app=%a ',
    },
  });
  const cluster = { port: server.port, password, logFile, databasePassword };
  await withSuperuser(cluster, 'postgres', async (client) => {
    const login = `LOGIN PASSWORD ${escapeLiteral(databasePassword)}`;
    await client.query(`CREATE ROLE ${ownerLogin} CREATEROLE ${login}`);
    await client.query(`CREATE ROLE ${runtimeLogin} ${login}`);
    await client.query(`CREATE DATABASE ${controlTemplate} OWNER ${ownerLogin}`);
  });
  await migrate({ url: loginUrl(cluster, ownerLogin, controlTemplate), runtimeLogin });
  await ensureShop(server, {
    database: shopTemplate,
    ownerPassword: databasePassword,
    size: { customers: 200, orders: 600 },
  });
  return {
    cluster,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The run's server: only in tests of the projects that start one. */
export function testCluster(): Cluster {
  return inject('cluster');
}

export function loginUrl(cluster: Cluster, login: string, database: string): string {
  const password = login === superuser ? cluster.password : cluster.databasePassword;
  return `postgresql://${login}:${password}@127.0.0.1:${cluster.port}/${database}`;
}

export async function withSuperuser<Result>(
  cluster: Cluster,
  database: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: loginUrl(cluster, superuser, database) });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A database of its own from a template; several files may ask at once. */
export async function copyDatabase(
  cluster: Cluster,
  template: string,
  owner: string,
  name: string,
): Promise<{ drop(): Promise<void> }> {
  await withSuperuser(cluster, 'postgres', async (client) => {
    await client.query(
      `CREATE DATABASE ${escapeIdentifier(name)} OWNER ${owner} TEMPLATE ${template} STRATEGY file_copy`,
    );
  });
  return {
    async drop() {
      await withSuperuser(cluster, 'postgres', (client) =>
        client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`),
      );
    },
  };
}

/** Lines that the server logged about one database: what reached it, where `log_statement` is on. */
export async function serverLog(cluster: Cluster, database: string): Promise<string[]> {
  const text = await readFile(cluster.logFile, 'utf8');
  // A record's further lines begin with a tab.
  const records = text.split(/\n(?!\t)/);
  return records.filter((record) => record.includes(` db=${database} `));
}
