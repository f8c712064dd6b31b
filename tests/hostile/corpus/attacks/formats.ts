import { bind, describe, execute, int16, message, parse, sync } from '#proxy/listeners/postgres/codec/write';
import { type AttackClass, attack, each, eachExtended, eachWithin } from '../attack.ts';

// Classes 12 and 14: errors, COPY, formats.

const one = 'FROM customers WHERE id = 7';

const errors: AttackClass = {
  title: '12 errors and notices',
  attacks: [
    ...eachWithin('reads', [
      `UPDATE customers SET id = ssn::int WHERE id = 7`,
      `INSERT INTO tickets SELECT ssn::int, 8 ${one}`,
      `INSERT INTO tickets SELECT CASE WHEN ssn < '5' THEN 1 ELSE 99 END, 8 ${one}`,
    ]),
    ...eachWithin(
      'reads',
      [`UPDATE customers SET name = NULL WHERE id = 7`, `UPDATE tickets SET body = 'fail' WHERE id = 1`],
      { ends: 'stopped' },
    ),
    ...each('reads', [
      `SELECT ssn::int ${one}`,
      `SELECT ssn::date ${one}`,
      `SELECT ssn::json ${one}`,
      `SELECT ssn::regclass ${one}`,
      `SELECT CAST(ssn AS bit(3)) ${one}`,
      `SELECT ('{' || ssn)::int[] ${one}`,
      `SELECT ('<' || ssn)::xml ${one}`,
      `SELECT (ssn || 'x')::uuid ${one}`,
      `SELECT nextval(ssn) ${one}`,
      `SELECT to_timestamp(ssn, 'YYYY-MM-DD') ${one}`,
      `SELECT 1 / (CASE WHEN ssn < '5' THEN 0 ELSE 1 END) ${one}`,
      `SELECT 1 / (ascii(ssn) - 57) ${one}`,
      `SELECT * FROM customers WHERE id = 7 AND 1 / (CASE WHEN ssn < '5' THEN 0 ELSE 1 END) = 1`,
      `SELECT ARRAY[1, 2] || CASE WHEN ssn < '5' THEN 'x' ELSE '{3}' END::int[] ${one}`,
      `SELECT current_setting('x.' || replace(ssn, '-', '')) ${one}`,
      `SELECT set_config(ssn, 'x', true) ${one}`,
      `SELECT (SELECT id FROM customers WHERE id = 1 OR ssn > '5' AND id = 7)`,
      `SELECT jsonb_path_query('{}', ('strict $.a' || left(ssn, 3))::jsonpath) ${one}`,
      `ALTER TABLE staff ALTER COLUMN prefs TYPE int USING (prefs ->> 'memo')::int`,
      `ALTER TABLE customers ADD CHECK (ssn < '5' OR id <> 7)`,
      `BEGIN; CREATE UNIQUE INDEX ON customers ((CASE WHEN ssn > '5' AND id = 7 THEN 1 ELSE id END)); ROLLBACK`,
      `CREATE INDEX ON customers ((ssn::int)) WHERE id = 7`,
      `BEGIN; ALTER TABLE customers ADD COLUMN x int GENERATED ALWAYS AS (CASE WHEN id = 7 THEN ssn::int END) STORED; ROLLBACK`,
      `CREATE DOMAIN low AS text CHECK (value < '5'); SELECT ssn::low ${one}`,
      `SELECT left(ssn, ascii(ssn) - 53)::pin_code ${one}`,
      `CREATE TEMP TABLE t (x text CHECK (x < '5')); INSERT INTO t SELECT ssn ${one}`,
      `CREATE TEMP TABLE t (x int); INSERT INTO t SELECT ssn::int ${one}`,
      `SELECT pg_typeof(ssn::int) ${one}`,
      `DO $$ BEGIN RAISE NOTICE '%', (SELECT ssn ${one}); END $$`,
      `DO $$ BEGIN RAISE EXCEPTION '%', (SELECT ssn ${one}); END $$`,
      `SELECT ssn_of(7)::int`,
      `SELECT 1 / (pay / 80000) FROM staff WHERE id = 1`,
      `SELECT (pay * 1000000)::int FROM staff WHERE pay > 80000 AND id = 1`,
    ]),
    ...each(
      'reads',
      [`UPDATE customers SET phone = NULL WHERE id = 7`, `UPDATE staff SET id = NULL WHERE id = 1`],
      { ends: 'stopped' },
    ),
    attack(
      'a notice of the owner’s trigger',
      'reads',
      ['BEGIN', "UPDATE tickets SET body = 'x' WHERE id = 1", 'ROLLBACK'],
      { ends: 'masked' },
    ),
    attack(
      'a notice at the level of debug',
      'reads',
      ['SET client_min_messages = debug5', 'BEGIN', "UPDATE tickets SET body = 'x' WHERE id = 1", 'ROLLBACK'],
      { ends: 'masked' },
    ),
    attack('an error in a transaction, seen by its savepoint', 'reads', [
      'BEGIN',
      'SAVEPOINT a',
      `SELECT 1 / (CASE WHEN ssn < '5' THEN 0 ELSE 1 END) ${one}`,
    ]),
    attack('log_error_verbosity and friends', 'reads', [
      'SET client_min_messages = log',
      `SELECT ssn::int ${one}`,
    ]),
    ...eachExtended('reads', [
      `SELECT ssn::int ${one}`,
      [`SELECT 1 / (CASE WHEN ssn < $1 THEN 0 ELSE 1 END) ${one}`, '5'],
    ]),
    attack(
      'a NOT NULL error by the extended protocol',
      'reads',
      [{ extended: 'UPDATE customers SET name = $1 WHERE id = 7', values: [null] }],
      { ends: 'stopped' },
    ),
  ],
};

