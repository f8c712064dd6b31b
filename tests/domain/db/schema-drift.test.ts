import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  controlTemplate,
  copyDatabase,
  loginUrl,
  ownerLogin,
  testCluster,
  withSuperuser,
} from '#tests/support/cluster';
import { schemaScript } from '#tests/support/schema-engine';

/** Tables that SQL alone knows: no verb reads them through the generated client. */
const ofMigrationsOnly = ['_prisma_migrations', 'ledger_unsequenced'];

const columns = `
  SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END AS line
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped`;
const keys = `
  SELECT c.relname || ' ' || regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') AS line
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND k.contype IN ('p', 'f') AND NOT c.relispartition`;

const bySchema = `schema_${randomBytes(4).toString('hex')}`;
const byMigrations = `migrated_${randomBytes(4).toString('hex')}`;
const drops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const cluster = testCluster();
  drops.push((await copyDatabase(cluster, 'template0', ownerLogin, bySchema)).drop);
  drops.push((await copyDatabase(cluster, controlTemplate, ownerLogin, byMigrations)).drop);
  const script = await schemaScript(loginUrl(cluster, ownerLogin, bySchema));
  await withSuperuser(cluster, bySchema, (client) => client.query(script));
});

afterAll(async () => {
  for (const drop of drops) await drop();
});

async function linesOf(database: string, query: string): Promise<string[]> {
  const rows = await withSuperuser(testCluster(), database, (client) =>
    client.query<{ line: string }>(query),
  );
  return rows.rows
    .map((row) => row.line)
    .filter(
      (line) =>
        !ofMigrationsOnly.some((table) => line.startsWith(`${table}.`) || line.startsWith(`${table} `)),
    )
    .sort();
}

describe('the migrations', () => {
  it('make the columns that prisma/schema says', async () => {
    const found = await linesOf(byMigrations, columns);
    expect(found.length).toBeGreaterThan(200);
    expect(found).toEqual(await linesOf(bySchema, columns));
  });

  it('make its primary and foreign keys', async () => {
    const found = await linesOf(byMigrations, keys);
    expect(found).toEqual(expect.arrayContaining(await linesOf(bySchema, keys)));
  });
});
