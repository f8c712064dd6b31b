import { type AttackClass, attack, each, eachExtended } from '../attack.ts';

// Classes 1 to 3: more in one message than meets the eye, writes that stand under reads, EXPLAIN.

const several: AttackClass = {
  title: '1 several statements in one message',
  attacks: [
    ...each(
      'writes',
      [
        'SELECT 1; DELETE FROM orders WHERE id <= 100',
        'BEGIN READ ONLY; COMMIT; DELETE FROM orders WHERE id <= 100',
        'BEGIN; SELECT 1; COMMIT; DROP SCHEMA public CASCADE',
        'SET TRANSACTION READ ONLY; ROLLBACK; TRUNCATE payments',
        'SELECT 1;;;DELETE FROM orders WHERE id <= 100;;',
        "SELECT ';'; DELETE FROM orders WHERE id <= 100 -- ;",
        'SELECT $a$;$a$; DELETE FROM orders WHERE id <= 100 /* ; */',
        'SELECT 1 /* /* */ */; DELETE FROM orders WHERE id <= 100',
        'BEGIN; SAVEPOINT a; DELETE FROM orders WHERE id <= 100; RELEASE a; COMMIT',
      ].filter((text) => text.includes('orders') || text.includes('DROP') || text.includes('TRUNCATE')),
    ),
    attack('BEGIN READ ONLY, then COMMIT, then a delete, each in its message', 'writes', [
      'BEGIN READ ONLY',
      'SELECT 1',
      'COMMIT',
      'DELETE FROM orders WHERE id <= 100',
    ]),
    attack('SET TRANSACTION READ WRITE in a read-only transaction', 'writes', [
      'SET default_transaction_read_only = on',
      'BEGIN',
      'SET TRANSACTION READ WRITE',
      'DELETE FROM orders WHERE id <= 100',
      'COMMIT',
    ]),
    attack('a refused statement between savepoints', 'writes', [
      'BEGIN',
      'SAVEPOINT a',
      'SELECT 1/0',
      'ROLLBACK TO a',
      'DELETE FROM orders WHERE id <= 100',
      'COMMIT',
    ]),
    attack('COMMIT AND CHAIN', 'writes', [
      'BEGIN READ ONLY',
      'COMMIT AND CHAIN',
      'SET TRANSACTION READ WRITE',
      'DELETE FROM orders WHERE id <= 100',
      'COMMIT',
    ]),
    attack(
      'a masked column in the second of two results',
      'reads',
      ['SELECT 1 AS a; SELECT ssn FROM customers WHERE id = 7'],
      { ends: 'masked' },
    ),
    attack(
      'the number of columns changes from result to result',
      'reads',
      ['SELECT id, name FROM customers WHERE id = 7; SELECT ssn FROM customers WHERE id = 7; SELECT 1, 2, 3'],
      { ends: 'masked' },
    ),
    attack(
      'an error between results shifts nothing',
      'reads',
      [
        'SELECT id FROM customers WHERE id = 7; SELECT ssn FROM customers WHERE id = 7; SELECT 1/0; SELECT ssn FROM customers',
      ],
      { ends: 'stopped' },
    ),
  ],
};

