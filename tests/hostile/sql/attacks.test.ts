import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaskSpec } from '#lib/masking/model';
import { planMasks } from '#lib/masking/plan';
import type { SqlFacts, SqlSessionState } from '#lib/sql/model';
import { createSqlWorld, type SqlWorld } from '#tests/domain/sql/sql-world';

// Ways around policy and masks. Each must end as a refusal, as a request for more than reading tables of
// the shop, as a use of a masked column that is denied, or with everything masked.

const masks: readonly MaskSpec[] = ['ssn', 'email'].map((name) => ({
  id: name,
  column: `public.customers.${name}`,
  kind: 'fixed',
  lookup: name === 'email' ? 'equality' : 'none',
  options: {},
}));

let world: SqlWorld;

beforeAll(async () => {
  world = await createSqlWorld();
});
afterAll(() => world.close());

type Outcome = 'refused' | 'asks for more' | 'use denied' | 'masked' | 'passes';

/** What becomes of a message for an agent that may read every table of `public`. */
function outcomeOf(statements: readonly SqlFacts[]): Outcome {
  if (statements.some((facts) => facts.refusals.length > 0)) return 'refused';
  const reads = statements.flatMap((facts) => facts.requests);
  const isPlain = ({ member, object }: (typeof reads)[number]) =>
    ['select', 'copy_to'].includes(member) &&
    object.kind === 'table' &&
    ['public', 'pg_temp'].includes(object.schema);
  if (!reads.every(isPlain)) return 'asks for more';
  const verdicts = statements.map((facts) => planMasks(facts, masks));
  if (verdicts.some(({ violations }) => violations.length > 0)) return 'use denied';
  return verdicts.some(({ plan }) => plan.everything || plan.outputs.length > 0) ? 'masked' : 'passes';
}

async function outcome(text: string, session?: Partial<SqlSessionState>): Promise<Outcome> {
  return outcomeOf(await world.read(text, session));
}

