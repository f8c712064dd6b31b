import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqlWorld, type SqlWorld } from './sql-world.ts';

let world: SqlWorld;

beforeAll(async () => {
  world = await createSqlWorld();
});
afterAll(() => world.close());

const star = ['id', 'name', 'email', 'ssn', 'phone', 'created_at'].map((name) => `${name}=customers.${name}`);

describe('lineage', () => {
  it.each<[text: string, gives: readonly string[]]>([
    ['SELECT id, ssn FROM customers', ['id=customers.id', 'ssn=customers.ssn']],
    ['SELECT ssn AS x FROM customers', ['x=customers.ssn']],
    ['TABLE customers', star],
    ['SELECT * FROM customers', star],
    ['SELECT c.*, 1 FROM customers c', [...star, '?column?']],
    ['SELECT public.customers.ssn FROM public.customers', ['ssn=customers.ssn']],
    ['SELECT (c).ssn FROM customers c', ['ssn=customers.ssn']],
    ['SELECT (c).* FROM customers c', star],
    ['SELECT U&"s\\0073n" FROM customers', ['ssn=customers.ssn']],
    ['SELECT SSN FROM Customers', ['ssn=customers.ssn']],
    ['SELECT x.y FROM (SELECT ssn FROM customers) x(y)', ['y=customers.ssn']],
    ['SELECT y FROM (SELECT ssn AS y FROM customers) x', ['y=customers.ssn']],
    ['WITH t AS (SELECT ssn AS s FROM customers) SELECT s FROM t', ['s=customers.ssn']],
    ['WITH t(a, b) AS (SELECT id, ssn FROM customers) SELECT b FROM t', ['b=customers.ssn']],
    ['WITH customers AS (SELECT 1 AS ssn) SELECT ssn FROM customers', ['ssn']],
    ['WITH customers AS (SELECT ssn FROM customers) SELECT ssn FROM customers', ['ssn=customers.ssn']],
    ['SELECT (SELECT ssn FROM customers LIMIT 1)', ['ssn=customers.ssn']],
    ['SELECT l.s FROM customers c, LATERAL (SELECT c.ssn AS s) l', ['s=customers.ssn']],
    ['SELECT s FROM customers c CROSS JOIN LATERAL (VALUES (c.ssn)) v(s)', ['s=customers.ssn']],
    [
      'SELECT email FROM customers UNION ALL SELECT ssn FROM customers',
      ['email|customers.email|customers.ssn'],
    ],
    ['SELECT ssn FROM customers UNION ALL SELECT ssn FROM customers', ['ssn=customers.ssn']],
    ["SELECT ssn FROM customers UNION ALL SELECT 'none'", ['ssn=customers.ssn']],
    ['SELECT lower(email) FROM customers UNION ALL SELECT ssn FROM customers', ['lower?']],
    ['SELECT id::text FROM orders UNION ALL SELECT ssn FROM customers', ['id~orders.id~customers.ssn']],
    ['SELECT ssn FROM customers EXCEPT SELECT name FROM customers', ['ssn|customers.ssn|customers.name']],
    ['SELECT upper(ssn) u FROM customers', ['u~customers.ssn']],
    ['SELECT ssn || name FROM customers', ['?column?~customers.ssn~customers.name']],
    ['SELECT CASE WHEN id = 1 THEN ssn END FROM customers', ['case~customers.id~customers.ssn']],
    ['SELECT COALESCE(ssn, name) FROM customers', ['coalesce~customers.ssn~customers.name']],
    ['SELECT ARRAY[ssn] FROM customers', ['array~customers.ssn']],
    ['SELECT ARRAY(SELECT ssn FROM customers)', ['array~customers.ssn']],
    ['SELECT array_agg(ssn) FROM customers', ['array_agg~customers.ssn']],
    ['SELECT max(ssn) OVER (PARTITION BY id) FROM customers', ['max~customers.ssn~customers.id']],
    ['SELECT c FROM customers c', [`c${star.map((one) => one.replace(/.*=/, '~')).join('')}`]],
    ['SELECT count(*) FROM customers', ['count']],
    ['SELECT tax_id, shout FROM people', ['tax_id=customers.ssn', 'shout~customers.name']],
    ['SELECT t FROM app.nested', ['t=customers.ssn']],
    ['SELECT ssn FROM app.stored', ['ssn=customers.ssn']],
    ['SELECT ssn FROM app.parted', ['ssn=parted.ssn']],
    ['SELECT ssn FROM app.parted_1', ['ssn|parted_1.ssn|parted.ssn']],
    ['SELECT a, b FROM app.pair()', ['a?', 'b?']],
    ['SELECT * FROM generate_series(1, 2) g', ['g']],
    ['SELECT * FROM generate_series(1, 2) WITH ORDINALITY', ['generate_series', 'ordinality']],
    ["SELECT * FROM json_each_text('{}')", ['key', 'value']],
    ["SELECT * FROM json_to_record('{}') AS r(a int, b text)", ['a', 'b']],
    ['SELECT * FROM unnest($1::int[], $2::text[]) AS u(a, b)', ['a', 'b']],
    ['SELECT * FROM unnest($1::int[])', ['unnest']],
    ['SELECT u FROM customers c, unnest(ARRAY[c.ssn]) u', ['u~customers.ssn']],
    ["SELECT x FROM XMLTABLE('/a' PASSING '<a/>' COLUMNS x text)", ['x']],
    [
      "SELECT j FROM customers c, JSON_TABLE(to_jsonb(c.ssn), '$' COLUMNS (j text PATH '$'))",
      ['j~customers.ssn'],
    ],
    ['SELECT customers.* FROM orders JOIN customers ON true', star],
    ['SELECT id FROM customers JOIN orders USING (id)', ['id|customers.id|orders.id']],
    ['SELECT j.id FROM (customers JOIN orders USING (id)) AS j', ['id|customers.id|orders.id']],
    ['SELECT m.id FROM customers JOIN orders USING (id) AS m', ['id|customers.id|orders.id']],
    ['DELETE FROM customers WHERE id = 1 RETURNING ssn', ['ssn=customers.ssn']],
    [
      "UPDATE customers SET name = 'x' RETURNING old.ssn, new.name",
      ['ssn=customers.ssn', 'name=customers.name'],
    ],
    [
      'UPDATE customers c SET name = 1 FROM orders o RETURNING o.status, c.ssn',
      ['status=orders.status', 'ssn=customers.ssn'],
    ],
    ['WITH d AS (DELETE FROM customers RETURNING ssn) SELECT * FROM d', ['ssn=customers.ssn']],
    [
      'MERGE INTO customers c USING orders o ON c.id = o.id WHEN MATCHED THEN DELETE RETURNING merge_action(), c.ssn',
      ['merge_action', 'ssn=customers.ssn'],
    ],
    [
      'MERGE INTO orders o USING customers c ON c.id = o.id WHEN MATCHED THEN DO NOTHING RETURNING *',
      [
        ...star,
        ...['id', 'customer_id', 'total_cents', 'status', 'placed_at'].map((one) => `${one}=orders.${one}`),
      ],
    ],
    [
      'SELECT * FROM customers c, LATERAL (VALUES (c.*)) v LIMIT 1',
      [...star, ...star.map((one, index) => one.replace(/.*=/, `column${index + 1}=`))],
    ],
    ['SELECT * FROM unnest(ARRAY[NULL::customers]) u', ['*?']],
    [
      'WITH RECURSIVE t(n, s) AS (SELECT 1, ssn FROM customers UNION ALL SELECT n + 1, s FROM t WHERE n < 3) SELECT n, s FROM t',
      ['n', 's=customers.ssn'],
    ],
    [
      'WITH RECURSIVE a AS (SELECT s FROM b), b AS (SELECT ssn AS s FROM customers) SELECT s FROM a',
      ['s=customers.ssn'],
    ],
    [
      'WITH RECURSIVE t(a, b) AS (SELECT name, ssn FROM customers UNION ALL SELECT b, a FROM t) SELECT a FROM t',
      ['a|customers.name|customers.ssn'],
    ],
    ['VALUES ((SELECT ssn FROM customers LIMIT 1), 1), (NULL, 2)', ['column1=customers.ssn', 'column2']],
    ['COPY customers (name, ssn) TO STDOUT', ['name=customers.name', 'ssn=customers.ssn']],
    ['COPY customers TO STDOUT', star],
    ['COPY app.audit TO STDOUT', ['id=audit.id', 'note=audit.note']],
    ['COPY (SELECT ssn FROM customers) TO STDOUT', ['ssn=customers.ssn']],
    ['SHOW timezone', ['timezone']],
    ['EXPLAIN SELECT ssn FROM customers', ['QUERY PLAN']],
  ])('%s', async (text, gives) => {
    const facts = await world.tell(text);
    expect(facts.gives).toEqual(gives);
  });

  it('takes the columns of a table made in the same message', async () => {
    const facts = await world.tell(
      'CREATE TEMP TABLE t AS SELECT ssn AS s, 1 AS n FROM customers; SELECT * FROM t',
    );
    expect(facts).toMatchObject({ asks: ['select pg_temp.t'], gives: ['s=t.s', 'n=t.n'], unresolved: [] });
  });

  it('follows a view made in the same message', async () => {
    const facts = await world.tell('CREATE VIEW v AS SELECT ssn AS s FROM customers; SELECT s FROM v');
    expect(facts.gives).toEqual(['s=customers.ssn']);
  });

  it('says what RowDescription must report', async () => {
    const [facts] = await world.read('SELECT ssn, upper(ssn), tax_id FROM customers, people');
    const oid = (name: string) => world.catalog.relation('public', name)?.oid;
    expect(facts?.outputs?.map((output) => output.origin)).toEqual([
      { tableOid: oid('customers'), attribute: 4 },
      null,
      { tableOid: oid('people'), attribute: 2 },
    ]);
  });
});
