import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaskSpec } from '#lib/masking/model';
import { evaluate } from '#lib/policies/evaluate';
import type { Outcome } from '#lib/policies/model';
import { createParser, factsOf, keepAll, keepFacts, type Parser, readKeptFacts } from '#lib/sql/index';
import { asked, shipped } from './asked.ts';
import { shopCatalog, shopSession } from './shop-catalog.ts';

// Real texts through the real parser, facts, masks and policies, under a grant of everything.

const masks: readonly MaskSpec[] = [
  { id: 'm1', column: 'public.customers.email', kind: 'partial', lookup: 'equality', options: {} },
  { id: 'm2', column: 'public.customers.ssn', kind: 'fixed', lookup: 'none', options: {} },
  { id: 'm3', column: 'public.payments.card_number', kind: 'fixed', lookup: 'none', options: {} },
];

let parser: Parser;
beforeAll(async () => {
  parser = await createParser();
});
afterAll(() => parser.close());

async function decide(
  text: string,
  policy: 'defaults' | 'permit-all' = 'defaults',
  specs = masks,
  rows: number | null = null,
) {
  const facts = factsOf(await parser.parse(text), shopCatalog, shopSession).statements[0];
  if (!facts) throw new Error('no statement');
  return evaluate(
    shipped(policy),
    asked([], { facts, resource: { masks: specs }, context: { rowEstimate: rows } }),
  );
}

const cases: Readonly<Record<Outcome, readonly string[]>> = {
  allow: [
    'SELECT 1',
    'BEGIN',
    'SET application_name = $$x$$',
    'SELECT * FROM customers',
    'SELECT id, email FROM customers WHERE email = $1',
    'SELECT now(), count(*) FROM orders GROUP BY status',
    'COPY customers TO STDOUT',
    'INSERT INTO orders (id) VALUES (1), (2)',
    'INSERT INTO customers (ssn) VALUES ($1)',
    'SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE pg_table_is_visible(c.oid)',
    'EXPLAIN SELECT * FROM orders',
  ],
  hold: [
    'DELETE FROM orders WHERE id < 50',
    'WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone',
    'EXPLAIN ANALYZE DELETE FROM orders',
    'INSERT INTO orders SELECT * FROM orders',
    'UPDATE orders SET status = $1',
    'UPDATE orders SET status = $1 WHERE true',
    'MERGE INTO orders o USING payments p ON o.id = p.order_id WHEN MATCHED THEN DELETE',
    'COPY orders FROM STDIN',
    'TRUNCATE orders',
    'CREATE TABLE t (id int)',
    'CREATE TABLE t AS SELECT id FROM orders',
    'SELECT id INTO t FROM orders',
    'CREATE INDEX ON orders (status)',
    'GRANT SELECT ON orders TO PUBLIC',
    'DO $$ BEGIN END $$',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$SELECT 1$$',
    'SELECT pg_advisory_lock(1)',
  ],
  deny: [
    'DROP TABLE customers',
    'ALTER TABLE customers DROP COLUMN phone',
    'DROP SCHEMA public CASCADE',
    'DROP DATABASE shop',
    'SET ROLE postgres',
    'SET SESSION AUTHORIZATION postgres',
    'COPY orders TO PROGRAM $$curl$$',
    'COPY orders FROM $$/etc/passwd$$',
    'SELECT pg_read_file($$/etc/passwd$$)',
    'SELECT lo_import($$/etc/passwd$$)',
    'SELECT pg_terminate_backend(1)',
    'ALTER SYSTEM SET log_statement = $$all$$',
    'SELECT * FROM pg_authid',
    'SELECT * FROM pg_stats',
    'SELECT * FROM pg_stat_activity',
  ],
};

describe.each(['allow', 'hold', 'deny'] as const)('defaults in production: %s', (outcome) => {
  it.each(cases[outcome])('%s', async (text) => {
    const decision = await decide(text);
    expect([decision.outcome, decision.message]).toEqual([outcome, decision.message]);
  });
});

