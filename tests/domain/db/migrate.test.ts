import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '#lib/db/migrate';
import { copyDatabase, loginUrl, ownerLogin, runtimeLogin, testCluster } from '#tests/support/cluster';

const name = `migrate_${process.pid}`;
let url: string;
let directory: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ drop } = await copyDatabase(testCluster(), 'template0', ownerLogin, name));
  url = loginUrl(testCluster(), ownerLogin, name);
  directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  await cp('prisma/migrations', directory, { recursive: true });
});

afterAll(async () => {
  await drop?.();
  await rm(directory, { recursive: true, force: true });
});

async function query<Row extends object>(connection: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: connection });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('migrate', () => {
  it('applies all once, two at a time or not', async () => {
    const both = await Promise.all([
      migrate({ url, directory, runtimeLogin }),
      migrate({ url, directory, runtimeLogin }),
    ]);
    expect(both.filter((applied) => applied.length > 0)).toHaveLength(1);
    expect(await migrate({ url, directory, runtimeLogin })).toEqual([]);
  });

  it('lets the run-time login read what was applied, and change neither that nor evidence', async () => {
    const runtime = loginUrl(testCluster(), runtimeLogin, name);
    expect(await query(runtime, 'SELECT FROM _prisma_migrations')).not.toHaveLength(0);
    await expect(query(runtime, 'DELETE FROM _prisma_migrations')).rejects.toThrow('permission denied');
    await expect(query(runtime, 'DELETE FROM ledger_entry')).rejects.toThrow('permission denied');
    await expect(query(runtime, 'CREATE TABLE mine (id int)')).rejects.toThrow('permission denied');
    await expect(query(runtime, 'CREATE TEMPORARY TABLE mine (id int)')).resolves.toEqual([]);
  });

  it('leaves nothing of a migration that fails, and says which it was', async () => {
    const broken = join(directory, '29990101000000_broken');
    await cp(join(directory, '20261124000200_rules'), broken, { recursive: true });
    await writeFile(join(broken, 'migration.sql'), 'CREATE TABLE half (id int); SELECT 1 / 0;');
    await expect(migrate({ url, directory })).rejects.toThrow(
      /29990101000000_broken failed and was rolled back/,
    );
    expect(await query<{ half: unknown }>(url, `SELECT to_regclass('half') AS half`)).toEqual([
      { half: null },
    ]);
    await writeFile(join(broken, 'migration.sql'), 'CREATE TABLE half (id int);');
    expect(await migrate({ url, directory })).toEqual(['29990101000000_broken']);
  });

  it('refuses a migration that was changed after it was applied', async () => {
    await writeFile(join(directory, '29990101000000_broken/migration.sql'), 'CREATE TABLE other (id int);');
    await expect(migrate({ url, directory })).rejects.toThrow(/changed after it had been applied/);
  });

  it('refuses a database that is newer', async () => {
    await rm(join(directory, '29990101000000_broken'), { recursive: true });
    await expect(migrate({ url, directory })).rejects.toThrow(/which this version does not know/);
  });

  it('refuses a migration that another tool left half applied', async () => {
    await query(url, `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '2999%'`);
    await expect(migrate({ url, directory })).rejects.toThrow(/began on this database and did not finish/);
  });
});
