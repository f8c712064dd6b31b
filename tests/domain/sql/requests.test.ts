import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberTable } from '#lib/policies/members';
import { createSqlWorld, type SqlWorld } from './sql-world.ts';

let world: SqlWorld;

beforeAll(async () => {
  world = await createSqlWorld();
});
afterAll(() => world.close());

type Row = readonly [text: string, tag: string, asks: readonly string[]];

describe('requests', () => {
  it.each<Row>([
    ['SELECT 1', 'SELECT', []],
    ['SELECT * FROM customers', 'SELECT', ['select public.customers']],
    ['SELECT * FROM shop.public.customers', 'SELECT', ['select public.customers']],
    ['SELECT * FROM pg_class', 'SELECT', ['select pg_catalog.pg_class']],
    [
      'SELECT * FROM customers c JOIN orders o USING (id)',
      'SELECT',
      ['select public.customers', 'select public.orders'],
    ],
    ['SELECT 1 WHERE EXISTS (SELECT 1 FROM payments)', 'SELECT', ['select public.payments']],
    [
      'SELECT * FROM customers FOR UPDATE',
      'SELECT',
      ['select public.customers', 'lock_rows public.customers'],
    ],
    [
      'SELECT * FROM customers c, orders o FOR SHARE OF o',
      'SELECT',
      ['select public.customers', 'select public.orders', 'lock_rows public.orders'],
    ],
    ['SELECT * FROM people', 'SELECT', ['select public.people']],
    ['TABLE app.nested', 'SELECT', ['select app.nested']],
    ["INSERT INTO orders (status) VALUES ('x')", 'INSERT', ['insert public.orders']],
    ['INSERT INTO orders SELECT * FROM orders', 'INSERT', ['insert public.orders', 'select public.orders']],
    [
      "INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET status = 'y'",
      'INSERT',
      ['insert public.orders', 'update public.orders', 'select public.orders'],
    ],
    [
      'INSERT INTO orders DEFAULT VALUES RETURNING id',
      'INSERT',
      ['insert public.orders', 'select public.orders'],
    ],
    ["UPDATE orders SET status = 'x'", 'UPDATE', ['update public.orders']],
    [
      "UPDATE orders SET status = 'x' WHERE id = 1",
      'UPDATE',
      ['update public.orders', 'select public.orders'],
    ],
    [
      'UPDATE orders SET status = c.name FROM customers c',
      'UPDATE',
      ['update public.orders', 'select public.customers'],
    ],
    ['DELETE FROM orders', 'DELETE', ['delete public.orders']],
    ['DELETE FROM people', 'DELETE', ['delete public.people', 'delete public.customers']],
    [
      'DELETE FROM orders USING customers c WHERE c.id = 1',
      'DELETE',
      ['delete public.orders', 'select public.customers', 'select public.orders'],
    ],
    ['WITH orders AS (SELECT 1) DELETE FROM orders', 'DELETE', ['delete public.orders']],
    ['WITH d AS (DELETE FROM orders) SELECT 1', 'SELECT', ['delete public.orders']],
    [
      'SELECT * FROM (WITH d AS (UPDATE orders SET id = 1 RETURNING *) SELECT * FROM d) x',
      'SELECT',
      ['update public.orders', 'select public.orders'],
    ],
    [
      'MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN UPDATE SET status = 1 WHEN NOT MATCHED THEN INSERT (id) VALUES (1)',
      'MERGE',
      [
        'merge public.orders',
        'select public.orders',
        'select public.customers',
        'update public.orders',
        'insert public.orders',
      ],
    ],
    ['TRUNCATE orders, payments', 'TRUNCATE TABLE', ['truncate public.orders', 'truncate public.payments']],
    ['LOCK TABLE orders', 'LOCK TABLE', ['lock_table public.orders']],
    ['COPY orders FROM STDIN', 'COPY', ['copy_from public.orders']],
    ['COPY orders TO STDOUT', 'COPY', ['copy_to public.orders']],
    ["COPY orders FROM PROGRAM 'id'", 'COPY', ['copy_program *', 'copy_from public.orders']],
    ["COPY (SELECT 1) TO PROGRAM 'id'", 'COPY', ['copy_program *']],
    ["COPY orders TO '/tmp/x'", 'COPY', ['write_server_file *', 'copy_to public.orders']],
    ["COPY orders FROM '/tmp/x'", 'COPY', ['read_server_file *', 'copy_from public.orders']],
    [
      'COPY (DELETE FROM orders RETURNING id) TO STDOUT',
      'COPY',
      ['delete public.orders', 'select public.orders'],
    ],
    ['EXPLAIN DELETE FROM orders', 'EXPLAIN', ['select public.orders']],
    ['EXPLAIN (ANALYZE) DELETE FROM orders', 'EXPLAIN', ['delete public.orders']],
    [
      'EXPLAIN ANALYZE CREATE TABLE x AS SELECT * FROM orders',
      'EXPLAIN',
      ['select public.orders', 'create_table public.x'],
    ],
    ['EXPLAIN (ANALYZE off) DELETE FROM orders', 'EXPLAIN', ['select public.orders']],
    ['EXPLAIN (ANALYZE 1) DELETE FROM orders', 'EXPLAIN', ['delete public.orders']],
    [
      'CREATE TABLE x AS SELECT * FROM orders',
      'CREATE TABLE AS',
      ['select public.orders', 'create_table public.x'],
    ],
    ['SELECT * INTO x FROM orders', 'SELECT INTO', ['select public.orders', 'create_table public.x']],
    ['SELECT 1 INTO TEMP x UNION SELECT 2', 'SELECT INTO', ['create_temp_table pg_temp.x']],
    [
      'CREATE TABLE x (id int REFERENCES orders)',
      'CREATE TABLE',
      ['create_table public.x', 'alter_table public.orders'],
    ],
    ['CREATE TABLE x (LIKE orders)', 'CREATE TABLE', ['select public.orders', 'create_table public.x']],
    [
      'CREATE TABLE x () INHERITS (orders)',
      'CREATE TABLE',
      ['alter_table public.orders', 'create_table public.x'],
    ],
    [
      'CREATE TABLE x (id int DEFAULT app.opaque(1))',
      'CREATE TABLE',
      ['create_table public.x', 'call_function app.opaque'],
    ],
    ['CREATE TEMP TABLE x (id int)', 'CREATE TABLE', ['create_temp_table pg_temp.x']],
    [
      'CREATE VIEW x AS SELECT * FROM orders',
      'CREATE VIEW',
      ['select public.orders', 'create_view public.x'],
    ],
    [
      'CREATE MATERIALIZED VIEW x AS SELECT * FROM orders',
      'CREATE MATERIALIZED VIEW',
      ['select public.orders', 'create_view public.x'],
    ],
    ['REFRESH MATERIALIZED VIEW app.stored', 'REFRESH MATERIALIZED VIEW', ['refresh_view app.stored']],
    ['CREATE INDEX ON orders (status)', 'CREATE INDEX', ['create_index public.orders']],
    [
      'CREATE INDEX ON orders (app.opaque(id))',
      'CREATE INDEX',
      ['create_index public.orders', 'call_function app.opaque'],
    ],
    ['CREATE SEQUENCE x', 'CREATE SEQUENCE', ['create_sequence public.x']],
    ["SELECT nextval('app.numbers')", 'SELECT', ['next_value app.numbers']],
    ['SELECT nextval($1)', 'SELECT', ['next_value *']],
    ["SELECT setval('app.numbers', 1)", 'SELECT', ['set_sequence app.numbers']],
    ['CREATE SCHEMA x', 'CREATE SCHEMA', ['create_schema x.*']],
    ['CREATE SCHEMA x CREATE TABLE t (id int)', 'CREATE SCHEMA', ['create_schema x.*', 'create_table x.t']],
    ['DROP SCHEMA app CASCADE', 'DROP SCHEMA', ['drop_schema app.*']],
    ['DROP TABLE orders, app.lines', 'DROP TABLE', ['drop_table public.orders', 'drop_table app.lines']],
    ['DROP TABLE IF EXISTS nothing_here', 'DROP TABLE', ['drop_table public.nothing_here']],
    ['DROP VIEW people', 'DROP VIEW', ['drop_view public.people']],
    ['DROP INDEX orders_pkey', 'DROP INDEX', ['drop_index public.orders_pkey']],
    ['DROP FUNCTION app.opaque(int)', 'DROP FUNCTION', ['drop_function app.opaque']],
    ['DROP TRIGGER log_update ON payments', 'DROP TRIGGER', ['drop_trigger public.payments']],
    ['DROP POLICY mine ON app.lines', 'DROP POLICY', ['drop_rule app.lines']],
    ['DROP TYPE app.code', 'DROP TYPE', ['drop_type app.*']],
    ['DROP EXTENSION plpgsql', 'DROP EXTENSION', ['drop_extension *']],
    ['ALTER TABLE orders ADD COLUMN x int', 'ALTER TABLE', ['alter_table public.orders']],
    [
      'ALTER TABLE orders DROP COLUMN status',
      'ALTER TABLE',
      ['alter_table public.orders', 'drop_column public.orders'],
    ],
    ['ALTER TABLE orders OWNER TO postgres', 'ALTER TABLE', ['change_owner public.orders']],
    [
      'ALTER TABLE orders DISABLE TRIGGER ALL',
      'ALTER TABLE',
      ['alter_table public.orders', 'drop_trigger public.orders'],
    ],
    [
      'ALTER TABLE app.lines DISABLE ROW LEVEL SECURITY',
      'ALTER TABLE',
      ['alter_table app.lines', 'drop_rule app.lines'],
    ],
    [
      'ALTER TABLE orders ALTER status TYPE int USING app.opaque(1)',
      'ALTER TABLE',
      ['alter_table public.orders', 'call_function app.opaque'],
    ],
    [
      'ALTER TABLE app.parted DETACH PARTITION app.parted_1',
      'ALTER TABLE',
      ['alter_table app.parted', 'alter_table app.parted_1'],
    ],
    ['ALTER TABLE orders RENAME TO x', 'ALTER TABLE', ['alter_table public.orders']],
    ['ALTER TABLE orders SET SCHEMA app', 'ALTER TABLE', ['alter_table public.orders', 'alter_schema app.*']],
    ['ALTER VIEW people RENAME TO x', 'ALTER VIEW', ['alter_view public.people']],
    ['ALTER SCHEMA app RENAME TO x', 'ALTER SCHEMA', ['alter_schema app.*']],
    ['ALTER FUNCTION app.opaque(int) STABLE', 'ALTER FUNCTION', ['alter_function app.opaque']],
    ['ALTER SEQUENCE app.numbers RESTART', 'ALTER SEQUENCE', ['alter_sequence app.numbers']],
    ["ALTER TYPE app.mood ADD VALUE 'x'", 'ALTER TYPE', ['alter_type app.*']],
    [
      "CREATE FUNCTION app.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      'CREATE FUNCTION',
      ['create_function app.x'],
    ],
    [
      "CREATE FUNCTION x() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'x'",
      'CREATE FUNCTION',
      ['create_function public.x', 'security_definer public.x'],
    ],
    [
      "CREATE FUNCTION x() RETURNS int LANGUAGE c AS 'lib', 'f'",
      'CREATE FUNCTION',
      ['create_function public.x', 'load_library *'],
    ],
    [
      'CREATE TRIGGER t BEFORE INSERT ON orders EXECUTE FUNCTION app.log()',
      'CREATE TRIGGER',
      ['create_trigger public.orders', 'call_function app.log'],
    ],
    [
      'CREATE RULE r AS ON UPDATE TO orders DO ALSO DELETE FROM payments',
      'CREATE RULE',
      ['create_rule public.orders', 'delete public.payments'],
    ],
    [
      'CREATE POLICY p ON orders USING (id IN (SELECT id FROM payments))',
      'CREATE POLICY',
      ['create_rule public.orders', 'select public.payments'],
    ],
    [
      'CREATE DOMAIN d AS int CHECK (app.opaque(VALUE) > 0)',
      'CREATE DOMAIN',
      ['create_type public.*', 'call_function app.opaque'],
    ],
    ['COMMENT ON COLUMN orders.status IS NULL', 'COMMENT', ['comment public.orders']],
    ['DO $$ BEGIN NULL; END $$', 'DO', ['do_block *']],
    ['CALL app.opaque(1)', 'CALL', ['call_function app.opaque', 'call_procedure app.opaque']],
    [
      'SELECT app.purge(1)',
      'SELECT',
      ['call_function app.purge', 'delete public.orders', 'select public.orders'],
    ],
    ["SELECT 'x'::app.code", 'SELECT', ['call_function app.opaque']],
    ["SELECT 1 WHERE 'a' OPERATOR(other.===) 'b'", 'SELECT', ['call_function other.same']],
    [
      'SELECT c.initials FROM customers c',
      'SELECT',
      ['select public.customers', 'call_function public.initials'],
    ],
    ['GRANT SELECT ON orders TO public', 'GRANT', ['grant_privilege public.orders']],
    ['REVOKE ALL ON ALL TABLES IN SCHEMA app FROM x', 'REVOKE', ['revoke_privilege app.*']],
    ['GRANT pg_read_all_data TO x', 'GRANT ROLE', ['grant_privilege *']],
    ['SET ROLE postgres', 'SET', ['set_role *']],
    ['SET SESSION AUTHORIZATION postgres', 'SET', ['set_session_authorization *']],
    ['RESET ROLE', 'RESET', []],
    ['SET work_mem = 100', 'SET', []],
    ['SET log_statement = none', 'SET', ['other_admin *']],
    ['CREATE ROLE x', 'CREATE ROLE', ['create_role *']],
    ['ALTER ROLE x SET work_mem = 1', 'ALTER ROLE', ['alter_role *']],
    ['ALTER SYSTEM SET work_mem = 1', 'ALTER SYSTEM', ['alter_system *']],
    ['CREATE EXTENSION dblink', 'CREATE EXTENSION', ['create_extension *']],
    ["CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (host 'x')", 'CREATE SERVER', ['foreign_server *']],
    ["CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", 'CREATE SUBSCRIPTION', ['replication *']],
    ["LOAD 'x'", 'LOAD', ['load_library *']],
    ['CHECKPOINT', 'CHECKPOINT', ['other_admin *']],
    ['VACUUM orders', 'VACUUM', ['maintain public.orders']],
    ['ANALYZE', 'ANALYZE', ['maintain *']],
    ['LISTEN x', 'LISTEN', ['listen *']],
    ["NOTIFY x, 'y'", 'NOTIFY', ['notify *']],
    ["SELECT pg_notify('x', 'y')", 'SELECT', ['notify *']],
    ["SELECT pg_read_file('/etc/passwd')", 'SELECT', ['read_server_file *']],
    ["SELECT lo_export(1, '/tmp/x')", 'SELECT', ['write_server_file *']],
    ['SELECT pg_terminate_backend(1)', 'SELECT', ['superuser_function pg_catalog.pg_terminate_backend']],
    ['SELECT pg_sleep(1)', 'SELECT', ['call_function pg_catalog.pg_sleep']],
    ["SELECT dblink('a', 'b')", 'SELECT', ['call_function public.dblink']],
    ['BEGIN', 'BEGIN', []],
    ['COMMIT', 'COMMIT', []],
    ['PREPARE TRANSACTION $$x$$', 'PREPARE TRANSACTION', ['other_admin *']],
    ["COMMIT PREPARED 'x'", 'COMMIT PREPARED', ['other_admin *']],
    ['PREPARE p AS DELETE FROM orders', 'PREPARE', ['delete public.orders']],
    ['PREPARE p AS DELETE FROM orders; EXECUTE p', 'EXECUTE', ['delete public.orders']],
    ['DECLARE c CURSOR FOR SELECT * FROM orders; FETCH ALL c', 'FETCH', ['select public.orders']],
    ['CLOSE ALL', 'CLOSE CURSOR', []],
    ['DISCARD ALL', 'DISCARD ALL', []],
  ])('%s', async (text, tag, asks) => {
    const facts = await world.tell(text.replace(/\bshop\.public/, `${world.target.database}.public`));
    expect(facts).toMatchObject({ tag, asks, refused: [] });
  });

  it('name only members that stand in the table', async () => {
    const known = new Set(memberTable.map(([member]) => member));
    const [facts] = await world.read('DROP TABLE orders');
    expect(facts?.requests.every(({ member }) => known.has(member))).toBe(true);
  });

  it('know the columns that ALTER TABLE adds for the rest of the message', async () => {
    const facts = await world.tell(
      'ALTER TABLE orders ADD COLUMN x int; UPDATE orders SET x = 1 WHERE x IS NULL',
    );
    expect(facts).toMatchObject({ unresolved: [], refused: [] });
  });

  it('resolve by the search path, the role and the temporary schema', async () => {
    const session = { searchPath: ['other', 'public'] };
    expect((await world.tell('SELECT * FROM customers', session)).asks).toEqual(['select other.customers']);
    const role = { role: 'other' };
    expect((await world.tell('SELECT * FROM customers', role)).asks).toEqual(['select other.customers']);
    const set = await world.tell('SET search_path = other; SELECT * FROM customers');
    expect(set.asks).toEqual(['select other.customers']);
    const quoted = await world.tell('SET search_path = "other, public"; SELECT * FROM customers');
    expect(quoted.unresolved).toEqual(['relation public.customers']);
    await world.client.query('CREATE TEMP TABLE customers (id int)');
    await world.refresh();
    const { rows } = await world.client.query<{ name: string }>(
      'SELECT nspname AS name FROM pg_namespace WHERE oid = pg_my_temp_schema()',
    );
    const own = { tempSchema: rows[0]?.name ?? null };
    expect((await world.tell('SELECT * FROM customers', own)).asks).toEqual(['select pg_temp.customers']);
    expect((await world.tell('SELECT * FROM customers')).asks).toEqual(['select public.customers']);
    await world.client.query('DROP TABLE pg_temp.customers');
    await world.refresh();
  });

  it('say which triggers, cascades and policies a write sets off', async () => {
    const setsOff = async (text: string) => (await world.read(text))[0]?.setsOff;
    expect(await setsOff("UPDATE payments SET card_number = 'x'")).toEqual([
      'trigger log_update calls app.log() on UPDATE',
    ]);
    expect(await setsOff('DELETE FROM payments')).toEqual([]);
    expect(await setsOff('DELETE FROM orders WHERE id = 1')).toContain(
      'a DELETE deletes the rows of app.lines that refer to it',
    );
    expect(await setsOff('SELECT * FROM people')).toEqual(['reads through view public.people']);
    expect(await setsOff('INSERT INTO app.audit DEFAULT VALUES')).toContain(
      'the default of note calls app.opaque()',
    );
  });
});

