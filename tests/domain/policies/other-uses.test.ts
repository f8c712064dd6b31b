import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaskSpec } from '#lib/masking/model';
import type { OtherUse } from '#lib/masking/schema';
import { evaluate } from '#lib/policies/evaluate';
import { createParser, factsOf, keepFacts, type Parser, readKeptFacts } from '#lib/sql/index';
import { asked, policies } from './asked.ts';
import { shopCatalog, shopSession } from './shop-catalog.ts';

// Uses of a masked column that are neither itself nor a lookup: denied, held or fully masked.

let parser: Parser;
beforeAll(async () => {
  parser = await createParser();
});
afterAll(() => parser.close());

function masksThat(other_use: OtherUse | 'nonsense' | null): readonly MaskSpec[] {
  const options = other_use === null ? {} : { other_use };
  return [
    { id: 'm1', column: 'public.customers.email', kind: 'partial', lookup: 'equality', options },
    { id: 'm2', column: 'public.customers.ssn', kind: 'fixed', lookup: 'none', options },
  ];
}

async function decide(text: string, masks: readonly MaskSpec[], rules = '') {
  const facts = factsOf(await parser.parse(text), shopCatalog, shopSession).statements[0];
  if (!facts) throw new Error('no statement');
  const decision = evaluate(policies(rules), asked([], { facts, resource: { masks } }));
  const [kept] = readKeptFacts(keepFacts(facts)) ?? [];
  if (!kept) throw new Error('not kept');
  const again = evaluate(policies(rules), asked([], { facts: kept, resource: { masks } }));
  expect(again.outcome).toBe(decision.outcome);
  expect(again.masks).toEqual(decision.masks);
  return decision;
}

/** Nothing is seen of the column but the result, which a full mask hides. */
const yielded = [
  'SELECT lower(ssn) FROM customers',
  "SELECT ssn || ' ' || name FROM customers",
  'SELECT ssn::text FROM customers',
  'SELECT CAST(ssn AS varchar(3)) FROM customers',
  'SELECT c FROM customers c',
  'SELECT c::text FROM customers c',
  'SELECT row_to_json(c) FROM customers c',
  'SELECT json_agg(c) FROM customers c',
  "SELECT string_agg(ssn, ',') FROM customers",
  'SELECT ssn IS NULL FROM customers',
  "SELECT COALESCE(ssn, '') FROM customers",
  'SELECT md5(reverse(upper(ssn))) FROM customers',
  'SELECT ROW(id, ssn) FROM customers',
  'SELECT (SELECT length(ssn) FROM customers LIMIT 1)',
  'WITH a AS (SELECT concat(ssn, id) AS x FROM customers) SELECT x FROM a',
  'UPDATE customers SET name = $1 WHERE id = 1 RETURNING lower(ssn)',
  'COPY (SELECT lower(ssn) FROM customers) TO STDOUT',
];

