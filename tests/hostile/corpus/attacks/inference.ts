import { type AttackClass, attack, each, eachExtended, eachWithin, lines } from '../attack.ts';

// Classes 11 and 13: one bit at a time, write then read.

const few = 'FROM customers WHERE id IN (5, 6, 7, 8, 9)';

const conditions = `
  ssn LIKE '9%'
  ssn ILIKE '9%'
  ssn NOT LIKE '9%'
  ssn SIMILAR TO '9%'
  ssn ~ '^9'
  ssn !~ '^9'
  ssn ~* '^9'
  ssn > '5'
  ssn < '5'
  '5' > ssn
  ssn >= '5'
  ssn BETWEEN '5' AND 'a'
  ssn NOT BETWEEN '5' AND 'a'
  ssn BETWEEN SYMMETRIC 'a' AND '5'
  ssn IN ('x', '999-55-' || '7731')
  ssn NOT IN ('999-55-' || '7731')
  ssn = ANY (ARRAY['999-55-' || '7731'])
  ssn <> ALL (ARRAY['999-55-' || '7731'])
  ssn = '999-55-' || '7731'
  '999-55-' || '7731' = ssn
  NOT ssn = '000-41-' || '9046'
  ssn <> '999-55-' || '7731'
  ssn IS DISTINCT FROM '999-55-' || '7731'
  ssn IS NOT DISTINCT FROM '999-55-' || '7731'
  (ssn, id) > ('5', 0)
  (id, ssn) >= (7, '5')
  ROW(ssn) > ROW('5'::text)
  (ssn > '5') IS TRUE
  (ssn > '5') IS NOT FALSE
  ssn > '5' OR false
  CASE WHEN ssn > '5' THEN true ELSE false END
  coalesce(ssn > '5', false)
  ssn = (SELECT '999-55-' || '7731')
  ssn > (SELECT '5')
  EXISTS (SELECT 1 WHERE ssn > '5')
  EXISTS (SELECT FROM customers x WHERE x.id = customers.id AND x.ssn > '5')
  id IN (SELECT id FROM customers x WHERE x.ssn > '5')
  id = ANY (SELECT id FROM customers x WHERE x.ssn > '5')
  id NOT IN (SELECT id FROM customers x WHERE x.ssn > '5')
  ssn COLLATE "C" > '5'
  ssn > '5' COLLATE "C"
  ssn OPERATOR(pg_catalog.>) '5'
  ssn ^@ '9'
  length(ssn) = 11 AND ssn > '5'
  (SELECT ssn) > '5'
  ssn::text > '5'
  nullif(ssn, '999-55-' || '7731') IS NULL
  greatest(ssn, '5') = ssn
  ascii(ssn) = 57
  md5(ssn) = md5('999-55-' || '7731')
  to_tsvector(ssn) @@ '999'`;