describe('policy evasion', () => {
  it.each<[text: string, ends: Outcome]>([
    // 1: several statements
    ['BEGIN READ ONLY; COMMIT; DELETE FROM orders', 'asks for more'],
    ['SELECT 1; DELETE FROM orders', 'asks for more'],
    ['SELECT 1;;; /* */ DROP TABLE orders', 'asks for more'],
    ['COMMIT; DROP SCHEMA public CASCADE', 'asks for more'],
    // 2: writes under a SELECT
    ['WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d', 'asks for more'],
    [
      'SELECT * FROM (WITH x AS (INSERT INTO orders DEFAULT VALUES RETURNING 1) SELECT * FROM x) y',
      'asks for more',
    ],
    ['SELECT id INTO stolen FROM customers', 'asks for more'],
    ['CREATE TABLE stolen AS TABLE orders', 'asks for more'],
    ['MERGE INTO orders USING customers c ON true WHEN MATCHED THEN DELETE', 'asks for more'],
    [
      'VALUES (1) UNION SELECT 1 FROM (WITH d AS (DELETE FROM orders RETURNING 1) TABLE d) x',
      'asks for more',
    ],
    // 3: EXPLAIN ANALYZE
    ['EXPLAIN (ANALYZE) DELETE FROM orders', 'asks for more'],
    ['EXPLAIN ANALYZE VERBOSE UPDATE orders SET status = 1', 'asks for more'],
    ["EXPLAIN (COSTS off, ANALYZE 'on') DELETE FROM orders", 'asks for more'],
    // 4: code
    ["DO $$ BEGIN EXECUTE 'DEL' || 'ETE FROM orders'; END $$", 'asks for more'],
    ['CALL app.opaque(1)', 'asks for more'],
    ['SELECT app.purge(1)', 'asks for more'],
    ['SELECT 1 ORDER BY app.opaque(1)', 'asks for more'],
    ['SELECT 1 LIMIT app.opaque(1)', 'asks for more'],
    ['SELECT count(*) FILTER (WHERE app.opaque(1) = 1) FROM orders', 'asks for more'],
    ['SELECT 1 FROM app.opaque(1)', 'asks for more'],
    ['SELECT 1 FROM orders TABLESAMPLE bernoulli (app.opaque(1))', 'asks for more'],
    ['SELECT 1 FROM orders GROUP BY app.opaque(id)', 'asks for more'],
    ['SELECT 1 FROM orders JOIN customers c ON app.opaque(1) = 1', 'asks for more'],
    ['SELECT sum(1) OVER (ORDER BY app.opaque(1))', 'asks for more'],
    ['SELECT sum(1) OVER w WINDOW w AS (PARTITION BY app.opaque(1))', 'asks for more'],
    ['SELECT CASE WHEN true THEN app.opaque(1) END', 'asks for more'],
    ['SELECT ARRAY[app.opaque(1)]', 'asks for more'],
    ['SELECT (ARRAY[1])[app.opaque(1)]', 'asks for more'],
    ['SELECT XMLELEMENT(NAME a, app.opaque(1))', 'asks for more'],
    ['SELECT JSON_OBJECT(1 : app.opaque(1))', 'asks for more'],
    ['SELECT JSON_ARRAY(app.opaque(1))', 'asks for more'],
    ["SELECT JSON_VALUE('{}', '$.a' DEFAULT app.opaque(1) ON EMPTY)", 'asks for more'],
    ["SELECT 'x'::app.code", 'asks for more'],
    ["SELECT app.code 'x'", 'asks for more'],
    ["SELECT CAST('x' AS app.code)", 'asks for more'],
    ["SELECT 'a' OPERATOR(other.===) 'b'", 'asks for more'],
    ["SELECT lower('A'::varchar)", 'asks for more'],
    ['SELECT c.initials FROM customers c', 'asks for more'],
    ['SELECT (c).initials FROM customers c', 'asks for more'],
    ['CREATE TEMP TABLE t (x int DEFAULT app.opaque(1))', 'asks for more'],
    ['CREATE INDEX ON orders (app.opaque(id))', 'asks for more'],
    ['CREATE VIEW v AS SELECT app.opaque(1)', 'asks for more'],
    // 5: prepared statements
    ['PREPARE p AS DELETE FROM orders; EXECUTE p', 'asks for more'],
    ['EXECUTE unknown', 'refused'],
    ['EXPLAIN ANALYZE EXECUTE unknown', 'refused'],
    ['CREATE TABLE x AS EXECUTE unknown', 'refused'],
    // 6: files, programs, other servers
    ["COPY orders TO PROGRAM 'sh'", 'asks for more'],
    ["COPY orders FROM '/etc/passwd'", 'asks for more'],
    ["SELECT lo_export(1, '/tmp/x')", 'asks for more'],
    ["SELECT lo_import('/etc/passwd')", 'asks for more'],
    ["SELECT * FROM pg_read_file('/etc/passwd')", 'asks for more'],
    ["SELECT pg_catalog.pg_read_file('/etc/passwd')", 'asks for more'],
    ["SELECT * FROM pg_ls_dir('.')", 'asks for more'],
    ["SELECT dblink_exec('host=x', 'DROP TABLE y')", 'asks for more'],
    ["CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'x')", 'asks for more'],
    ['IMPORT FOREIGN SCHEMA x FROM SERVER s INTO public', 'asks for more'],
    // 7: settings, roles, names
    ['SET standard_conforming_strings = off', 'refused'],
    ['SET LOCAL standard_conforming_strings TO off', 'refused'],
    ["SELECT set_config('standard_conforming_strings', 'off', false)", 'refused'],
    ["SELECT pg_catalog.set_config('STANDARD_conforming_strings', 'off', false)", 'refused'],
    ["SELECT set_config('standard_' || 'conforming_strings', 'off', false)", 'refused'],
    ['SELECT set_config($1, $2, false)', 'refused'],
    ['SET backslash_quote = on', 'refused'],
    ["SET NAMES 'SJIS'", 'refused'],
    ['SET client_encoding = big5', 'refused'],
    ['SET session_replication_role = replica', 'refused'],
    ['SET row_security = off', 'refused'],
    ['SET transform_null_equals = on', 'refused'],
    ['ALTER ROLE x SET standard_conforming_strings = off', 'refused'],
    ['ALTER ROLE ALL IN DATABASE shop SET row_security = off', 'refused'],
    ['ALTER DATABASE shop SET client_encoding = sjis', 'refused'],
    ['ALTER SYSTEM SET session_replication_role = replica', 'refused'],
    ["CREATE FUNCTION x() RETURNS int LANGUAGE sql SET row_security = off AS 'SELECT 1'", 'refused'],
    ['ALTER FUNCTION app.opaque(int) SET role = postgres', 'refused'],
    ["SELECT set_config('role', 'postgres', false)", 'refused'],
    ["SELECT set_config('session_authorization', 'postgres', false)", 'refused'],
    ['SET ROLE postgres', 'asks for more'],
    ['SET role TO postgres', 'asks for more'],
    ["SET LOCAL role = 'postgres'", 'asks for more'],
    ['SET SESSION AUTHORIZATION postgres', 'asks for more'],
    ["SELECT set_config('search_path', $1, false)", 'refused'],
    ['SELECT * FROM otherdb.public.customers', 'refused'],
    ['SELECT otherdb.public.customers.id FROM customers', 'refused'],
    ['SET search_path = other; SELECT * FROM customers', 'asks for more'],
    ["SELECT set_config('search_path', 'other', false); SELECT * FROM customers", 'asks for more'],
    ['RESET search_path; SELECT * FROM customers', 'refused'],
    ['BEGIN; SET search_path = other; ROLLBACK; SELECT * FROM customers', 'refused'],
    ['BEGIN; SET LOCAL search_path = other; COMMIT; SELECT * FROM customers', 'refused'],
    ['CREATE TEMP TABLE orders (id int); SELECT * FROM orders', 'asks for more'],
    // 8: channels, replication, waiting
    ['LISTEN x', 'asks for more'],
    ["NOTIFY x, 'secret'", 'asks for more'],
    ["SELECT pg_notify('x', 'secret')", 'asks for more'],
    ['SELECT pg_advisory_lock(1)', 'asks for more'],
    ['SELECT pg_sleep(10)', 'asks for more'],
    ["SELECT pg_create_logical_replication_slot('a', 'b')", 'asks for more'],
    ['SELECT * FROM orders FOR UPDATE', 'asks for more'],
    ['LOCK TABLE orders', 'asks for more'],
  ])('%s', async (text, ends) => {
    expect(await outcome(text)).toBe(ends);
  });

  it('sees the end of a transaction that changed names before', async () => {
    const session = { transaction: 'changed', searchPath: ['other'] } as const;
    expect(await outcome('ROLLBACK; SELECT * FROM customers', session)).toBe('refused');
    expect(await outcome('COMMIT; SELECT 1', { transaction: 'clean' })).toBe('passes');
  });
});