const copied = 'SELECT id, ssn, email FROM customers WHERE id = 7';

const formats: AttackClass = {
  title: '14 COPY, formats, and what the server remembers',
  attacks: [
    ...each(
      'reads',
      [
        'COPY customers TO STDOUT',
        'COPY customers (ssn) TO STDOUT',
        'COPY customers (phone, ssn, id) TO STDOUT',
        'COPY public.customers (id, ssn) TO STDOUT WITH CSV HEADER',
        `COPY (${copied}) TO STDOUT`,
        `COPY (${copied}) TO STDOUT (FORMAT csv)`,
        `COPY (${copied}) TO STDOUT (FORMAT csv, HEADER true, FORCE_QUOTE *)`,
        `COPY (${copied}) TO STDOUT (FORMAT csv, DELIMITER ';', QUOTE '''', ESCAPE '/')`,
        `COPY (${copied}) TO STDOUT (FORMAT csv, QUOTE '-')`,
        `COPY (${copied}) TO STDOUT (DELIMITER '-')`,
        `COPY (${copied}) TO STDOUT (DELIMITER '|', NULL 'nothing')`,
        `COPY (${copied}) TO STDOUT (FORMAT binary)`,
        `COPY (SELECT ssn AS "a\nb", id AS "c""d" FROM customers WHERE id = 7) TO STDOUT (FORMAT csv, HEADER)`,
        `COPY (SELECT ssn AS "a\nb", id AS "c\\d" FROM customers WHERE id = 7) TO STDOUT (FORMAT text, HEADER)`,
        `COPY (SELECT E'a\\nb\\t\\\\', ssn FROM customers WHERE id = 7) TO STDOUT`,
        `COPY (SELECT E'a"\\n"b', ssn, '"' FROM customers WHERE id = 7) TO STDOUT (FORMAT csv)`,
        `COPY (SELECT '\\.' AS x, ssn FROM customers WHERE id IN (6, 7) ORDER BY id) TO STDOUT`,
        `COPY (SELECT '\\.' AS x, ssn FROM customers WHERE id IN (6, 7) ORDER BY id) TO STDOUT (FORMAT csv)`,
        `COPY (SELECT repeat('x', 100000), ssn FROM customers WHERE id = 7) TO STDOUT`,
        `COPY (SELECT NULL, ssn, NULL FROM customers WHERE id = 7) TO STDOUT`,
        `COPY (SELECT name FROM customers WHERE id = 7 UNION ALL SELECT ssn FROM customers WHERE id = 7) TO STDOUT`,
        `COPY (SELECT * FROM v_customers WHERE id = 7) TO STDOUT (FORMAT csv)`,
        `COPY (SELECT * FROM staff) TO STDOUT`,
        `COPY (SELECT * FROM staff) TO STDOUT (FORMAT binary)`,
        'COPY staff TO STDOUT (FORMAT csv)',
        'COPY accounts_low TO STDOUT',
        `COPY (SELECT * FROM accounts) TO STDOUT`,
        `SELECT 1; COPY (${copied}) TO STDOUT; ${copied}`,
        'COPY (WITH w AS (SELECT * FROM customers WHERE id = 7) SELECT * FROM w) TO STDOUT',
      ],
      { ends: 'masked' },
    ),
    ...each('reads', [
      "COPY (SELECT ssn || '' FROM customers WHERE id = 7) TO STDOUT",
      `BEGIN; COPY (UPDATE customers SET name = name WHERE id = 7 RETURNING ssn) TO STDOUT; ROLLBACK`,
      'COPY (SELECT c FROM customers c WHERE id = 7) TO STDOUT',
      'COPY (SELECT id FROM customers ORDER BY ssn LIMIT 3) TO STDOUT',
      `COPY (${copied}) TO STDOUT (FORMAT csv, ENCODING 'SJIS')`,
      `COPY (${copied}) TO STDOUT (FORMAT csv, ENCODING 'BIG5', HEADER)`,
    ]),
    ...eachExtended(
      'reads',
      [
        'SELECT ssn, email, id FROM customers WHERE id = 7',
        'SELECT * FROM staff WHERE id = 1',
        'SELECT * FROM accounts WHERE id = 1',
        'SELECT number FROM v_customers WHERE id = 7',
      ],
      { ends: 'masked', binary: true },
    ),
    ...eachExtended(
      'reads',
      [
        'SELECT ssn FROM customers WHERE id = 7',
        ['SELECT ssn, $1::text FROM customers WHERE id = $2', 'x', '7'],
      ],
      { ends: 'masked' },
    ),
    attack(
      'COPY by the extended protocol',
      'reads',
      [
        {
          send: [
            parse('', `COPY (${copied}) TO STDOUT`),
            bind('', '', []),
            describe('P', ''),
            execute(''),
            sync,
          ],
        },
        {
          send: [
            parse('', `COPY (${copied}) TO STDOUT (FORMAT binary)`),
            bind('', '', []),
            execute(''),
            sync,
          ],
        },
      ],
      { ends: 'masked' },
    ),
    attack(
      'formats that differ from column to column',
      'reads',
      [
        {
          send: [
            parse('', 'SELECT id, ssn, email, name FROM customers WHERE id = 7'),
            message(
              'B'.charCodeAt(0),
              '',
              '',
              int16(0),
              int16(0),
              int16(4),
              int16(1),
              int16(0),
              int16(1),
              int16(1),
            ),
            execute(''),
            sync,
          ],
        },
      ],
      { ends: 'masked' },
    ),
    attack(
      'Execute without Describe',
      'reads',
      [{ send: [parse('', 'SELECT ssn FROM customers WHERE id = 7'), bind('', '', []), execute(''), sync] }],
      { ends: 'masked' },
    ),
    attack(
      'Describe of the statement only',
      'reads',
      [
        {
          send: [
            parse('q', 'SELECT ssn FROM customers WHERE id = 7'),
            describe('S', 'q'),
            bind('', 'q', []),
            execute(''),
            sync,
          ],
        },
      ],
      { ends: 'masked' },
    ),
    attack(
      'bytea_output = escape',
      'reads',
      ["SET bytea_output = 'escape'", 'SELECT photo FROM staff WHERE id = 1'],
      { ends: 'masked' },
    ),
    attack(
      'DateStyle',
      'reads',
      ["SET datestyle = 'SQL, DMY'", 'SELECT birth, salary FROM staff WHERE id = 1'],
      { ends: 'masked' },
    ),
    attack(
      'DateStyle German in COPY',
      'reads',
      ["SET datestyle = 'German'", 'COPY (SELECT birth FROM staff WHERE id = 1) TO STDOUT'],
      { ends: 'masked' },
    ),
    attack(
      'DateStyle Postgres',
      'reads',
      ["SET datestyle = 'Postgres, MDY'", 'SELECT birth FROM staff WHERE id = 1'],
      { ends: 'masked' },
    ),
  ],
};

export const formatAttacks: readonly AttackClass[] = [errors, formats];