const inference: AttackClass = {
  title: '11 inference',
  attacks: [
    ...eachWithin('reads', [
      "UPDATE tickets SET body = 'x' FROM customers c WHERE c.id = 7 AND tickets.id = 2 AND c.ssn > '5'",
      "UPDATE customers SET name = name WHERE id = 7 AND ssn > '5'",
      "UPDATE customers SET name = CASE WHEN ssn > '5' THEN 'a' ELSE 'b' END WHERE id = 7 RETURNING name",
      "DELETE FROM tickets USING customers c WHERE c.id = 7 AND c.ssn > '5'",
      "INSERT INTO tickets SELECT 800, 8 FROM customers WHERE id = 7 AND ssn > '5'",
      "MERGE INTO tickets t USING customers c ON t.id = 2 AND c.id = 7 WHEN MATCHED AND c.ssn > '5' THEN UPDATE SET body = 'x'",
      "INSERT INTO customers (id, name, email, ssn, phone) VALUES (7, 'x', 'y', 'z', 'p') ON CONFLICT (id) DO UPDATE SET name = 'x' WHERE customers.ssn > '5' RETURNING id",
      "INSERT INTO customers (id, name, email, ssn, phone) VALUES (7, 'x', 'y', 'z', 'p') ON CONFLICT (id) DO UPDATE SET name = customers.ssn RETURNING name",
    ]),
    ...each('reads', [
      ...lines(conditions).map((condition) => `SELECT count(*) FROM customers WHERE id = 7 AND ${condition}`),
      `SELECT id ${few} ORDER BY ssn`,
      `SELECT id ${few} ORDER BY 1, ssn LIMIT 1; SELECT id ${few} ORDER BY ssn DESC NULLS LAST`,
      `SELECT id ${few} ORDER BY ssn USING <`,
      `SELECT id ${few} ORDER BY ssn COLLATE "C"`,
      `SELECT id ${few} ORDER BY lower(ssn)`,
      `SELECT id ${few} ORDER BY ssn > '5', id`,
      `SELECT id ${few} ORDER BY (SELECT ssn), id`,
      `SELECT id, ssn ${few} ORDER BY 2`,
      `SELECT id, ssn AS x ${few} ORDER BY x`,
      `SELECT id, ssn ${few} ORDER BY ssn FETCH FIRST 1 ROW WITH TIES`,
      `SELECT id ${few} ORDER BY ssn OFFSET 1 LIMIT 1`,
      `SELECT id, email ${few} ORDER BY email`,
      `SELECT * ${few} ORDER BY 4`,
      `SELECT c.id FROM customers c WHERE id IN (5, 6, 7, 8, 9) ORDER BY ROW(c.ssn, c)`,
      `SELECT row_number() OVER (ORDER BY ssn), id ${few} ORDER BY id`,
      `SELECT rank() OVER w, id ${few} WINDOW w AS (ORDER BY ssn) ORDER BY id`,
      `SELECT ntile(2) OVER (ORDER BY ssn), id ${few} ORDER BY id`,
      `SELECT count(*) OVER (PARTITION BY ssn > '5'), id ${few} ORDER BY id`,
      `SELECT count(*) OVER (ORDER BY ssn RANGE UNBOUNDED PRECEDING), id ${few} ORDER BY id`,
      `SELECT lag(id) OVER (ORDER BY ssn), id ${few} ORDER BY id`,
      `SELECT id FROM (SELECT id, rank() OVER (ORDER BY ssn) r ${few}) x WHERE r = 1`,
      `SELECT count(*) FROM customers WHERE id < 50 GROUP BY left(ssn, 1)`,
      `SELECT count(*) ${few} GROUP BY ssn > '5' ORDER BY 1`,
      `SELECT max(id) ${few} GROUP BY ssn HAVING ssn > '5' ORDER BY 1`,
      `SELECT count(*) ${few} GROUP BY GROUPING SETS ((), (ssn)) HAVING min(ssn) > '5'`,
      `SELECT grouping(ssn), max(id) ${few} GROUP BY ROLLUP (ssn) ORDER BY ssn NULLS FIRST LIMIT 2`,
      `SELECT max(id) ${few} GROUP BY CUBE (ssn) ORDER BY min(ssn), 1`,
      `SELECT DISTINCT ON (ssn > '5') id ${few} ORDER BY ssn > '5', id`,
      `SELECT DISTINCT ON (ssn) id ${few} ORDER BY ssn, id`,
      `SELECT count(*) FROM (SELECT DISTINCT ssn FROM customers WHERE id = 7 UNION SELECT '999-55-' || '7731') x`,
      `SELECT ssn FROM customers WHERE id = 7 INTERSECT SELECT '999-55-' || '7731'`,
      `SELECT ssn FROM customers WHERE id = 7 EXCEPT SELECT '999-55-' || '7731'`,
      `SELECT '999-55-' || '7731' INTERSECT ALL SELECT ssn FROM customers WHERE id = 7`,
      `SELECT count(*) FROM customers c JOIN (VALUES ('999-55-' || '7731')) v(x) ON v.x = c.ssn`,
      `SELECT count(*) FROM customers c JOIN (VALUES ('999-55-' || '7731')) v(ssn) USING (ssn)`,
      `SELECT count(*) FROM customers NATURAL JOIN (VALUES ('999-55-' || '7731')) v(ssn)`,
      `SELECT count(*) FROM customers NATURAL JOIN (VALUES (7, '999-55-' || '7731')) v(id, ssn)`,
      `SELECT v.x FROM (VALUES ('999-55-' || '7731', 1)) v(ssn, x) LEFT JOIN customers c USING (ssn) WHERE c.id IS NOT NULL`,
      `SELECT count(*) FROM customers c, generate_series(0, 9) d WHERE c.id = 7 AND c.ssn LIKE d || '%' AND d > 5`,
      `SELECT d FROM customers c JOIN generate_series(0, 9) d ON c.ssn LIKE d || '%' WHERE c.id = 7`,
      `SELECT count(*) FROM customers a JOIN v_customers b ON a.ssn > b.number WHERE a.id = 7`,
      `SELECT id FROM customers ORDER BY id LIMIT (SELECT ascii(ssn) - 49 FROM customers WHERE id = 7)`,
      `SELECT id FROM customers ORDER BY id OFFSET (SELECT ascii(ssn) - 49 FROM customers WHERE id = 7) LIMIT 1`,
      `SELECT generate_series(1, (SELECT ascii(ssn) - 48 FROM customers WHERE id = 7))`,
      `SELECT id FROM customers TABLESAMPLE BERNOULLI ((SELECT CASE WHEN ssn > '5' THEN 100 ELSE 0 END FROM customers WHERE id = 7)) WHERE id < 4`,
      `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r, customers c WHERE c.id = 7 AND n < ascii(c.ssn) - 48) SELECT max(n) FROM r`,
      `WITH RECURSIVE r(id, s) AS (SELECT id, ssn ${few} UNION ALL SELECT r.id, r.s FROM r WHERE false) SEARCH DEPTH FIRST BY s SET o SELECT id FROM r ORDER BY o`,
      `WITH RECURSIVE r(id, s) AS (SELECT id, ssn ${few} UNION ALL SELECT r.id, r.s FROM r WHERE false) SEARCH BREADTH FIRST BY s SET o SELECT id, o FROM r`,
      `WITH RECURSIVE r(id, s) AS (SELECT id, ssn FROM customers WHERE id = 7 UNION ALL SELECT id + 1, s FROM r WHERE id < 9) CYCLE s SET c USING p SELECT id, c, p FROM r`,
      `WITH w AS (SELECT ssn s, id ${few}) SELECT count(*) FROM w WHERE s > '5'`,
      `SELECT count(*) FROM (SELECT ssn s FROM customers WHERE id = 7) x WHERE s > '5'`,
      `SELECT count(*) FROM v_customers WHERE id = 7 AND number > '5'`,
      `SELECT count(*) FROM v_nested WHERE n > '5'`,
      `SELECT count(*) FROM m_customers WHERE id = 7 AND code > '5'`,
      `SELECT count(*) FROM accounts WHERE id = 1 AND iban > 'E'`,
      `SELECT count(*) FROM accounts_low WHERE id = 1 AND iban > 'E'`,
      `SELECT count(*) FROM staff WHERE id = 1 AND pay > 80000`,
      `SELECT count(*) FROM staff WHERE id = 1 AND salary > 51500`,
      `SELECT count(*) FROM staff WHERE id = 1 AND birth > '1984-06-01'`,
      `SELECT count(*) FROM staff WHERE id = 1 AND birth = '1984-03-17'::date`,
      `SELECT count(*) FROM staff WHERE id = 1 AND badge > '5b7d4c11-92aa-4f3e-8c55-badc0de99f01'`,
      `SELECT count(*) FROM staff WHERE id = 1 AND prefs::text LIKE '%memo-q%'`,
      `SELECT count(*) FROM staff WHERE id = 1 AND prefs @> jsonb_build_object('memo', 'memo-q7w3' || 'e9')`,
      `SELECT count(*) FROM staff WHERE id = 1 AND 'memo-q7w3' || 'e9' = ANY (tags)`,
      `SELECT count(*) FROM staff WHERE id = 1 AND tags && ARRAY['memo-q7w3' || 'e9']`,
      `SELECT count(*) FROM customers WHERE id = 7 AND email LIKE 'ad%'`,
      `SELECT count(*) FROM customers WHERE id = 7 AND email > 'abf'`,
      `SELECT count(*) FROM customers WHERE email = ANY (ARRAY['ada.kx7q' || '@hold.example.com'])`,
      `SELECT count(*) FROM customers WHERE (email = 'ada.kx7q' || '@hold.example.com')`,
      `SELECT count(*) FROM customers WHERE id = 7 AND NOT (email = 'nobody' OR email > 'abf')`,
      `CREATE TEMP TABLE t AS SELECT 1 FROM customers WHERE id = 7 AND ssn > '5'`,
      `SELECT 1 INTO TEMP t FROM customers WHERE id = 7 AND ssn > '5'`,
      `BEGIN; DECLARE c CURSOR FOR SELECT 1 FROM customers WHERE id = 7 AND ssn > '5'; MOVE ALL FROM c`,
      `SELECT pg_sleep(0) FROM customers WHERE id = 7 AND ssn > '5'`,
      `SELECT id FROM customers WHERE id = 7 AND ssn > '5' FOR UPDATE`,
      `CREATE POLICY p ON customers USING (id <> 7 OR ssn > '5'); ALTER TABLE customers ENABLE ROW LEVEL SECURITY; ALTER TABLE customers FORCE ROW LEVEL SECURITY; SELECT count(*) FROM customers`,
    ]),
    attack('a foreign key that asks whether a value is there', 'reads', [
      "BEGIN; CREATE UNIQUE INDEX ON payments (card_number, id); ALTER TABLE payments ADD UNIQUE USING INDEX payments_card_number_id_idx; CREATE TABLE seen (c text, i int, FOREIGN KEY (c, i) REFERENCES payments (card_number, id)); INSERT INTO seen VALUES ('492977315486' || '2219', 9)",
    ]),
    attack('a recheck of statistics after ANALYZE', 'reads', [
      'ANALYZE staff',
      "SELECT histogram_bounds::text FROM pg_stats WHERE tablename = 'staff'",
    ]),
    ...eachExtended('reads', [
      ['SELECT count(*) FROM customers WHERE id = 7 AND ssn > $1', '5'],
      ['SELECT count(*) FROM customers WHERE id = 7 AND ssn LIKE $1', '9%'],
      ['SELECT count(*) FROM customers WHERE id = 7 AND ssn = ANY ($1::text[])', '{999-55-7731}'],
      [
        'SELECT count(*) FROM customers WHERE id = 7 AND email = ANY ($1::text[])',
        '{ada.kx7q@hold.example.com}',
      ],
      ['SELECT id FROM customers WHERE id IN (5, 6, 7) ORDER BY CASE WHEN $1::bool THEN ssn END', 'true'],
      ['SELECT count(*) FROM customers WHERE ssn = $1', '999-55-7731'],
      ['SELECT count(*) FROM customers WHERE email = $1 OR false', 'ada.kx7q@hold.example.com'],
      ['SELECT count(*) FROM customers WHERE email = lower($1)', 'ADA.KX7Q@hold.example.com'],
    ]),
  ],
};