/** Rows, their order, an error or what is stored would tell of the value: no mask hides that. */
const steering = [
  'SELECT id FROM customers ORDER BY ssn',
  'SELECT id FROM customers ORDER BY lower(ssn)',
  "SELECT id FROM customers WHERE ssn = '1'",
  "SELECT id FROM customers WHERE lower(ssn) LIKE '1%'",
  'SELECT id FROM customers WHERE ssn IS NULL',
  'SELECT count(*) FROM customers GROUP BY lower(ssn)',
  'SELECT DISTINCT lower(ssn) FROM customers',
  'SELECT lower(ssn) FROM customers UNION SELECT $$x$$',
  'SELECT a.id FROM customers a JOIN customers b ON lower(a.ssn) = lower(b.ssn)',
  'SELECT a.id FROM customers a JOIN customers b USING (ssn)',
  'SELECT ssn::int FROM customers',
  'SELECT ssn::text[] FROM customers',
  'SELECT ssn::json FROM customers',
  'SELECT 1 / length(ssn) FROM customers',
  "SELECT CASE WHEN lower(ssn) = '1' THEN 1 / 0 END FROM customers",
  "SELECT lower(ssn) = '1' FROM customers",
  "SELECT lower(ssn) LIKE '1%' FROM customers",
  'SELECT max(ssn) FROM customers',
  // Which characters go is seen by the length of what is left.
  'SELECT btrim(ssn, $$9$$) FROM customers',
  'SELECT ltrim(ssn, $$9$$) FROM customers',
  'SELECT rtrim(name, ssn) FROM customers',
  'SELECT trim(BOTH $$9$$ FROM ssn) FROM customers',
  'SELECT count(DISTINCT ssn) FROM customers',
  'SELECT string_agg(name, $$,$$ ORDER BY ssn) FROM customers',
  'SELECT count(*) FILTER (WHERE ssn IS NULL) FROM customers',
  'SELECT row_number() OVER (ORDER BY lower(ssn)) FROM customers',
  'SELECT count(ssn) OVER (PARTITION BY id) FROM customers',
  'SELECT generate_series(1, length(ssn)) FROM customers',
  'SELECT id FROM customers LIMIT (SELECT length(ssn) FROM customers LIMIT 1)',
  'SELECT id FROM customers WHERE (SELECT ssn IS NULL FROM customers LIMIT 1)',
  'SELECT id FROM customers WHERE id IN (SELECT length(ssn) FROM customers)',
  'SELECT set_config($$application_name$$, lower(ssn), false) FROM customers',
  'SELECT pg_notify($$c$$, lower(ssn)) FROM customers',
  'SELECT pg_advisory_lock(length(ssn)) FROM customers',
  'SELECT substr($$abc$$, length(ssn)) FROM customers',
  'SELECT to_jsonb(c) FROM customers c',
  'SELECT ARRAY[ssn] FROM customers',
  'SELECT id, xmlelement(name a, ssn) FROM customers',
  'INSERT INTO orders (status) SELECT lower(ssn) FROM customers',
  'UPDATE customers SET name = lower(ssn)',
  'CREATE TABLE t AS SELECT lower(ssn) AS x FROM customers',
  'CREATE INDEX ON customers (lower(ssn))',
  'EXPLAIN SELECT lower(ssn) FROM customers',
  "EXPLAIN SELECT * FROM customers WHERE email = 'a'",
  'SELECT * FROM pg_stats',
];

describe('by default', () => {
  it.each([...yielded, ...steering])('denied: %s', async (text) => {
    expect((await decide(text, masksThat(null))).outcome).toBe('deny');
  });

  it('what a mask says is only taken when it is known', async () => {
    expect((await decide('SELECT lower(ssn) FROM customers', masksThat('nonsense'))).outcome).toBe('deny');
  });
});

describe('other_use: mask', () => {
  it.each(yielded)('runs, every output that depends on it fully masked: %s', async (text) => {
    const { outcome, masks } = await decide(text, masksThat('mask'));
    expect(outcome).toBe('allow');
    expect(masks).toMatchObject({ everything: false, outputs: [{ index: 0, mask: 'full' }] });
  });

  it.each(steering)('still denied, since no mask hides it: %s', async (text) => {
    expect((await decide(text, masksThat('mask'))).outcome).toBe('deny');
  });

  it('hides the outputs that depend on it and no others', async () => {
    const text = 'SELECT id, lower(ssn), name, ssn, concat(email, id) FROM customers';
    const { masks } = await decide(text, masksThat('mask'));
    expect(masks.outputs.map(({ index, mask }) => [index, mask === 'full' ? mask : mask.id])).toEqual([
      [1, 'full'],
      [3, 'm2'],
      [4, 'full'],
    ]);
  });

  it('holds a view over what is made of it', async () => {
    const made = await decide('CREATE VIEW v AS SELECT lower(ssn) AS x FROM customers', masksThat('mask'));
    expect(made.outcome).toBe('hold');
  });
});