describe('what drivers and tools ask', () => {
  it.each([
    'SELECT pg_catalog.pg_is_in_recovery(), version(), current_setting($1), inet_server_addr()',
    'SELECT (information_schema._pg_expandarray(i.indkey)).n, i.indrelid FROM pg_catalog.pg_index i',
    'SELECT * FROM information_schema.columns ORDER BY table_name',
    "SELECT t.oid, t.typarray FROM pg_type t JOIN pg_namespace ns ON typnamespace = ns.oid WHERE typname = 'hstore'",
    'SELECT uuid($1), jsonb($2), now(), gen_random_uuid(), random()',
    "SELECT 'orders'::regclass::oid, to_regclass('orders')",
  ])('%s', async (text) => {
    const [facts] = await world.read(text);
    const others = facts?.requests.filter(
      ({ member, object }) =>
        member !== 'select' ||
        !('schema' in object) ||
        !['pg_catalog', 'information_schema'].includes(object.schema),
    );
    expect({ others, refused: facts?.refusals, unresolved: facts?.unresolved }).toEqual({
      others: [],
      refused: [],
      unresolved: [],
    });
    expect(facts?.functions.filter(({ harmless }) => !harmless)).toEqual([]);
  });
});

describe('definitions that name what they make', () => {
  it.each([
    'ALTER TABLE orders ADD COLUMN a int DEFAULT 1, ADD COLUMN b int CHECK (b > a)',
    "CREATE DOMAIN d AS text CHECK (VALUE <> '')",
    'CREATE TABLE p PARTITION OF app.parted FOR VALUES FROM (minvalue) TO (0)',
    'CREATE SCHEMA s CREATE INDEX ON t (id) CREATE VIEW v AS SELECT id FROM t CREATE TABLE t (id int)',
    'CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED, CHECK (id > 0))',
  ])('%s', async (text) => {
    expect(await world.tell(text)).toMatchObject({ unresolved: [], refused: [] });
  });
});