describe('names that a message takes away', () => {
  it.each<[text: string, session: Partial<SqlSessionState>, ends: Outcome]>([
    ['DROP SCHEMA other CASCADE; SELECT * FROM customers', { searchPath: ['other', 'public'] }, 'refused'],
    ['DO $$ $$; SELECT * FROM customers', { searchPath: ['other', 'public'] }, 'refused'],
    ['DROP EXTENSION plpgsql; SELECT * FROM customers', { searchPath: ['other', 'public'] }, 'refused'],
    [
      'ALTER SCHEMA other RENAME TO x; SELECT * FROM customers',
      { searchPath: ['other', 'public'] },
      'refused',
    ],
    ['SELECT app.opaque(1); SELECT * FROM customers', { searchPath: ['other', 'public'] }, 'refused'],
    ['SELECT app.opaque(1); SELECT * FROM orders', {}, 'asks for more'],
    [
      'DROP TABLE other.customers; SELECT ssn FROM customers',
      { searchPath: ['other', 'public'] },
      'asks for more',
    ],
  ])('%s', async (text, session, ends) => {
    expect(await outcome(text, session)).toBe(ends);
  });

  it('finds what was behind a dropped table', async () => {
    const searchPath = ['other', 'public'];
    const facts = await world.tell('DROP TABLE other.customers; SELECT ssn FROM customers', { searchPath });
    expect(facts).toMatchObject({ asks: ['select public.customers'], gives: ['ssn=customers.ssn'] });
  });

  it('sees a temporary table go', async () => {
    await world.client.query('CREATE TEMP TABLE customers (id int, ssn text)');
    await world.refresh();
    const { rows } = await world.client.query<{ name: string }>(
      'SELECT nspname AS name FROM pg_namespace WHERE oid = pg_my_temp_schema()',
    );
    const session = { tempSchema: rows[0]?.name ?? null };
    expect(await outcome('SELECT ssn FROM customers', session)).toBe('passes');
    expect(await outcome('DISCARD TEMP; SELECT ssn FROM customers', session)).toBe('refused');
    expect(await outcome('DISCARD ALL; SELECT ssn FROM customers', session)).toBe('refused');
    expect(await outcome('DROP TABLE customers; SELECT ssn FROM customers', session)).toBe('asks for more');
    await world.client.query('DROP TABLE pg_temp.customers');
    await world.refresh();
  });
});

