import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlFacts } from '#lib/sql/model';
import { createSqlWorld, type SqlWorld, told } from './sql-world.ts';

let world: SqlWorld;

beforeAll(async () => {
  world = await createSqlWorld();
});
afterAll(() => world.close());

async function last(text: string): Promise<SqlFacts> {
  const facts = (await world.read(text)).at(-1);
  if (facts === undefined) throw new Error('the text has no statement');
  return facts;
}

describe('settings', () => {
  it.each<[text: string, settings: readonly [string, string | null, boolean][], changesNames: boolean]>([
    ["SET TimeZone = 'UTC'", [['timezone', 'UTC', false]], false],
    ["SET TIME ZONE 'UTC'", [['timezone', 'UTC', false]], false],
    ['SET LOCAL statement_timeout = 100', [['statement_timeout', '100', true]], false],
    ["SET search_path = a, 'B c'", [['search_path', '"a", "B c"', false]], true],
    ["SELECT set_config('search_path', 'a, b', true)", [['search_path', 'a, b', true]], true],
    ['RESET search_path', [['search_path', null, false]], true],
    ['SET standard_conforming_strings = on', [['standard_conforming_strings', 'on', false]], false],
    ["SET client_encoding = 'UTF-8'", [['client_encoding', 'UTF-8', false]], false],
    ['SET countersign.resume = on', [['countersign.resume', 'on', false]], false],
    [
      'BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY',
      [
        ['transaction_isolation', 'serializable', true],
        ['transaction_read_only', '1', true],
      ],
      false,
    ],
    ['SET enable_seqscan = off', [['enable_seqscan', 'off', false]], false],
  ])('%s', async (text, settings, changesNames) => {
    const facts = await last(text);
    expect(facts.settings.map(({ name, value, local }) => [name, value, local])).toEqual(settings);
    expect(facts.changesNames).toBe(changesNames);
    expect(facts.refusals).toEqual([]);
  });

  it('name the role that is asked for', async () => {
    expect((await last('SET ROLE auditor')).attributes.set_role).toBe('auditor');
    expect((await last("SET SESSION AUTHORIZATION 'x'")).attributes.set_role).toBe('x');
  });
});

const setting = "set_config('search_path', 'public', false)";
const condition = `${setting} IS NOT NULL`;

describe('set_config in what is kept for later', () => {
  it.each([
    `CREATE TABLE own (n text DEFAULT ${setting})`,
    `CREATE TABLE own (n text CHECK (${condition}))`,
    `CREATE TABLE own (n text, m text GENERATED ALWAYS AS (${setting}) STORED)`,
    `CREATE TABLE own (n text) PARTITION BY LIST ((${setting}))`,
    `CREATE TABLE own (n text, EXCLUDE USING btree ((${setting}) WITH =))`,
    `CREATE FOREIGN TABLE own (n text DEFAULT ${setting}) SERVER elsewhere`,
    `CREATE SCHEMA s CREATE TABLE own (n text DEFAULT ${setting})`,
    `CREATE SCHEMA s CREATE VIEW own AS SELECT ${setting}`,
    `CREATE SCHEMA s CREATE TABLE own (n text) CREATE INDEX ON own ((${setting}))`,
    `CREATE SCHEMA s CREATE TRIGGER t BEFORE UPDATE ON public.orders FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    `ALTER TABLE orders ALTER COLUMN status SET DEFAULT ${setting}`,
    `ALTER TABLE orders ADD COLUMN own text DEFAULT ${setting}`,
    `ALTER TABLE orders ADD CHECK (${condition}) NOT VALID`,
    `CREATE DOMAIN d AS text DEFAULT ${setting}`,
    `CREATE DOMAIN d AS text CHECK (${condition})`,
    `ALTER DOMAIN d SET DEFAULT ${setting}`,
    `ALTER DOMAIN d ADD CHECK (${condition})`,
    `CREATE POLICY p ON orders USING (${condition})`,
    `ALTER POLICY p ON orders WITH CHECK (${condition})`,
    `CREATE INDEX ON orders ((${setting}))`,
    `CREATE INDEX ON orders (id) WHERE ${condition}`,
    `CREATE STATISTICS s ON (${setting}), id FROM orders`,
    `CREATE VIEW own AS SELECT ${setting}`,
    `CREATE RECURSIVE VIEW own (n) AS SELECT ${setting}`,
    `CREATE MATERIALIZED VIEW own AS SELECT ${setting}`,
    `CREATE RULE r AS ON INSERT TO orders DO ALSO SELECT ${setting}`,
    `CREATE FUNCTION f(a text DEFAULT ${setting}) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    `CREATE PROCEDURE f(a text DEFAULT ${setting}) LANGUAGE sql AS 'SELECT 1'`,
    `CREATE PUBLICATION p FOR TABLE orders WHERE (${condition})`,
    `ALTER PUBLICATION p ADD TABLE orders WHERE (${condition})`,
    `PREPARE q AS INSERT INTO orders VALUES (1); CREATE VIEW own AS SELECT ${setting}`,
    `EXPLAIN ANALYZE CREATE MATERIALIZED VIEW own AS SELECT ${setting}`,
  ])('is refused: %s', async (text) => {
    const { refusals } = await last(text);
    expect(refusals.map(({ message }) => message)).toContain(
      'set_config may not stand in the definition of an object',
    );
  });

  it.each([`CREATE TABLE own AS SELECT ${setting}`, `INSERT INTO orders (status) VALUES (${setting})`])(
    'passes where it runs now: %s',
    async (text) => {
      expect((await last(text)).refusals).toEqual([]);
    },
  );
});