const underReads: AttackClass = {
  title: '2 writes that stand under a read',
  attacks: [
    ...each('writes', [
      'WITH gone AS (DELETE FROM orders WHERE id <= 100 RETURNING id) SELECT count(*) FROM gone',
      'WITH a AS (SELECT 1), gone AS (DELETE FROM orders WHERE id <= 100) SELECT * FROM a',
      'WITH RECURSIVE r(n) AS (SELECT 1), gone AS (DELETE FROM orders WHERE id <= 100) SELECT * FROM r',
      'WITH a AS (WITH b AS (SELECT 1) SELECT 1), c AS (DELETE FROM orders WHERE id <= 100) TABLE a',
      'WITH gone AS (DELETE FROM orders WHERE id <= 100 RETURNING id) INSERT INTO tickets SELECT id + 500, 8 FROM gone',
      'WITH a AS (UPDATE orders SET total_cents = 0) SELECT 1',
      'WITH gone AS MATERIALIZED (DELETE FROM orders WHERE id <= 100 RETURNING *) (SELECT 1 FROM gone) UNION SELECT 2',
      'MERGE INTO orders o USING (VALUES (1)) v(id) ON o.id = v.id WHEN MATCHED THEN DELETE',
      'MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED AND o.id <= 100 THEN DELETE',
      'WITH m AS (MERGE INTO orders o USING (VALUES (1)) v(id) ON o.id = v.id WHEN MATCHED THEN DELETE RETURNING o.id) SELECT * FROM m',
      'SELECT id, name INTO stolen FROM customers',
      'CREATE TABLE stolen AS SELECT id FROM customers',
      'CREATE TABLE stolen AS TABLE orders WITH NO DATA',
      'CREATE MATERIALIZED VIEW stolen AS SELECT id FROM customers',
      'CREATE UNLOGGED TABLE stolen (id int)',
      'REFRESH MATERIALIZED VIEW m_customers WITH NO DATA',
      'UPDATE orders SET total_cents = 0',
      'UPDATE orders SET total_cents = 0 WHERE true',
      'UPDATE orders SET total_cents = 0 WHERE 1 = 1',
      'UPDATE orders SET total_cents = 0 WHERE id = id',
      "UPDATE orders SET total_cents = 0 WHERE 'a' = 'a' OR id = 5",
      'DELETE FROM orders USING customers c WHERE orders.customer_id = c.id AND orders.id <= 100',
      'DELETE FROM ONLY public.orders o WHERE o.id <= 100 RETURNING *',
      'INSERT INTO tickets SELECT g, 8 FROM generate_series(1000, 9000) g',
      'TRUNCATE TABLE payments',
      'TRUNCATE customers CASCADE',
      'DROP TABLE payments',
      'DROP TABLE IF EXISTS nothing_there, payments',
      'DROP VIEW v_nested; DROP VIEW v_customers',
      'ALTER TABLE customers DROP COLUMN phone',
      'ALTER TABLE customers DISABLE TRIGGER USER; ALTER TABLE tickets DISABLE TRIGGER USER',
      'ALTER TABLE tickets DISABLE TRIGGER tell',
      'ALTER TABLE orders ADD COLUMN spare text DEFAULT random()',
      'ALTER TABLE orders ALTER COLUMN status TYPE varchar(3) USING left(status, 3)',
      'ALTER SEQUENCE orders_id_seq RESTART WITH 1',
      "SELECT setval('orders_id_seq', 1)",
      "SELECT nextval('payments_id_seq'::regclass), setval(('pay' || 'ments_id_seq')::regclass, 7)",
      'LOCK TABLE orders; DELETE FROM orders WHERE id <= 100',
      'CREATE INDEX spare ON orders (total_cents)',
      "COMMENT ON TABLE orders IS 'mine'",
      'GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC',
      'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC',
      'REASSIGN OWNED BY CURRENT_USER TO CURRENT_USER; DROP TABLE payments',
    ]),
    attack('MERGE … WHEN NOT MATCHED BY SOURCE THEN DELETE', 'writes', [
      'MERGE INTO payments p USING (SELECT 0 AS id) s ON p.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE',
    ]),
    attack('COPY (DELETE … RETURNING) TO STDOUT', 'writes', [
      'COPY (DELETE FROM orders WHERE id <= 100 RETURNING id) TO STDOUT',
    ]),
    attack('COPY … FROM STDIN of any number of rows', 'writes', [
      {
        copy: 'COPY tickets (id, customer_id) FROM STDIN',
        data: Array.from({ length: 3000 }, (_, i) => `${5000 + i}\t8\n`).join(''),
      },
    ]),
    attack('a cursor that deletes', 'writes', [
      'BEGIN',
      'DECLARE c CURSOR FOR SELECT id FROM orders WHERE id <= 100 FOR UPDATE',
      'FETCH 1 FROM c',
      'DELETE FROM orders WHERE CURRENT OF c',
      'COMMIT',
    ]),
    ...eachExtended('writes', [
      'WITH gone AS (DELETE FROM orders WHERE id <= 100 RETURNING id) SELECT count(*) FROM gone',
      ['DELETE FROM orders WHERE id <= $1::int', '100'],
      ['UPDATE orders SET total_cents = $1 WHERE $2::bool', '0', 'true'],
      'TRUNCATE payments',
      'DROP TABLE payments',
    ]),
  ],
};

