import { int16, int32, message, parse, query, sync } from '#proxy/listeners/postgres/codec/write';
import { type AttackClass, attack, each, eachExtended } from '../attack.ts';

// Classes 6 to 8: the server's files and friends, texts that are read in two ways, odd messages.

const outside: AttackClass = {
  title: '6 files, programs and other servers',
  attacks: [
    ...each(
      'reaches',
      [
        "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'",
        "COPY tickets (body) FROM PROGRAM 'true'",
        "COPY (SELECT 1) TO '/dev/null'",
        "COPY tickets (body) FROM '/dev/null'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT pg_read_binary_file('PG_VERSION', 0, 1)",
        "SELECT * FROM pg_read_file('PG_VERSION') AS f(line)",
        "SELECT (pg_stat_file('PG_VERSION')).size",
        "SELECT count(*) FROM pg_ls_dir('.')",
        "SELECT lo_import('PG_VERSION')",
        "SELECT lo_export(424242, '/dev/null')",
        'SELECT count(*) FROM pg_hba_file_rules',
        'SELECT count(*) FROM pg_file_settings',
        'SELECT rolpassword FROM pg_authid',
        'SELECT passwd FROM pg_shadow',
        'SELECT x.rolpassword FROM pg_catalog.pg_roles r JOIN pg_authid x USING (oid)',
        'SELECT pg_reload_conf()',
        'SELECT pg_switch_wal()',
        'SELECT pg_create_restore_point($a$x$a$)',
        "ALTER SYSTEM SET log_min_messages = 'warning'",
        'ALTER SYSTEM RESET log_min_messages',
        "LOAD 'auto_explain'",
        'SET session_replication_role = replica',
        'SELECT pg_cancel_backend(0)',
        'SELECT pg_terminate_backend(0)',
        'SELECT dblink_get_connections()',
        "CREATE SERVER corpus_s FOREIGN DATA WRAPPER dblink_fdw OPTIONS (host '127.0.0.1'); DROP SERVER corpus_s",
        'CREATE EXTENSION pageinspect; DROP EXTENSION pageinspect',
        "CREATE ROLE corpus_r SUPERUSER LOGIN PASSWORD 'x'; DROP ROLE corpus_r",
        'CREATE PUBLICATION corpus_p FOR TABLE customers; DROP PUBLICATION corpus_p',
        'DROP LANGUAGE IF EXISTS corpus',
        'CHECKPOINT',
        'SELECT pg_backup_start($a$x$a$); SELECT pg_backup_stop()',
        "SELECT pg_logical_emit_message(true, 'a', 'b')",
        'CREATE ACCESS METHOD corpus_m TYPE TABLE HANDLER heap_tableam_handler; DROP ACCESS METHOD corpus_m',
        'SELECT count(*) FROM pg_stat_activity WHERE query IS NOT NULL',
        'SELECT count(*) FROM pg_stat_get_activity(NULL)',
        'SELECT pg_stat_get_backend_activity(1)',
        'SELECT count(*) FROM pg_prepared_statements',
        'SELECT count(*) FROM pg_cursors',
        'SELECT count(*) FROM pg_backend_memory_contexts',
        'SELECT count(*) FROM pg_largeobject',
        'SET ROLE pg_read_all_data',
        'SET LOCAL ROLE shop_owner',
        'SET SESSION AUTHORIZATION shop_owner',
        "SELECT set_config('role', 'shop_owner', false)",
        "SELECT set_config('ro' || 'le', 'shop_owner', false)",
        'ALTER ROLE shop_owner SET search_path = public; ALTER ROLE shop_owner RESET search_path',
        'ALTER ROLE shop_owner SET standard_conforming_strings = off; ALTER ROLE shop_owner RESET ALL',
        'SELECT pg_advisory_lock(1)',
        'SELECT pg_sleep(0.001)',
        "SET log_statement = 'none'",
        'SET debug_print_plan = on',
      ],
      { login: 'superuser' },
    ),
    attack(
      'postgres_fdw',
      'reads',
      [
        `CREATE EXTENSION IF NOT EXISTS postgres_fdw;
       CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'x');
       CREATE USER MAPPING FOR CURRENT_USER SERVER s;
       CREATE FOREIGN TABLE f (ssn text) SERVER s OPTIONS (table_name 'customers');
       SELECT ssn FROM customers WHERE id = 7`,
      ],
      { login: 'superuser' },
    ),
    attack('TABLE of large objects’ data', 'reads', ['SELECT data FROM pg_largeobject WHERE loid = 424242'], {
      login: 'superuser',
    }),
    ...each('reads', [
      'SELECT lo_get(424242)',
      'SELECT encode(lo_get(424242), $a$escape$a$)',
      'BEGIN; SELECT loread(lo_open(424242, 262144), 20); COMMIT',
      "SELECT query_to_xml('SELECT ssn FROM customers WHERE id = 7', true, true, '')",
      "SELECT table_to_xml('secrets', true, true, '')",
      "SELECT schema_to_xml('public', true, true, '')",
      "SELECT database_to_xml(true, true, '')",
      "BEGIN; DECLARE c CURSOR FOR SELECT id FROM customers WHERE id = 7; SELECT cursor_to_xml('c', 1, true, true, ''), query_to_xml('SELECT ssn FROM customers WHERE id = 7', true, true, '')",
      "SELECT * FROM ts_stat('SELECT to_tsvector(ssn) FROM customers WHERE id = 7')",
      "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, to_tsquery(left(ssn, 1)) FROM customers WHERE id = 7')",
      "SELECT * FROM crosstab('SELECT 1, 1, ssn FROM customers WHERE id = 7') AS t(a int, b text)",
      "SELECT * FROM crosstab2('SELECT 1::text, 1::text, token FROM secrets WHERE id = 1')",
      "SELECT histogram_bounds FROM pg_stats WHERE tablename = 'staff' AND attname = 'pay'",
      "SELECT histogram_bounds FROM pg_stats WHERE tablename = 'customers' AND attname = 'ssn'",
      "SELECT histogram_bounds FROM pg_catalog.pg_stats WHERE tablename = 'staff'",
      "SELECT s.* FROM pg_stats s WHERE attname = 'ssn'",
      "SELECT to_json(s) FROM pg_stats s WHERE tablename = 'staff'",
      'SELECT most_common_vals FROM pg_stats_ext',
    ]),
    ...each(
      'reads',
      [
        "SELECT stavalues1 FROM pg_statistic WHERE starelid = 'customers'::regclass",
        'SELECT m.values FROM pg_statistic_ext e JOIN pg_statistic_ext_data d ON d.stxoid = e.oid, pg_mcv_list_items(stxdmcv) m',
      ],
      { login: 'superuser' },
    ),
    ...each('writes', [
      "SELECT lo_create(99), lo_put(99, 0, 'x')",
      'SELECT lo_unlink(424242)',
      "SELECT lo_from_bytea(0, 'x')",
      'ALTER LARGE OBJECT 424242 OWNER TO CURRENT_USER; SELECT lo_unlink(424242)',
      'GRANT SELECT ON LARGE OBJECT 424242 TO PUBLIC',
    ]),
    ...eachExtended('reads', [
      'SELECT lo_get(424242)',
      ['SELECT query_to_xml($1, true, true, $2)', 'SELECT ssn FROM customers WHERE id = 7', ''],
    ]),
  ],
};

