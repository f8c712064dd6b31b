import { type AttackClass, attack, each, eachExtended } from '../attack.ts';

// Class 4: code that nobody reads.

const gone = 'DELETE FROM public.orders WHERE id <= 100';

export const code: AttackClass = {
  title: '4 code in the database',
  attacks: [
    ...each('writes', [
      "DO $$ BEGIN EXECUTE 'DEL' || 'ETE FROM orders WHERE id <= 100'; END $$",
      `DO LANGUAGE plpgsql 'BEGIN ${gone}; END'`,
      `DO '${'BEGIN PERFORM 1; DELETE FROM orders WHERE id <= 100; END'}'`,
      'CALL wipe_all()',
      'SELECT wipe()',
      'SELECT 1 FROM wipe()',
      'SELECT * FROM orders WHERE wipe() = 1 LIMIT 1',
      'SELECT (SELECT wipe())',
      'SELECT id FROM tickets ORDER BY wipe() LIMIT 1',
      'SELECT coalesce(NULL, wipe())',
      'SELECT CASE WHEN true THEN wipe() END',
      'VALUES (wipe())',
      'SELECT public.wipe() FROM tickets GROUP BY 1',
      'WITH a AS MATERIALIZED (SELECT wipe()) SELECT * FROM a',
      'SELECT * FROM ROWS FROM (wipe(), generate_series(1, 2)) AS r',
      'SELECT 1 LIMIT wipe()',
      'COPY (SELECT wipe()) TO STDOUT',
      'UPDATE tickets SET body = wipe()::text WHERE id = 2',
      'INSERT INTO tickets (id, customer_id) VALUES (wipe() + 700, 8)',
      "SELECT query_to_xml('SELECT wipe()', true, true, '')",
      'CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS $$ DELETE FROM orders WHERE id <= 100; SELECT 1 $$; SELECT public.f()',
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC DELETE FROM orders WHERE id <= 100; SELECT 1; END; SELECT f()',
      'CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql AS $$ DELETE FROM orders WHERE id <= 100; SELECT 1 $$; SELECT lower(1)',
      'CREATE TABLE t (a int DEFAULT wipe()); INSERT INTO t DEFAULT VALUES',
      'ALTER TABLE tickets ADD COLUMN spare int DEFAULT wipe()',
      'CREATE VIEW v AS SELECT wipe() AS w; SELECT * FROM v',
      'CREATE MATERIALIZED VIEW v AS SELECT wipe() AS w',
      'CREATE RULE r AS ON UPDATE TO tickets DO ALSO DELETE FROM orders WHERE id <= 100; UPDATE tickets SET body = body WHERE id = 2',
      'CREATE RULE r AS ON INSERT TO tickets DO INSTEAD DELETE FROM orders WHERE id <= 100; INSERT INTO tickets VALUES (77, 8)',
      'CREATE SCHEMA s CREATE VIEW w AS SELECT wipe() AS x; SELECT x FROM s.w',
      'CREATE PROCEDURE p() LANGUAGE sql AS $$ DELETE FROM orders WHERE id <= 100 $$; CALL p()',
      'CREATE POLICY p ON tickets USING (wipe() = 1)',
      'ALTER FUNCTION tell() RENAME TO told',
      'ALTER FUNCTION wipe() SECURITY DEFINER',
      "CREATE FUNCTION harm() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
      "CREATE OR REPLACE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ]),
    ...each(
      'writes',
      ['SELECT wipe()', 'DO $$ BEGIN DELETE FROM orders WHERE id <= 100; END $$', 'CALL wipe_all()'],
      { agent: 'narrow' },
    ).map((one) => ({ ...one, name: `narrow: ${one.name}` })),
    attack(
      'a function in the temporary schema',
      'writes',
      [
        `CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS $$ ${gone}; SELECT 1 $$`,
        'SELECT pg_temp.f()',
      ],
      { agent: 'narrow' },
    ),
    attack('a trigger on a temporary table', 'writes', [
      `CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${gone}; RETURN new; END $$`,
      'CREATE TEMP TABLE t (a int)',
      'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.f()',
      'INSERT INTO t VALUES (1)',
    ]),
    attack(
      'a default of a temporary table',
      'writes',
      ['CREATE TEMP TABLE t (a int DEFAULT public.wipe())', 'INSERT INTO t DEFAULT VALUES'],
      { agent: 'narrow' },
    ),
    attack(
      'a default that is set later',
      'writes',
      [
        'CREATE TEMP TABLE t (a int)',
        'ALTER TABLE t ALTER COLUMN a SET DEFAULT public.wipe()',
        'INSERT INTO t DEFAULT VALUES',
      ],
      { agent: 'narrow' },
    ),
    attack('an index expression of a temporary table', 'writes', [
      `CREATE FUNCTION pg_temp.f(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM public.wipe(); RETURN 1; END $$`,
      'CREATE TEMP TABLE t (a int)',
      'INSERT INTO t VALUES (1)',
      'CREATE INDEX ON t (pg_temp.f(a))',
    ]),
    attack('a generated column of a temporary table', 'writes', [
      `CREATE FUNCTION pg_temp.f(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM public.wipe(); RETURN 1; END $$`,
      'CREATE TEMP TABLE t (a int, b int GENERATED ALWAYS AS (pg_temp.f(a)) STORED)',
      'INSERT INTO t VALUES (1)',
    ]),
    attack(
      'a CHECK of a temporary table',
      'writes',
      ['CREATE TEMP TABLE t (a int CHECK (public.wipe() = a))', 'INSERT INTO t VALUES (1)'],
      { agent: 'narrow' },
    ),
    attack('a domain in the temporary schema', 'writes', [
      `CREATE FUNCTION pg_temp.f(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN ${gone}; RETURN true; END $$`,
      'CREATE DOMAIN pg_temp.d AS int CHECK (pg_temp.f(value))',
      'SELECT 1::pg_temp.d',
    ]),
    attack('an aggregate in the temporary schema', 'writes', [
      `CREATE FUNCTION pg_temp.f(int, int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN ${gone}; RETURN 1; END $$`,
      'CREATE AGGREGATE pg_temp.agg (int) (SFUNC = pg_temp.f, STYPE = int)',
      'SELECT pg_temp.agg(id) FROM tickets',
    ]),
    attack('an operator in the temporary schema', 'writes', [
      `CREATE FUNCTION pg_temp.f(int, int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN ${gone}; RETURN true; END $$`,
      'CREATE OPERATOR pg_temp.@@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = pg_temp.f)',
      'SELECT 1 OPERATOR(pg_temp.@@@) 2',
    ]),
    attack('a rule on a temporary table that deletes', 'writes', [
      'CREATE TEMP TABLE t (a int)',
      `CREATE RULE r AS ON INSERT TO t DO ALSO ${gone}`,
      'INSERT INTO t VALUES (1)',
    ]),
    attack(
      'a rule on a temporary table that shows a masked column',
      'reads',
      [
        'CREATE TEMP TABLE t (a int)',
        'CREATE RULE r AS ON INSERT TO t DO ALSO SELECT ssn FROM public.customers WHERE id = 7',
        'INSERT INTO t VALUES (1)',
      ],
      { ends: 'masked' },
    ),
    attack('a rule on a temporary table that shows a computed masked column', 'reads', [
      'CREATE TEMP TABLE t (a int)',
      "CREATE RULE r AS ON INSERT TO t DO INSTEAD SELECT ssn || '' FROM public.customers WHERE id = 7",
      'INSERT INTO t VALUES (1)',
    ]),
    attack(
      'a rule on a temporary table that shows a table that is not granted',
      'reads',
      [
        'CREATE TEMP TABLE t (a int)',
        'CREATE RULE r AS ON INSERT TO t DO ALSO SELECT token FROM public.secrets WHERE id = 1',
        'INSERT INTO t VALUES (1)',
      ],
      { agent: 'narrow' },
    ),
    attack('a rule with RETURNING of a masked column', 'reads', [
      'CREATE TEMP TABLE t (a text)',
      'CREATE RULE r AS ON INSERT TO t DO INSTEAD UPDATE public.customers SET name = name WHERE id = 7 RETURNING ssn::text',
      "BEGIN; INSERT INTO t VALUES ('x') RETURNING a; ROLLBACK",
    ]),
    attack(
      'a temporary view over a function that writes',
      'writes',
      ['CREATE TEMP VIEW v AS SELECT public.wipe() AS w', 'SELECT w FROM v'],
      { agent: 'narrow' },
    ),
    attack(
      'an event trigger',
      'reaches',
      [
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f(); DROP EVENT TRIGGER e; DROP FUNCTION f()",
      ],
      { login: 'superuser' },
    ),
    attack('SELECT of an owner’s function that reads a masked column', 'reads', ['SELECT ssn_of(7)']),
    attack('attribute notation: a function of the row', 'reads', [
      'SELECT c.initials FROM customers c WHERE id = 7',
    ]),
    attack('an operator of the target’s own on a masked column', 'reads', [
      "SELECT '999-55-' || '7731' === ssn FROM customers WHERE id = 7",
    ]),
    attack('an aggregate of the target’s own over a masked column', 'reads', [
      'SELECT largest(ssn) FROM customers WHERE id = 7',
    ]),
    ...eachExtended('writes', [
      'SELECT wipe()',
      'CALL wipe_all()',
      ['SELECT CASE WHEN $1::bool THEN wipe() END', 'true'],
    ]),
  ],
};