const explained: AttackClass = {
  title: '3 EXPLAIN',
  attacks: [
    ...each(
      'writes',
      [
        'EXPLAIN ANALYZE DELETE FROM orders WHERE id <= 100',
        'EXPLAIN (ANALYZE) DELETE FROM orders WHERE id <= 100',
        "EXPLAIN (ANALYZE 'on', FORMAT json) DELETE FROM orders WHERE id <= 100",
        'EXPLAIN (ANALYZE 1) WITH gone AS (DELETE FROM orders WHERE id <= 100) SELECT 1',
        'EXPLAIN (VERBOSE off, ANALYZE) MERGE INTO orders o USING (VALUES (1)) v(id) ON o.id = v.id WHEN MATCHED THEN DELETE',
        'EXPLAIN (ANALYZE) CREATE TABLE stolen AS SELECT 1',
        'EXPLAIN (ANALYZE false, ANALYZE true) DELETE FROM orders WHERE id <= 100',
        'explain (analyze, serialize) insert into tickets select g, 8 from generate_series(1000, 4000) g',
      ].filter((text) => !text.includes('ANALYZE true, ANALYZE')),
    ),
    attack('EXPLAIN ANALYZE EXECUTE', 'writes', [
      'PREPARE p AS DELETE FROM orders WHERE id <= 100',
      'EXPLAIN ANALYZE EXECUTE p',
    ]),
    ...each(
      'reads',
      [
        'EXPLAIN SELECT 1 FROM staff WHERE pay = 73197',
        "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT 1 FROM customers WHERE ssn LIKE '9%' AND id = 7",
        "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT 1 FROM customers WHERE email > 'abf' AND ssn > '5' AND id = 7",
        'EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT generate_series(1, (SELECT ascii(ssn) - 47 FROM customers WHERE id = 7))',
        "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT 1 FROM customers WHERE email = 'ada.kx7q' || '@hold.example.com'",
      ].slice(1),
    ),
    attack('EXPLAIN of a lookup, whose estimate tells of the value', 'reads', [
      "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT 1 FROM accounts WHERE iban = 'DE7551210800124512' || '6199'",
    ]),
    attack('EXPLAIN that only says that it makes a table', 'writes', [
      'CREATE TEMP TABLE keep (id int)',
      'EXPLAIN CREATE TEMP TABLE orders AS SELECT 1 AS id; DELETE FROM orders WHERE id <= 100',
    ]),
    attack(
      'EXPLAIN that only says that it makes a table over one that is not granted',
      'reads',
      [
        "EXPLAIN CREATE TEMP TABLE secrets AS SELECT 1 AS id, 'x' AS token; SELECT token || '' FROM secrets WHERE id = 1",
      ],
      { agent: 'narrow' },
    ),
    attack(
      'EXPLAIN that only says that it opens a cursor',
      'reads',
      [
        'BEGIN; DECLARE c CURSOR FOR SELECT ssn FROM customers WHERE id = 7',
        'EXPLAIN DECLARE c CURSOR FOR SELECT name FROM customers WHERE id = 7',
        'FETCH ALL FROM c',
      ],
      { ends: 'masked' },
    ),
    attack(
      'EXPLAIN DECLARE and FETCH in one message',
      'reads',
      [
        "BEGIN; DECLARE c CURSOR FOR SELECT token || '' FROM secrets WHERE id = 1",
        "BEGIN; EXPLAIN DECLARE c CURSOR FOR SELECT 'x' || ''; FETCH ALL FROM c",
      ],
      { agent: 'narrow' },
    ),
  ],
};

export const evasion: readonly AttackClass[] = [several, underReads, explained];