const writeThenRead: AttackClass = {
  title: '13 write, then read',
  attacks: [
    ...eachWithin('reads', [
      'UPDATE customers SET name = ssn WHERE id = 7; SELECT name FROM customers WHERE id = 7',
      'UPDATE customers SET (name, phone) = (ssn, email) WHERE id = 7 RETURNING name, phone',
      'UPDATE customers SET (name) = (SELECT ssn FROM customers x WHERE x.id = 7) WHERE id = 7 RETURNING name',
      'UPDATE customers SET name = ROW(ssn)::text WHERE id = 7 RETURNING name',
      'INSERT INTO tickets SELECT 900, 8, ssn FROM customers WHERE id = 7 RETURNING body',
      'INSERT INTO tickets VALUES (900, 8, (SELECT ssn FROM customers WHERE id = 7)) RETURNING body',
      'INSERT INTO tickets (id, customer_id, body) SELECT 900, 8, number FROM v_customers WHERE id = 7 RETURNING body',
      'MERGE INTO tickets t USING customers c ON t.id = 2 AND c.id = 7 WHEN MATCHED THEN UPDATE SET body = c.ssn RETURNING body',
      'MERGE INTO tickets t USING customers c ON t.id = 900 AND c.id = 7 WHEN NOT MATCHED AND c.id = 7 THEN INSERT VALUES (900, 8, c.ssn) RETURNING body',
    ]),
    ...each('reads', [
      'CREATE TEMP TABLE t AS SELECT ssn FROM customers WHERE id = 7; SELECT * FROM t',
      'CREATE TEMP TABLE t AS TABLE customers; SELECT * FROM t',
      'CREATE TEMP TABLE t (x) AS SELECT ssn FROM customers WHERE id = 7; TABLE t',
      'SELECT ssn INTO TEMP t FROM customers WHERE id = 7; SELECT * FROM t',
      'SELECT ssn x INTO TEMP t FROM customers WHERE id = 7 UNION ALL SELECT name FROM customers; TABLE t',
      'CREATE TEMP TABLE t (x text); INSERT INTO t SELECT ssn FROM customers WHERE id = 7; TABLE t',
      'CREATE TEMP TABLE t (x text); INSERT INTO t SELECT code FROM m_customers WHERE id = 7; TABLE t',
      'CREATE TEMP TABLE t (c customers); INSERT INTO t SELECT c FROM customers c WHERE id = 7; SELECT (c).ssn FROM t',
      'CREATE TEMP TABLE t (x text); WITH m AS (SELECT ssn FROM customers WHERE id = 7) INSERT INTO t TABLE m; TABLE t',
      'CREATE TEMP TABLE t (x text); WITH u AS (UPDATE customers SET name = name WHERE id = 7 RETURNING ssn) INSERT INTO t SELECT ssn FROM u; TABLE t',
      'CREATE MATERIALIZED VIEW mv AS SELECT ssn FROM customers WHERE id = 7; SELECT * FROM mv',
      'PREPARE p AS SELECT ssn FROM customers WHERE id = 7; CREATE TEMP TABLE t AS EXECUTE p; TABLE t',
      'ALTER TABLE customers RENAME COLUMN ssn TO open; SELECT open FROM customers WHERE id = 7',
      'ALTER TABLE customers RENAME TO people; SELECT ssn FROM people WHERE id = 7',
      'CREATE SCHEMA s; ALTER TABLE customers SET SCHEMA s; SELECT ssn FROM s.customers WHERE id = 7',
      'ALTER SCHEMA public RENAME TO open; SELECT ssn FROM open.customers WHERE id = 7',
      'ALTER TABLE customers ADD COLUMN copy text; UPDATE customers SET copy = ssn WHERE id = 7; SELECT copy FROM customers WHERE id = 7',
      'ALTER TABLE customers ADD COLUMN copy text GENERATED ALWAYS AS (ssn) STORED; SELECT copy FROM customers WHERE id = 7',
      'ALTER TABLE customers ADD COLUMN copy text GENERATED ALWAYS AS (ssn) VIRTUAL; SELECT copy FROM customers WHERE id = 7',
      'ALTER TABLE accounts DETACH PARTITION accounts_low; SELECT iban FROM accounts_low WHERE id = 1',
      'ALTER VIEW v_customers RENAME COLUMN number TO open; SELECT open || $a$$a$ FROM v_customers WHERE id = 7',
      "CREATE OR REPLACE VIEW v_customers AS SELECT id, name, ssn || '' AS number, email FROM customers; SELECT number FROM v_customers WHERE id = 7",
      "ALTER TABLE staff ALTER COLUMN tags TYPE text USING 'x' || tags[1]; SELECT tags FROM staff WHERE id = 1",
      'ALTER MATERIALIZED VIEW m_customers RENAME TO open; SELECT code FROM open WHERE id = 7',
      'CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT ssn FROM customers WHERE id = 7 $$; SELECT f()',
      'CREATE FUNCTION f() RETURNS SETOF customers LANGUAGE sql AS $$ SELECT * FROM customers WHERE id = 7 $$; SELECT ssn FROM f()',
      'CREATE FUNCTION pg_temp.f() RETURNS text LANGUAGE sql AS $$ SELECT ssn FROM public.customers WHERE id = 7 $$; SELECT pg_temp.f()',
      "CREATE TEMP TABLE t (x text); CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.x := (SELECT ssn FROM public.customers WHERE id = 7); RETURN new; END $$; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.f(); INSERT INTO t VALUES ('a') RETURNING x",
    ]),
    ...each(
      'reads',
      [
        'CREATE TEMP VIEW v AS SELECT ssn AS name FROM customers WHERE id = 7; SELECT name FROM v',
        'CREATE TEMP VIEW v (a, b) AS SELECT id, ssn FROM customers WHERE id = 7; SELECT b FROM v; TABLE v',
        'CREATE TEMP VIEW v AS SELECT * FROM v_customers WHERE id = 7; SELECT number FROM v',
        'CREATE TEMP VIEW v AS SELECT name FROM customers WHERE id = 7 UNION ALL SELECT ssn FROM customers WHERE id = 7; TABLE v',
        'CREATE TEMP VIEW v AS WITH w AS (SELECT ssn x FROM customers WHERE id = 7) SELECT x FROM w; TABLE v',
        'BEGIN; DECLARE c CURSOR FOR SELECT ssn FROM customers WHERE id = 7; FETCH ALL FROM c; COMMIT',
      ],
      { ends: 'masked' },
    ),
    attack(
      'a view of one’s own, read in a later message',
      'reads',
      [
        'CREATE TEMP VIEW v AS SELECT ssn AS name FROM customers WHERE id = 7',
        'SELECT name FROM v',
        'COPY (TABLE v) TO STDOUT',
      ],
      { ends: 'masked' },
    ),
    attack('a view of one’s own, compared in a later message', 'reads', [
      'CREATE TEMP VIEW v AS SELECT ssn AS name FROM customers WHERE id = 7',
      "SELECT count(*) FROM v WHERE name > '5'",
    ]),
    attack('a view of one’s own that computes', 'reads', [
      "CREATE TEMP VIEW v AS SELECT ssn > '5' AS high FROM customers WHERE id = 7",
      'SELECT high FROM v',
    ]),
    attack(
      'a view of a view of one’s own',
      'reads',
      [
        'CREATE TEMP VIEW v AS SELECT ssn AS a FROM customers WHERE id = 7',
        'CREATE TEMP VIEW w AS SELECT a AS b FROM v',
        'SELECT b FROM w',
      ],
      { ends: 'masked' },
    ),
    attack('a child table that inherits from a masked one', 'reads', [
      'CREATE TEMP TABLE kid () INHERITS (customers)',
      'SELECT ssn FROM customers WHERE id = 7 AND ssn > $a$5$a$',
    ]),
    ...each('writes', [
      "UPDATE customers SET ssn = '[masked]' WHERE id = 7",
      "UPDATE customers SET email = 'a***@***.com' WHERE id = 7",
      "UPDATE payments SET card_number = '[masked]' WHERE id = 9",
      "INSERT INTO customers (id, name, email, ssn, phone) VALUES (9001, 'x', 'y', '[masked]', 'p')",
      "INSERT INTO customers (id, name, email, ssn, phone) VALUES (7, 'x', 'y', 'z', 'p') ON CONFLICT (id) DO UPDATE SET ssn = '[masked]'",
      'UPDATE staff SET pay = 1 WHERE id = 1',
      "UPDATE staff SET birth = '1984-01-01' WHERE id = 1",
      'UPDATE customers SET ssn = $a$[masked]$a$ WHERE id = 7',
      "UPDATE customers SET ssn = E'\\x5bmasked]' WHERE id = 7",
      "MERGE INTO customers c USING (VALUES (7)) v(i) ON c.id = v.i WHEN MATCHED THEN UPDATE SET ssn = '[masked]'",
    ]),
    ...eachExtended('writes', [
      ['UPDATE customers SET ssn = $1 WHERE id = 7', '[masked]'],
      [
        'INSERT INTO customers (id, name, email, ssn, phone) VALUES ($1, $2, $3, $4, $5)',
        '9002',
        'x',
        'z***@***.com',
        '1',
        'p',
      ],
    ]),
    attack('COPY … FROM of placeholders', 'writes', [
      {
        copy: 'COPY customers (id, name, email, ssn, phone) FROM STDIN',
        data: '9003\tx\ty@z\t[masked]\tp\n',
      },
    ]),
    attack('COPY … FROM CSV of placeholders', 'writes', [
      {
        copy: 'COPY customers (id, name, email, ssn, phone) FROM STDIN (FORMAT csv)',
        data: '9004,x,"a***@***.com",1,p\n',
      },
    ]),
  ],
};

export const inferenceAttacks: readonly AttackClass[] = [inference, writeThenRead];