const readTwice: AttackClass = {
  title: '7 texts and names that are read in two ways',
  attacks: [
    ...each(
      'reads',
      [
        'SELECT U&"s\\0073n" FROM customers WHERE id = 7',
        'SELECT "ssn" FROM "public"."customers" WHERE id = 7',
        'SELECT SSN FROM CUSTOMERS WHERE ID = 7',
        'SELECT/**/ssn/**/FROM/**/customers/**/WHERE/**/id=7',
        'SELECT ssn -- name\nFROM customers WHERE id = 7',
        'SELECT c . ssn FROM public . customers AS c WHERE id = 7',
        'SELECT customers.ssn AS name FROM customers WHERE id = 7',
        'SELECT public.customers.ssn FROM public.customers WHERE id = 7',
        'SELECT U&"!0073sn" UESCAPE \'!\' FROM customers WHERE id = 7',
        'SELECT ssn "‮nss" FROM customers WHERE id = 7',
        'SELECT\tssn\fFROM\rcustomers\nWHERE id = 7',
      ],
      { ends: 'masked' },
    ),
    ...each(
      'reads',
      [
        'SELECT token FROM secrets WHERE id = 1',
        'SELECT token FROM ONLY public.secrets WHERE id = 1',
        'SELECT token FROM U&"s\\0065crets" WHERE id = 1',
        'SELECT token FROM "secrets" WHERE id = 1',
        'TABLE secrets',
        'SELECT s.* FROM orders o, secrets s WHERE s.id = 1 LIMIT 1',
        'SELECT (SELECT token FROM secrets WHERE id = 1)',
        "SELECT 1 WHERE EXISTS (SELECT FROM secrets WHERE id = 1 AND token LIKE 'tok-9%')",
        'WITH s AS (SELECT * FROM secrets) SELECT token FROM s WHERE id = 1',
        'SELECT name FROM customers WHERE id = 7 UNION ALL SELECT token FROM secrets WHERE id = 1',
        "SELECT o.id FROM orders o JOIN LATERAL (SELECT token FROM secrets WHERE id = 1 AND token < 'tok-6') s ON true WHERE o.id = 1",
        'COPY secrets TO STDOUT',
        'COPY (SELECT token FROM secrets) TO STDOUT',
        'CREATE TEMP TABLE t AS SELECT * FROM secrets; SELECT * FROM t',
        'CREATE TEMP VIEW v AS SELECT * FROM secrets; SELECT * FROM v',
        'BEGIN; DECLARE c CURSOR FOR TABLE secrets; FETCH ALL FROM c',
        'PREPARE p AS TABLE secrets; EXECUTE p',
        'BEGIN; UPDATE orders SET status = token FROM secrets WHERE orders.id = 1 AND secrets.id = 1 RETURNING status; ROLLBACK',
        "BEGIN; DELETE FROM tickets USING secrets WHERE token LIKE 'tok-9%'; ROLLBACK",
        'BEGIN; INSERT INTO tickets SELECT 900, 8, token FROM secrets WHERE id = 1 RETURNING body; ROLLBACK',
        'BEGIN; MERGE INTO tickets t USING secrets s ON t.id = s.id WHEN MATCHED THEN UPDATE SET body = s.token RETURNING body; ROLLBACK',
        "SELECT * FROM JSON_TABLE((SELECT to_json(s) FROM secrets s WHERE id = 1), '$' COLUMNS (token text)) t",
        'SELECT xmlforest(token) FROM secrets WHERE id = 1',
        'SELECT token FROM secrets TABLESAMPLE BERNOULLI (100) WHERE id = 1',
        "SELECT v.* FROM v_customers v, secrets s, m_customers m WHERE s.token < 'tok-6' AND s.id = 1 AND v.id = 7 LIMIT 1",
        'SELECT n FROM v_nested',
        "SELECT 'x'::text = ANY (SELECT token FROM secrets)  OR (SELECT max(token) FROM secrets) > 'tok-6'",
        "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT 1 FROM secrets WHERE token > 'tok-6'",
        'LOCK TABLE secrets; SELECT token FROM secrets',
        'SELECT token FROM secrets WHERE id = 1 FOR UPDATE',
        'COPY public.secrets (token) TO STDOUT (FORMAT binary)',
      ],
      { agent: 'narrow' },
    ),
    attack(
      'a three-part name',
      'reads',
      ['DO $$ BEGIN PERFORM 1; END $$', 'SELECT token FROM secrets WHERE id = 1'],
      { agent: 'narrow' },
    ),
    attack(
      'set-returning expansion of a view over a table that is not granted',
      'reads',
      [
        'CREATE TEMP VIEW v AS SELECT (s).token FROM (SELECT s FROM secrets s WHERE id = 1) x(s)',
        'SELECT * FROM v',
      ],
      { agent: 'narrow' },
    ),
    attack('standard_conforming_strings = off', 'writes', [
      'SET standard_conforming_strings = off',
      "SELECT '\\''; DELETE FROM orders WHERE id <= 100; --'",
    ]),
    attack('standard_conforming_strings = off in the same message', 'writes', [
      "SET standard_conforming_strings = off; SELECT 'a'",
      "SELECT '\\''; DELETE FROM orders WHERE id <= 100; --'",
    ]),
    attack('standard_conforming_strings by set_config', 'writes', [
      "SELECT set_config('standard_conforming_strings', 'off', false)",
      "SELECT '\\''; DELETE FROM orders WHERE id <= 100; --'",
    ]),
    attack('standard_conforming_strings by UPDATE pg_settings', 'writes', [
      "UPDATE pg_settings SET setting = 'off' WHERE name = 'standard_conforming_strings'",
      "SELECT '\\''; DELETE FROM orders WHERE id <= 100; --'",
    ]),
    attack('SET LOCAL standard_conforming_strings', 'writes', [
      'BEGIN; SET LOCAL standard_conforming_strings TO off',
      "SELECT '\\''; DELETE FROM orders WHERE id <= 100; COMMIT; --'",
    ]),
    attack('a function with a SET clause', 'writes', [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET standard_conforming_strings = off AS 'SELECT 1'",
    ]),
    attack('ALTER DATABASE … SET', 'writes', [
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET row_security = off', current_database()); END $$",
    ]),
    attack(
      'ALTER ROLE … SET',
      'reaches',
      ['ALTER ROLE CURRENT_USER SET row_security = off; ALTER ROLE CURRENT_USER RESET row_security'],
      { login: 'superuser' },
    ),
    attack(
      'row_security and session_replication_role',
      'reaches',
      ['SET row_security = off; SET session_replication_role = replica'],
      { login: 'superuser' },
    ),
    attack('backslash_quote with a multibyte encoding', 'reaches', [
      "SET backslash_quote = on; SET client_encoding = 'SJIS'",
    ]),
    attack('client_encoding that writes the masked column in another alphabet', 'reads', [
      "SET client_encoding = 'LATIN1'",
      'SELECT ssn FROM customers WHERE id = 7',
    ]),
    attack('SET NAMES', 'reads', ["SET NAMES 'EUC_JP'", 'SELECT ssn FROM customers WHERE id = 7']),
    attack('COPY in another encoding', 'reads', [
      "COPY (SELECT id, ssn FROM customers WHERE id = 7) TO STDOUT (ENCODING 'LATIN1')",
    ]),
    attack('bytes that are not UTF-8 beside a delete', 'writes', [
      {
        send: [
          message(
            'Q'.charCodeAt(0),
            Buffer.concat([Buffer.from('DELETE FROM orders WHERE id <= 100 -- '), Buffer.from([0x41, 0])]),
          ),
        ],
      },
    ]),
    attack(
      'a NUL inside a Query, and more behind it',
      'reads',
      [
        { send: [message('Q'.charCodeAt(0), Buffer.from('SELECT ssn FROM customers WHERE id = 7\0'))] },
        { send: [parse('', 'SELECT ssn FROM customers WHERE id = 7'), sync] },
      ],
      { ends: 'masked' },
    ),
    attack('many comments and a delete', 'writes', [
      `${'/* a */ -- b\n'.repeat(500)}DELETE FROM orders WHERE id <= 100`,
    ]),
    attack('nested comments that end early', 'writes', [
      '/* /* */ SELECT 1; */ DELETE FROM orders WHERE id <= 100',
    ]),
    attack('dollar quotes that look like comments', 'writes', [
      'SELECT $x$ /* $x$; DELETE FROM orders WHERE id <= 100; SELECT $x$ */ $x$',
    ]),
    attack('E strings with escaped quotes', 'writes', [
      "SELECT E'\\'; --'; DELETE FROM orders WHERE id <= 100",
    ]),
    attack('strings that go on in the next line', 'writes', [
      "SELECT 'a'\n'b'; DELETE FROM orders WHERE id <= 100",
    ]),
    attack('U& strings', 'writes', ["SELECT U&'\\0027'; DELETE FROM orders WHERE id <= 100"]),
    attack('quoted names with semicolons', 'writes', [
      'SELECT 1 AS "a;b"; DELETE FROM orders WHERE id <= 100',
    ]),
    attack('psql’s backslash in a text', 'writes', ["DELETE FROM orders WHERE id <= 100 AND 'x' <> '\\;'"]),
    attack('a very long IN list and a delete', 'writes', [
      `DELETE FROM orders WHERE id IN (${Array.from({ length: 20_000 }, (_, i) => i).join(',')}) AND id <= 100`,
    ]),
    attack('a thousand statements, the last one a delete', 'writes', [
      `${'SELECT 1;'.repeat(300)}DELETE FROM orders WHERE id <= 100`,
    ]),
    attack('a deeply nested text with a delete in it', 'writes', [
      `WITH gone AS (DELETE FROM orders WHERE id <= 100) SELECT ${'('.repeat(400)}1${')'.repeat(400)}`,
    ]),
  ],
};

