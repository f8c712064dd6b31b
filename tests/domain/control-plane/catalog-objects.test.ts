import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCatalogObjects } from '#proxy/listeners/postgres/catalog-objects';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let client: Client;
beforeAll(async () => {
  target = await createTargetDatabase();
  client = new Client({ connectionString: target.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await target.drop();
});

async function ask(question: string) {
  const { rows } = await client.query<(string | null)[]>({ text: question, rowMode: 'array' });
  return rows;
}

test('the target’s own tables, views and functions, with odd names as they are; nothing of the system', async () => {
  await client.query(`
    CREATE SCHEMA "odd.schema";
    CREATE TABLE "odd.schema"."we""ird" (id int, gone int, "Big Name" text);
    ALTER TABLE "odd.schema"."we""ird" DROP COLUMN gone;
    CREATE VIEW recent AS SELECT id FROM orders;
    CREATE FUNCTION add_one(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';
    CREATE FUNCTION add_one(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1 + 1';
    CREATE TEMP TABLE scratch (id int)`);
  const objects = await readCatalogObjects(ask);
  expect(objects).toContainEqual({
    schema: 'public',
    name: 'customers',
    kind: 'table',
    columns: ['id', 'name', 'email', 'ssn', 'phone', 'created_at'],
  });
  expect(objects).toContainEqual({
    schema: 'odd.schema',
    name: 'we"ird',
    kind: 'table',
    columns: ['id', 'Big Name'],
  });
  expect(objects).toContainEqual({ schema: 'public', name: 'recent', kind: 'view', columns: ['id'] });
  expect(objects.filter(({ name }) => name === 'add_one')).toHaveLength(1);
  expect(objects.filter(({ schema }) => schema.startsWith('pg_') || schema === 'information_schema')).toEqual(
    [],
  );
});