describe('masks', () => {
  it.each([
    'SELECT lower(ssn) FROM customers',
    'SELECT ssn::int FROM customers',
    'SELECT id FROM customers WHERE ssn = $1',
    'SELECT id FROM customers WHERE ssn LIKE $1',
    'SELECT id FROM customers WHERE email = $1 OR true',
    'SELECT id FROM customers ORDER BY ssn',
    'SELECT count(*) FROM customers GROUP BY ssn',
    'SELECT c FROM customers c',
    'SELECT row_to_json(c) FROM customers c',
    'SELECT (c).ssn FROM (SELECT customers AS c FROM customers) x',
    'SELECT md5(email) FROM customers',
    'SELECT string_agg(ssn, $$,$$) FROM customers',
    'SELECT DISTINCT ssn FROM customers',
    'SELECT ssn FROM customers UNION SELECT status FROM orders',
    'SELECT 1 FROM customers a JOIN customers b USING (ssn)',
    'SELECT CASE WHEN ssn > $1 THEN 1 END FROM customers',
    'INSERT INTO orders (status) SELECT ssn FROM customers',
    'UPDATE orders SET status = (SELECT ssn FROM customers LIMIT 1)',
    'CREATE TABLE t AS SELECT ssn FROM customers',
    'EXPLAIN SELECT * FROM customers WHERE email = $$ada@example.com$$',
    'SELECT query_to_xml($$SELECT ssn FROM customers$$, true, true, $$$$)',
    'SELECT most_common_vals FROM pg_stats',
    'SELECT nosuch FROM customers',
  ])('let nothing be learnt even where policy permits all: %s', async (text) => {
    expect((await decide(text, 'permit-all')).outcome).toBe('deny');
  });

  it.each([
    ['SELECT * FROM customers', [2, 3]],
    ['SELECT ssn AS harmless, id FROM customers', [0]],
    ['SELECT x.a FROM (SELECT email AS a FROM customers) x', [0]],
    ['WITH c AS (SELECT id, ssn FROM customers) SELECT * FROM c', [1]],
    ['SELECT id, ssn FROM customers UNION ALL SELECT id, status FROM orders', [1]],
    ['UPDATE customers SET name = $1 WHERE id = 1 RETURNING ssn', [0]],
    ['TABLE customers', [2, 3]],
    ['COPY (SELECT ssn FROM customers) TO STDOUT', [0]],
  ])('stand where the column comes out: %s', async (text, places) => {
    const { masks: plan, outcome } = await decide(text, 'permit-all');
    expect(outcome).toBe('allow');
    expect(plan.everything || plan.outputs.map(({ index }) => index)).toEqual(places);
  });
});

describe('permit-all without masks', () => {
  it.each([
    ...cases.allow,
    ...cases.hold,
    'DROP TABLE customers',
    'SELECT lower(ssn) FROM customers ORDER BY ssn',
    'SELECT * FROM pg_stats',
    'VACUUM',
    'LISTEN x',
    'CREATE ROLE x',
    'SELECT nosuch FROM nosuch',
  ])('allows %s', async (text) => {
    const decision = await decide(text, 'permit-all', []);
    expect([decision.outcome, decision.message]).toEqual(['allow', null]);
  });
});

describe('facts that were kept', () => {
  const everyText = [
    ...Object.values(cases).flat(),
    'SELECT id, ssn FROM customers UNION ALL SELECT id, status FROM orders',
  ];

  it.each(everyText)('are decided as they were: %s', async (text) => {
    const facts = factsOf(await parser.parse(text), shopCatalog, shopSession).statements[0];
    if (!facts) throw new Error('no statement');
    // As the database gives them back.
    const [kept, ...others] = readKeptFacts(JSON.parse(JSON.stringify(keepFacts(facts)))) ?? [];
    if (kept === undefined) throw new Error('not readable');
    expect(others).toEqual([]);
    const options = { resource: { masks } };
    const { outcome, masks: plan } = evaluate(shipped('defaults'), asked([], { facts: kept, ...options }));
    const now = evaluate(shipped('defaults'), asked([], { facts, ...options }));
    expect({ outcome, plan }).toEqual({ outcome: now.outcome, plan: now.masks });
  });

  it('keep odd names apart, and every statement of a message', async () => {
    const column = { schema: 'public', table: 'a.b', column: 'c"d' };
    const facts = factsOf(await parser.parse('SELECT id FROM orders'), shopCatalog, shopSession)
      .statements[0];
    if (!facts) throw new Error('no statement');
    const odd = keepFacts({ ...facts, columns: [{ column, kind: 'output', where: 'the result' }] });
    expect(readKeptFacts(odd)?.[0]?.columns).toMatchObject([{ column }]);
    expect(readKeptFacts(keepAll([odd, odd]))).toHaveLength(2);
  });

  it.each([
    null,
    'SELECT',
    {},
    { statements: [] },
    { tag: 'SELECT', requests: [{ action: 'read', member: 'select', object: 'public.orders' }] },
  ])('are not guessed when they can’t be read: %j', (kept) => {
    expect(readKeptFacts(kept)).toBeNull();
  });
});