describe('getting around a mask', () => {
  it.each<[text: string, ends: Outcome]>([
    ['SELECT ssn FROM customers', 'masked'],
    // 9: whole rows
    ['SELECT c FROM customers c', 'use denied'],
    ['SELECT customers FROM customers', 'use denied'],
    ['SELECT c::text FROM customers c', 'use denied'],
    ['SELECT row_to_json(c) FROM customers c', 'use denied'],
    ['SELECT to_jsonb(c.*) FROM customers c', 'use denied'],
    ['SELECT ROW(c.*) FROM customers c', 'use denied'],
    ['SELECT array_agg(c) FROM customers c', 'use denied'],
    ['SELECT count(c) FROM customers c', 'use denied'],
    ['SELECT (x.c).ssn FROM (SELECT c FROM customers c) x', 'use denied'],
    ['TABLE customers', 'masked'],
    ['SELECT (c).ssn FROM customers c', 'masked'],
    ['SELECT ssn(c) FROM customers c', 'use denied'],
    ['SELECT x.* FROM (SELECT (c).* FROM customers c) x', 'masked'],
    ['SELECT * FROM customers c WHERE c IS NOT NULL', 'use denied'],
    ['SELECT c.id FROM customers c WHERE c = (SELECT d FROM customers d LIMIT 1)', 'use denied'],
    // 10: functions
    ['SELECT reverse(ssn) FROM customers', 'use denied'],
    ["SELECT encode(convert_to(ssn, 'UTF8'), 'hex') FROM customers", 'use denied'],
    ['SELECT substr(ssn, 1, 3) FROM customers', 'use denied'],
    ['SELECT md5(ssn) FROM customers', 'use denied'],
    ["SELECT ssn || '' FROM customers", 'use denied'],
    ['SELECT ssn::varchar FROM customers', 'use denied'],
    ['SELECT ssn COLLATE "C" FROM customers', 'use denied'],
    ["SELECT string_agg(ssn, ',') FROM customers", 'use denied'],
    ['SELECT array_agg(ssn) FROM customers', 'use denied'],
    ['SELECT first_value(ssn) OVER () FROM customers', 'use denied'],
    ['SELECT max(ssn) FROM customers', 'use denied'],
    ['SELECT (ARRAY[ssn])[1] FROM customers', 'use denied'],
    ['SELECT GREATEST(ssn, NULL) FROM customers', 'use denied'],
    ['SELECT NULLIF(ssn, NULL) FROM customers', 'use denied'],
    ["SELECT JSON_OBJECT('a' : ssn) FROM customers", 'use denied'],
    ['SELECT JSON_SCALAR(ssn) FROM customers', 'use denied'],
    ['SELECT XMLFOREST(ssn) FROM customers', 'use denied'],
    ['SELECT CASE WHEN true THEN ssn END FROM customers', 'use denied'],
    ['SELECT format($$%s$$, ssn) FROM customers', 'use denied'],
    ['SELECT overlay(ssn PLACING $$x$$ FROM 1) FROM customers', 'use denied'],
    // 11: inference
    ["SELECT id FROM customers WHERE ssn LIKE '12%'", 'use denied'],
    ["SELECT id FROM customers WHERE ssn = '123-45-6789'", 'use denied'],
    ["SELECT id FROM customers WHERE email = 'a@b.c'", 'passes'],
    ["SELECT id FROM customers WHERE email = 'a@b.c' OR id = 1", 'use denied'],
    ["SELECT id FROM customers WHERE NOT email = 'a@b.c'", 'use denied'],
    ["SELECT id FROM customers WHERE email IN ('a', 'b')", 'use denied'],
    ["SELECT id FROM customers WHERE email = ANY('{a,b}')", 'use denied'],
    ["SELECT id FROM customers WHERE email = lower('A')", 'asks for more'],
    ['SELECT id FROM customers WHERE email = name', 'use denied'],
    ["SELECT email = 'a@b.c' FROM customers", 'use denied'],
    ["SELECT count(*) FILTER (WHERE email = 'a') FROM customers", 'use denied'],
    ["SELECT 1 FROM orders o JOIN customers c ON c.email = 'a'", 'use denied'],
    ["SELECT id FROM customers GROUP BY id, email HAVING email = 'a'", 'use denied'],
    ["EXPLAIN SELECT id FROM customers WHERE email = 'a'", 'use denied'],
    ['SELECT id FROM customers ORDER BY ssn', 'use denied'],
    ['SELECT id, ssn FROM customers ORDER BY 2', 'use denied'],
    ['SELECT id, ssn AS x FROM customers ORDER BY x', 'use denied'],
    ['SELECT count(*) FROM customers GROUP BY ssn', 'use denied'],
    ['SELECT ssn AS g, count(*) FROM customers GROUP BY g', 'use denied'],
    ['SELECT count(*) FROM customers GROUP BY GROUPING SETS ((ssn), ())', 'use denied'],
    ['SELECT DISTINCT ssn FROM customers', 'use denied'],
    ['SELECT DISTINCT ON (ssn) id FROM customers', 'use denied'],
    ['SELECT 1 / (CASE WHEN ssn > $$5$$ THEN 1 ELSE 0 END) FROM customers', 'use denied'],
    ['SELECT a.id FROM customers a JOIN customers b ON a.ssn = b.ssn', 'use denied'],
    ["SELECT c.id FROM customers c JOIN (VALUES ('x')) v(ssn) USING (ssn)", 'use denied'],
    ["SELECT c.id FROM customers c NATURAL JOIN (SELECT 'x' AS ssn) v", 'use denied'],
    ["SELECT id FROM customers WHERE (id, ssn) = (1, 'x')", 'use denied'],
    ["SELECT id FROM customers WHERE ssn BETWEEN 'a' AND 'b'", 'use denied'],
    ['SELECT id FROM customers WHERE ssn IS NULL', 'use denied'],
    ["SELECT id FROM customers WHERE ssn SIMILAR TO 'x'", 'use denied'],
    ["SELECT id FROM customers LIMIT (SELECT count(*) FROM customers WHERE ssn > 'x')", 'use denied'],
    ["SELECT 'x' IN (SELECT ssn FROM customers)", 'use denied'],
    ["SELECT 'x' = (SELECT ssn FROM customers LIMIT 1)", 'use denied'],
    ["SELECT EXISTS (SELECT 1 FROM customers WHERE ssn > 'x')", 'use denied'],
    ["SELECT ssn FROM customers UNION SELECT '123-45-6789'", 'use denied'],
    ["SELECT '123-45-6789' INTERSECT SELECT ssn FROM customers", 'use denied'],
    ['SELECT rank() OVER (ORDER BY ssn) FROM customers', 'use denied'],
    ["SELECT rank('x') WITHIN GROUP (ORDER BY ssn) FROM customers", 'use denied'],
    [
      'SELECT id FROM customers TABLESAMPLE bernoulli ((SELECT length(ssn) FROM customers LIMIT 1))',
      'use denied',
    ],
    // 12: errors
    ['SELECT ssn::int FROM customers', 'use denied'],
    ['SELECT id FROM customers WHERE ssn::int = 1', 'use denied'],
    ["SELECT pg_input_is_valid(ssn, 'int') FROM customers", 'use denied'],
    // 13: write, then read
    ['UPDATE customers SET name = ssn RETURNING name', 'asks for more'],
    ['SELECT ssn INTO TEMP t FROM customers', 'asks for more'],
    ['INSERT INTO orders (status) SELECT ssn FROM customers', 'asks for more'],
    ['CREATE TEMP VIEW v AS SELECT ssn AS harmless FROM customers', 'asks for more'],
    ['DECLARE c CURSOR FOR SELECT upper(ssn) FROM customers; FETCH c', 'use denied'],
    ['ALTER TABLE customers RENAME COLUMN ssn TO x', 'asks for more'],
    // 14: other ways out
    ['COPY customers TO STDOUT', 'masked'],
    ['COPY (SELECT ssn FROM customers) TO STDOUT (FORMAT binary)', 'masked'],
    ['COPY (SELECT ssn || $$x$$ FROM customers) TO STDOUT', 'use denied'],
    ["SELECT query_to_xml('SELECT ssn FROM customers', true, false, '')", 'asks for more'],
    ["SELECT table_to_xml('customers', true, false, '')", 'asks for more'],
    ["SELECT database_to_xml(true, false, '')", 'asks for more'],
    ["SELECT * FROM ts_stat('SELECT to_tsvector(ssn) FROM customers')", 'asks for more'],
    ['SELECT * FROM pg_stats', 'asks for more'],
    ['SELECT stavalues1 FROM pg_statistic', 'asks for more'],
    ['SELECT query FROM pg_stat_activity', 'asks for more'],
    ['SELECT * FROM pg_stat_get_activity(NULL)', 'asks for more'],
    ['SELECT statement FROM pg_cursors', 'asks for more'],
    ['SELECT * FROM pg_prepared_statements', 'asks for more'],
    ['SELECT * FROM pg_toast.pg_toast_1', 'asks for more'],
    ['SELECT lo_get(1)', 'asks for more'],
    ['SELECT app.secret(1)', 'asks for more'],
    // 15: shifted, merged and renamed columns
    ['SELECT x.b FROM (SELECT * FROM customers) AS x(a, x, y, b)', 'masked'],
    [
      'SELECT d FROM (SELECT id, name, email, ssn FROM customers UNION ALL SELECT 1, $$a$$, $$b$$, $$c$$) x(a, b, c, d)',
      'masked',
    ],
    ['SELECT * FROM customers JOIN orders USING (id)', 'masked'],
    ['SELECT * FROM customers NATURAL JOIN orders', 'masked'],
    ['SELECT u FROM customers c, UNNEST(ARRAY[c.ssn]) u', 'use denied'],
    ['SELECT l.* FROM customers c, LATERAL (SELECT c.ssn) l', 'masked'],
    ['SELECT tax_id FROM people', 'masked'],
    ['SELECT upper(tax_id) FROM people', 'use denied'],
    ['SELECT * FROM people', 'masked'],
    [
      'WITH RECURSIVE t(s) AS (SELECT ssn FROM customers UNION ALL SELECT s FROM t) SELECT s FROM t',
      'masked',
    ],
    ['WITH t AS MATERIALIZED (SELECT ssn s FROM customers) SELECT (SELECT s FROM t LIMIT 1)', 'masked'],
    ['SELECT (SELECT (SELECT c.ssn)) FROM customers c', 'masked'],
    ['VALUES ((SELECT ssn FROM customers LIMIT 1))', 'masked'],
    ['SELECT "ssn", U&"\\0073sn" FROM "public"."customers"', 'masked'],
    ['SELECT nothere.ssn FROM nothere', 'use denied'],
    ['SELECT ssn FROM customers, nothere', 'use denied'],
  ])('%s', async (text, ends) => {
    expect(await outcome(text)).toBe(ends);
  });
});
