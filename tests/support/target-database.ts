import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { superuser } from '#bin/sandbox/postgres';
import { shopOwner } from '#bin/sandbox/shop';
import { copyDatabase, loginUrl, serverLog, shopTemplate, testCluster, withSuperuser } from './cluster.ts';

export interface TargetDatabase {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** `shop_owner`: owns the shop's tables and is no superuser. */
  readonly user: string;
  readonly password: string;
  readonly url: string;
  readonly superuserUrl: string;
  /** What the server logged about this database: every statement that reached it. */
  log(): Promise<string[]>;
  drop(): Promise<void>;
}

/**
 * A shop of its own with 200 customers, 600 orders (1 to 100 without payments) and payments. With
 * `logStatements`, `log()` has every statement that reached it.
 */
export async function createTargetDatabase(
  options: { logStatements?: boolean } = {},
): Promise<TargetDatabase> {
  const cluster = testCluster();
  const database = `shop_${randomBytes(6).toString('hex')}`;
  const { drop } = await copyDatabase(cluster, shopTemplate, shopOwner, database);
  if (options.logStatements) {
    await withSuperuser(cluster, 'postgres', (client) =>
      client.query(`ALTER DATABASE ${database} SET log_statement = 'all'`),
    );
  }
  return {
    host: '127.0.0.1',
    port: cluster.port,
    database,
    user: shopOwner,
    password: cluster.databasePassword,
    url: loginUrl(cluster, shopOwner, database),
    superuserUrl: loginUrl(cluster, superuser, database),
    log: () => serverLog(cluster, database),
    drop,
  };
}

/** Runs a text past every gateway, on a connection of its own. Returns its rows. */
export async function queried(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