const odd: AttackClass = {
  title: '8 odd messages',
  attacks: [
    attack('FunctionCall of lo_unlink', 'writes', [{ send: [functionCall(964, int32(424242))] }]),
    attack('FunctionCall of lo_get', 'reads', [{ send: [functionCall(3458, int32(424242))] }]),
    attack('FunctionCall in a failed pipeline', 'writes', [
      { send: [parse('', 'selekt'), sync, functionCall(964, int32(424242))], ready: 2 },
    ]),
    attack('FunctionCall of setval', 'writes', [
      'SELECT 1',
      { send: [functionCall(964, int32(424242)), query('SELECT 1')], ready: 2 },
    ]),
    attack(
      'LISTEN and NOTIFY as a channel to others',
      'reaches',
      ['LISTEN gossip; NOTIFY gossip, $a$hello$a$'],
      { agent: 'narrow' },
    ),
    attack('pg_notify with a masked value', 'reads', [
      "LISTEN gossip; SELECT pg_notify('gossip', ssn) FROM customers WHERE id = 7",
    ]),
    attack('advisory locks that hang others', 'reaches', ['SELECT pg_advisory_lock(7)'], { agent: 'narrow' }),
    attack(
      'START_REPLICATION on an ordinary connection',
      'reads',
      ['START_REPLICATION SLOT a LOGICAL 0/0', 'SELECT ssn FROM customers WHERE id = 7'],
      { ends: 'stopped' },
    ),
    attack('a masked value as application_name, told by ParameterStatus', 'reads', [
      "SELECT set_config('application_name', ssn, false) FROM customers WHERE id = 7",
    ]),
    attack('a masked value as search_path', 'reads', [
      "SELECT set_config('search_path', ssn, false) FROM customers WHERE id = 7",
      'SHOW search_path',
    ]),
    attack('a masked value as a setting of one’s own', 'reads', [
      "SELECT set_config('my.own', ssn, false) FROM customers WHERE id = 7",
      'SHOW my.own',
    ]),
    attack('Describe of a statement that computes', 'reads', [
      { extended: "SELECT ssn || '' FROM customers WHERE id = 7", values: [], binary: true },
    ]),
    attack(
      'a Close between Bind and Execute',
      'reads',
      [
        {
          send: [
            parse('m', 'SELECT ssn FROM customers WHERE id = 7'),
            message('B'.charCodeAt(0), 'p', 'm', int16(0), int16(0), int16(0)),
            message('C'.charCodeAt(0), Buffer.from('S'), 'm'),
            parse('m', 'SELECT name FROM customers WHERE id = 7'),
            message('E'.charCodeAt(0), 'p', int32(0)),
            sync,
          ],
        },
      ],
      { ends: 'masked' },
    ),
    attack('SHOW of what the server knows', 'reaches', ['SET my.x = 1; SELECT 1 FROM secrets'], {
      agent: 'narrow',
    }),
  ],
};

function functionCall(oid: number, argument: Buffer): Buffer {
  return message(
    'F'.charCodeAt(0),
    int32(oid),
    int16(1),
    int16(1),
    int16(1),
    int32(argument.length),
    argument,
    int16(1),
  );
}

export const server: readonly AttackClass[] = [outside, readTwice, odd];
