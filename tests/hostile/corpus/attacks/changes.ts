import { bind, describe, execute, parse, sync } from '#proxy/listeners/postgres/codec/write';
import { type AttackClass, attack, each } from '../attack.ts';

// Classes 5, 13 and 2 again: objects that change while their lineage is known, and wholesale changes.

const named = 'CREATE TEMP VIEW v AS SELECT id, name AS s FROM customers';
const secret = 'CREATE OR REPLACE TEMP VIEW v AS SELECT id, ssn AS s FROM customers';
const read = 'SELECT s FROM v WHERE id = 7';
const asRule =
  'CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO v DO INSTEAD SELECT id, ssn AS s FROM customers';
const parents =
  'CREATE TABLE p (id int NOT NULL, name text NOT NULL, email text NOT NULL, ssn text NOT NULL, phone text NOT NULL, created_at timestamptz NOT NULL)';
const free = { environment: 'development' } as const;

const changing: AttackClass = {
  title: '13 objects that change behind their lineage',
  attacks: [
    attack('a view replaced in the same message', 'reads', [`${named}; ${secret}; ${read}`], {
      ends: 'masked',
    }),
    attack('a view replaced in a later message', 'reads', [named, read, secret, read], { ends: 'masked' }),
    attack('a view replaced by its rule', 'reads', [named, asRule, read], { ends: 'masked' }),
    attack('a view replaced by its rule in the same message', 'reads', [`${named}; ${asRule}; ${read}`], {
      ends: 'masked',
    }),
    attack('the same where DDL is allowed', 'reads', [named, asRule, read], { ...free, ends: 'masked' }),
    attack('the same where DDL is allowed, in one message', 'reads', [`${named}; ${asRule}; ${read}`], {
      ...free,
      ends: 'masked',
    }),
    attack('a view whose rule computes, in the same message', 'reads', [
      `${named}; ${asRule.replace('ssn', "ssn || ''")}; ${read}`,
    ]),
    attack(
      'a view of one’s own under a table’s name, and a view over it, in one message',
      'reads',
      [
        'CREATE TEMP VIEW orders AS SELECT id, ssn AS status FROM customers; CREATE TEMP VIEW w AS SELECT id, status FROM orders; SELECT status FROM w WHERE id = 7',
      ],
      { ends: 'masked' },
    ),
    attack('a view over one whose name was a table’s, that computes', 'reads', [
      "CREATE TEMP VIEW orders AS SELECT id, ssn AS status FROM customers; CREATE TEMP VIEW w AS SELECT id, status FROM orders; SELECT status || '' FROM w WHERE id = 7",
    ]),
    attack(
      'a table that IF NOT EXISTS does not make',
      'reads',
      [`${secret}; CREATE TEMP TABLE IF NOT EXISTS v AS SELECT id, name AS s FROM customers; ${read}`],
      { ends: 'masked' },
    ),
    attack(
      'the same with columns',
      'reads',
      [`${secret}; CREATE TEMP TABLE IF NOT EXISTS v (id int, s text); ${read}`],
      { ends: 'masked' },
    ),
    attack(
      'the same where DDL is allowed, and it lasts',
      'reads',
      [
        `CREATE VIEW v AS SELECT id, ssn AS s FROM customers; CREATE TABLE IF NOT EXISTS v (id int, s text); ${read}`,
      ],
      free,
    ),
    attack(
      'a materialised view that IF NOT EXISTS does not make',
      'reads',
      [
        `${secret}; CREATE MATERIALIZED VIEW IF NOT EXISTS pg_temp.v AS SELECT id, name AS s FROM customers; ${read}`,
      ],
      { ...free, ends: 'masked' },
    ),
    attack(
      'a view whose columns change names',
      'reads',
      [
        'CREATE TEMP VIEW v AS SELECT id, name AS s, ssn AS t FROM customers',
        'ALTER VIEW v RENAME COLUMN s TO u',
        'ALTER VIEW v RENAME COLUMN t TO s',
        read,
      ],
      free,
    ),
    attack(
      'a view whose columns change names in one message',
      'reads',
      [
        `CREATE TEMP VIEW v AS SELECT id, name AS s, ssn AS t FROM customers; ALTER VIEW v RENAME COLUMN s TO u; ALTER VIEW v RENAME COLUMN t TO s; ${read}`,
      ],
      free,
    ),
    attack(
      'a view that is taken back by a savepoint',
      'reads',
      ['BEGIN', secret, 'SAVEPOINT a', `DROP VIEW v; ${named}`, 'ROLLBACK TO a', read, 'COMMIT'],
      { ends: 'masked' },
    ),
    attack('a view that is taken back in the same message', 'reads', [
      `BEGIN; ${secret}; SAVEPOINT a; DROP VIEW v; ${named}; ROLLBACK TO a; ${read}`,
    ]),
    attack(
      'a statement prepared before its view was replaced',
      'reads',
      [
        named,
        { extended: read, name: 's' },
        secret,
        { send: [bind('', 's', []), execute(''), sync] },
        { send: [bind('', 's', []), describe('P', ''), execute(''), sync] },
      ],
      { ends: 'masked' },
    ),
    attack(
      'the same in one pipeline',
      'reads',
      [
        named,
        {
          send: [
            parse('s', read),
            parse('r', secret),
            bind('', 'r', []),
            execute(''),
            bind('', 's', []),
            describe('P', ''),
            execute(''),
            sync,
          ],
        },
      ],
      { ends: 'masked' },
    ),
    attack(
      'SQL PREPARE before its view was replaced',
      'reads',
      [named, `PREPARE q AS ${read}`, secret, 'EXECUTE q'],
      { ends: 'masked' },
    ),
    attack(
      'a holdable cursor over a view that is gone',
      'reads',
      [secret, `DECLARE c CURSOR WITH HOLD FOR ${read}`, `DROP VIEW v; ${named}`, 'FETCH ALL FROM c'],
      { ends: 'masked' },
    ),
    attack('a parent that a masked table is given', 'reads', [
      parents,
      'ALTER TABLE customers INHERIT p',
      "SELECT ssn || '' FROM p WHERE id = 7",
    ]),
    attack(
      'a parent, where DDL is allowed',
      'reads',
      [parents, 'ALTER TABLE customers INHERIT p', "SELECT ssn || '' FROM p WHERE id = 7", 'DROP TABLE p'],
      free,
    ),
    attack(
      'the same by CREATE, in one message',
      'reads',
      [`${parents}; ALTER TABLE customers INHERIT p; SELECT ssn || '' FROM p WHERE id = 7`, 'DROP TABLE p'],
      free,
    ),
    attack('a partition that takes the name of a table', 'reads', [
      "BEGIN; ALTER TABLE accounts_low RENAME TO spare; SELECT iban || '' FROM spare WHERE id = 1; ROLLBACK",
    ]),
    attack(
      'a masked column that another column is moved over',
      'reads',
      [
        "BEGIN; ALTER TABLE customers RENAME COLUMN ssn TO x; ALTER TABLE customers RENAME COLUMN name TO ssn; SELECT x || '' FROM customers WHERE id = 7; ROLLBACK",
      ],
      free,
    ),
    attack('a temporary table that shadows a masked one and leaves', 'reads', [
      "CREATE TEMP TABLE customers AS SELECT 7 AS id, 'own'::text AS ssn",
      { extended: "SELECT ssn || '' FROM customers WHERE id = 7", name: 's' },
      'DROP TABLE pg_temp.customers',
      { send: [bind('', 's', []), describe('P', ''), execute(''), sync] },
    ]),
    attack('a schema of one’s own before the masked one in search_path', 'reads', [
      'CREATE TEMP TABLE customers AS SELECT 7 AS id, 1 AS ssn',
      "SET search_path = pg_temp, public; SELECT ssn || '' FROM public.customers WHERE id = 7",
    ]),
    attack('SET LOCAL search_path that ends with its transaction', 'reads', [
      'CREATE TEMP TABLE staff AS SELECT 1 AS id, 1 AS pay',
      'BEGIN; SET LOCAL search_path = pg_temp, public; SELECT pay + 0 FROM staff; COMMIT; SET search_path = public, pg_temp; SELECT pay + 0 FROM staff WHERE id = 1',
    ]),
    attack('search_path put back by ROLLBACK', 'reads', [
      'CREATE TEMP TABLE staff AS SELECT 1 AS id, 1 AS pay',
      'SET search_path = public, pg_temp',
      'BEGIN; SET search_path = pg_temp, public; SELECT pay FROM staff',
      'ROLLBACK',
      'SELECT pay + 0 FROM staff WHERE id = 1',
    ]),
    attack('a schema that "$user" comes to mean', 'reads', [
      'CREATE SCHEMA shop_owner; CREATE VIEW shop_owner.orders AS SELECT id, ssn AS status FROM public.customers',
      'SELECT status FROM orders WHERE id = 7',
    ]),
  ],
};