describe('attributes', () => {
  it.each<[text: string, attributes: Partial<SqlFacts['attributes']>]>([
    ['DELETE FROM orders', { has_where: false, writes: 1, returns_rows: false }],
    ['DELETE FROM orders WHERE true', { has_where: false }],
    ['DELETE FROM orders WHERE 1 = 1', { has_where: false }],
    ['DELETE FROM orders WHERE id = id', { has_where: false }],
    ['DELETE FROM orders WHERE id = 1 OR true', { has_where: false }],
    ['DELETE FROM orders WHERE id IN (1)', { has_where: true }],
    ['WITH d AS (DELETE FROM orders) DELETE FROM payments WHERE id = 1', { has_where: false, writes: 2 }],
    ['INSERT INTO orders (id) VALUES (1), (2), (3)', { rows_known: 3 }],
    ['INSERT INTO orders SELECT * FROM orders', { rows_known: -1 }],
    ['INSERT INTO orders DEFAULT VALUES', { rows_known: 1 }],
    [
      'WITH u AS (UPDATE orders SET status = $1 WHERE id > 0 RETURNING id) INSERT INTO orders (id) VALUES (1)',
      { rows_known: -1 },
    ],
    ['WITH i AS (INSERT INTO orders (id) VALUES (1)) DELETE FROM orders WHERE id > 0', { rows_known: -1 }],
    ['SELECT 1', { returns_rows: true, writes: 0, statements: 1, calls_functions: 0 }],
    ['SELECT 1; SELECT 2', { statements: 2 }],
    ['SELECT * FROM pg_stats', { reads_statistics: true }],
    ['EXPLAIN ANALYZE SELECT 1', { in_explain: true, in_explain_analyze: true }],
    ['DO $$ $$', { opaque: true }],
    ['SELECT app.opaque(1)', { opaque: true, calls_functions: 1 }],
    ["SELECT query_to_xml('x', true, true, '')", { dynamic_text: true }],
    ['CREATE TEMP TABLE t (id int)', { temporary_only: true }],
    ['CREATE TABLE t (id int)', { temporary_only: false }],
    ['DROP TABLE orders CASCADE', { cascade: true }],
    ['SET row_security = off', { changes_pinned: true }],
    ['SELECT x FROM nothing_here', { unresolved: 1 }],
  ])('%s', async (text, attributes) => {
    expect((await last(text)).attributes).toMatchObject(attributes);
  });
});

describe('prepared statements and cursors', () => {
  it('keep what PREPARE names until DEALLOCATE', async () => {
    const prepares = (await last('PREPARE p (int) AS DELETE FROM orders WHERE id = $1')).prepares;
    if (prepares === null) throw new Error('nothing was prepared');
    const prepared = new Map([[prepares.name, prepares.prepared]]);
    expect(await world.tell('EXECUTE p(5)', { prepared })).toMatchObject({
      tag: 'EXECUTE',
      asks: ['delete public.orders', 'select public.orders'],
      gives: null,
    });
    expect((await world.tell('DEALLOCATE p; EXECUTE p(1)', { prepared })).refused).toHaveLength(1);
    expect((await last('DEALLOCATE ALL')).deallocates).toBe('*');
  });

  it('resolve a prepared statement by the names of now', async () => {
    const prepares = (await last('PREPARE p AS SELECT * FROM customers')).prepares;
    const prepared = new Map(prepares === null ? [] : [[prepares.name, prepares.prepared]]);
    const told = await world.tell('EXECUTE p', { prepared, searchPath: ['other'] });
    expect(told).toMatchObject({
      asks: ['select other.customers'],
      gives: ['id=customers.id', 'nothing=customers.nothing'],
    });
  });

  it('end when prepared statements run each other', async () => {
    const parsed = await world.parser.parse('EXECUTE s');
    const statement = parsed.kind === 'parsed' ? parsed.statements[0] : undefined;
    if (statement === undefined) throw new Error('not parsed');
    const prepared = new Map([['s', { text: 'EXECUTE s', statement }]]);
    expect((await world.tell('EXECUTE s', { prepared })).refused).toHaveLength(1);
  });

  it('give a cursor the columns of its query', async () => {
    const opens = (await last('DECLARE c CURSOR WITH HOLD FOR SELECT ssn, upper(name) FROM customers'))
      .opensCursor;
    if (opens === null) throw new Error('no cursor was opened');
    const cursors = new Map([[opens.name, opens.facts]]);
    expect(await world.tell('FETCH 5 FROM c', { cursors })).toMatchObject({
      tag: 'FETCH',
      asks: ['select public.customers'],
      gives: ['ssn=customers.ssn', 'upper~customers.name'],
    });
    expect(await world.tell('MOVE c', { cursors })).toMatchObject({ tag: 'MOVE', gives: null });
    const unknown = await last('FETCH d');
    expect(told(unknown).unresolved).toEqual(['cursor d']);
    expect(unknown.outputsUnknown).toBe(true);
  });
});