describe('other_use: hold', () => {
  it.each([...yielded, ...steering])('waits for a person: %s', async (text) => {
    const { outcome, hold } = await decide(text, masksThat('hold'));
    expect(outcome).toBe('hold');
    expect(hold).toMatchObject({ groups: [], quorum: 1, repeat: false });
  });

  it('shows nothing of it to the agent even when it was approved', async () => {
    const { masks, message } = await decide('SELECT id, lower(ssn) FROM customers', masksThat('hold'));
    expect(masks.outputs).toEqual([{ index: 1, mask: 'full' }]);
    expect(message).toContain('public.customers.ssn is masked, and is used in lower()');
  });

  it('denies what one of several masks denies', async () => {
    const masks = [masksThat('hold')[0], masksThat('deny')[1]] as MaskSpec[];
    expect((await decide('SELECT lower(email) FROM customers', masks)).outcome).toBe('hold');
    expect((await decide('SELECT lower(ssn), lower(email) FROM customers', masks)).outcome).toBe('deny');
    expect((await decide('SELECT * FROM pg_stats', masks)).outcome).toBe('deny');
  });

  it('leaves itself and lookups as they were', async () => {
    const text = "SELECT email, ssn FROM customers WHERE email = 'a'";
    expect((await decide(text, masksThat('hold'))).outcome).toBe('allow');
  });

  it.each([
    'SELECT lower(ssn), nothing FROM customers',
    'SELECT query_to_xml($$SELECT ssn FROM customers$$, true, true, $$$$)',
    'ALTER TABLE customers RENAME COLUMN ssn TO x',
    'ALTER TABLE customers RENAME TO people',
    'ALTER TABLE customers SET SCHEMA other',
    'ALTER TABLE customers INHERIT orders',
  ])('never holds what is not understood, or would end the mask: %s', async (text) => {
    expect((await decide(text, masksThat('hold'))).outcome).toBe('deny');
  });
});

describe('rules about masked columns', () => {
  const rule = (masked: string, where = '') =>
    `@id("strict") @masked("${masked}") permit (principal, action in Action::"read", resource ${where});`;
  const lower = 'SELECT lower(ssn) FROM customers';
  const sorted = 'SELECT id FROM customers ORDER BY ssn';

  it.each([
    ['mask', 'hold', lower, 'hold'],
    ['mask', 'deny', lower, 'deny'],
    ['hold', 'deny', lower, 'deny'],
    ['hold', 'hold', sorted, 'hold'],
    // A person may not be asked for what the mask denies.
    ['mask', 'hold', sorted, 'deny'],
    ['deny', 'hold', lower, 'deny'],
  ] as const)('a mask that says %s under a rule that says %s: %s → %s', async (own, rules, text, outcome) => {
    expect((await decide(text, masksThat(own), rule(rules))).outcome).toBe(outcome);
  });

  it('count only where they match, and are named', async () => {
    const elsewhere = rule('deny', 'in Table::"shop.public.orders"');
    expect((await decide(lower, masksThat('mask'), elsewhere)).outcome).toBe('allow');
    const { policies: by } = await decide(lower, masksThat('mask'), rule('deny'));
    expect(by.map(({ id }) => id)).toEqual(['mask:m2', 'strict']);
  });

  it('leave statements without masked columns alone', async () => {
    expect((await decide('SELECT lower(name) FROM customers', masksThat('mask'), rule('deny'))).outcome).toBe(
      'allow',
    );
  });

  it.each(['mask', '', 'maybe'])('can not be milder than a mask: @masked("%s")', (value) => {
    expect(() => policies(rule(value))).toThrow(
      expect.objectContaining({
        details: [
          expect.objectContaining({ message: expect.stringContaining('@masked is "deny" or "hold"') }),
        ],
      }),
    );
  });
});