const wholesale: AttackClass = {
  title: '2 changes at one stroke',
  attacks: [
    ...each('writes', [
      'DROP OWNED BY CURRENT_USER CASCADE',
      'DROP DOMAIN pin_code CASCADE',
      'DROP TYPE pin_code CASCADE',
      'DROP ROUTINE wipe',
      'DROP AGGREGATE largest(text)',
      'DROP OPERATOR === (text, text)',
      'DROP MATERIALIZED VIEW m_customers',
      'DROP STATISTICS staff_stats; DROP VIEW v_nested',
      'ALTER TABLE orders ALTER COLUMN status TYPE int USING 0',
      'ALTER TABLE tickets DROP CONSTRAINT tickets_pkey',
      'ALTER TABLE tickets DISABLE TRIGGER tell',
      'ALTER TABLE tickets ALTER COLUMN body SET DEFAULT upper($$x$$)',
      'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC',
      'TRUNCATE ONLY tickets',
      'TRUNCATE accounts RESTART IDENTITY CASCADE',
      'MERGE INTO payments p USING (VALUES (1)) v(i) ON false WHEN NOT MATCHED BY SOURCE THEN DELETE',
      "MERGE INTO orders o USING generate_series(1, 5000) g ON o.id = g WHEN MATCHED THEN UPDATE SET status = 'x'",
      "INSERT INTO orders (id, customer_id, total_cents, status, placed_at) SELECT g, 1, 1, 'x', now() FROM generate_series(1, 5000) g ON CONFLICT (id) DO UPDATE SET status = 'x'",
      "UPDATE orders SET status = 'x' WHERE status = status OR id > 0",
      'WITH a AS (DELETE FROM tickets WHERE id = 2 RETURNING id), b AS (DELETE FROM orders WHERE id <= 100) SELECT * FROM a',
      'CREATE TEMP VIEW w AS SELECT * FROM orders; DELETE FROM w WHERE id <= 100',
      'CREATE TEMP VIEW w AS SELECT * FROM orders; MERGE INTO w USING (VALUES (1)) v(i) ON w.id <= 100 WHEN MATCHED THEN DELETE',
      'BEGIN; DECLARE c CURSOR FOR SELECT * FROM orders FOR UPDATE; FETCH 1 FROM c; DELETE FROM orders WHERE CURRENT OF c; COMMIT',
      'CREATE TEMP TABLE t (a int); CREATE RULE r AS ON INSERT TO t DO ALSO DELETE FROM orders WHERE id <= 100; INSERT INTO t VALUES (1)',
      'CREATE TABLE spare PARTITION OF accounts FOR VALUES FROM (100) TO (200)',
    ]),
  ],
};

export const changeAttacks: readonly AttackClass[] = [changing, wholesale];
