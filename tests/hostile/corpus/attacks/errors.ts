import { type AttackClass, attack, each, eachWithin, lines } from '../attack.ts';

// Class 12 again, and what carries a value elsewhere: errors by condition, settings, locks, channels.

const one = 'FROM customers WHERE id = 7';

/** Each fails in one world and not in the other. */
const conditional = `
  1 / (ascii(ssn) - 57)
  (left(ssn, 1) || 'e400')::float8 > 0
  ('{' || replace(left(ssn, 1), '9', '"'))::text[] IS NULL
  (CASE WHEN ssn > '5' THEN '' ELSE '1' END)::int
  (CASE WHEN ssn > '5' THEN '[' ELSE '[]' END)::json
  (CASE WHEN ssn > '5' THEN 'no_such' ELSE 'customers' END)::regclass
  (CASE WHEN ssn > '5' THEN 'no_such' ELSE 'int4' END)::regtype
  (CASE WHEN ssn > '5' THEN 'abcde' ELSE 'abcd' END)::pin_code
  (CASE WHEN ssn > '5' THEN '2024-13-01' ELSE '2024-01-01' END)::date
  repeat('x', CASE WHEN ssn > '5' THEN 2000000000 ELSE 1 END) IS NULL
  chr(CASE WHEN ssn > '5' THEN 0 ELSE 65 END)
  sqrt(ascii(ssn) - 57 + 0.0 - CASE WHEN ssn > '5' THEN 1 ELSE -10 END)
  ln(CASE WHEN ssn > '5' THEN 0 ELSE 1 END)
  substring('abc' FROM 1 FOR CASE WHEN ssn > '5' THEN -1 ELSE 1 END)
  decode(CASE WHEN ssn > '5' THEN 'zz' ELSE '00' END, 'hex')
  regexp_match('a', CASE WHEN ssn > '5' THEN '(' ELSE 'a' END)
  'a' LIKE CASE WHEN ssn > '5' THEN 'a\\' ELSE 'a' END
  to_number(CASE WHEN ssn > '5' THEN 'x' ELSE '1' END, '9')
  (ARRAY[[1,2],[3,4]])[CASE WHEN ssn > '5' THEN 1 ELSE 2 END][1]
  setseed(CASE WHEN ssn > '5' THEN 2 ELSE 0 END)
  make_date(2024, CASE WHEN ssn > '5' THEN 13 ELSE 1 END, 1)
  int4range(CASE WHEN ssn > '5' THEN 3 ELSE 1 END, 2)
  jsonb_path_query('{}', (CASE WHEN ssn > '5' THEN 'strict $.a' ELSE 'lax $.a' END)::jsonpath)
  current_setting(CASE WHEN ssn > '5' THEN 'no.such' ELSE 'work_mem' END)
  pg_input_is_valid(CASE WHEN ssn > '5' THEN 'x' ELSE '1' END, 'int4')
  (SELECT x.id FROM customers x WHERE x.id IN (1, CASE WHEN customers.ssn > '5' THEN 2 ELSE 1 END))
  (SELECT max(ROW(r.s, '{}'::json)) IS NULL FROM (VALUES (left(customers.ssn, 1)), ('9')) r(s))`;

const oracles: AttackClass = {
  title: '12 errors by condition',
  attacks: [
    ...each(
      'reads',
      lines(conditional).map((expression) => `SELECT ${expression} ${one}`),
    ),
    ...eachWithin('reads', [
      `INSERT INTO tickets SELECT CASE WHEN ssn > '5' THEN 1 ELSE 901 END, 8 ${one}`,
      `INSERT INTO tickets SELECT 902, CASE WHEN ssn > '5' THEN 0 ELSE 8 END ${one}`,
      `UPDATE tickets SET body = CASE WHEN c.ssn > '5' THEN NULL ELSE 'x' END FROM customers c WHERE c.id = 7 AND tickets.id = 1`,
      `INSERT INTO accounts SELECT CASE WHEN ssn > '5' THEN 5000 ELSE 3 END, 'x' ${one}`,
      `MERGE INTO tickets t USING (SELECT CASE WHEN ssn > '5' THEN 1 ELSE 2 END AS i FROM customers WHERE id = 7 UNION ALL SELECT 1) s ON t.id = s.i WHEN MATCHED THEN UPDATE SET body = 'x'`,
      `UPDATE staff SET pin = CASE WHEN pin > 'r' THEN 'abcde' ELSE 'abcd' END WHERE id = 1`,
    ]),
    ...each('reads', [
      "ALTER DOMAIN pin_code ADD CONSTRAINT high CHECK (value < 'r')",
      "ALTER TABLE customers ADD CONSTRAINT high CHECK (id <> 7 OR ssn > '5')",
      "ALTER TABLE customers ADD CONSTRAINT high CHECK (id <> 7 OR ssn > '5') NOT VALID; ALTER TABLE customers VALIDATE CONSTRAINT high",
      'ALTER TABLE staff ADD CONSTRAINT one EXCLUDE (pay WITH =) WHERE (pay / (pay - 73197) > 0)',
      'CREATE UNIQUE INDEX ON staff ((CASE WHEN pay > 80000 THEN 2 ELSE id END))',
      'CREATE INDEX ON staff ((1 / (pay - 73197)))',
      'CREATE INDEX ON staff (id) WHERE 1 / (pay - 73197) > 0',
      'ALTER TABLE staff ADD COLUMN spare int GENERATED ALWAYS AS (1 / (pay - 73197)) STORED',
      'ALTER TABLE staff ALTER COLUMN pay TYPE int USING 1 / (pay - 73197)',
    ]),
    attack('a trigger of the owner’s on a table of one’s own', 'reads', [
      'CREATE TEMP TABLE t (customer_id int, body text)',
      'CREATE TRIGGER tell BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tell()',
      "INSERT INTO t VALUES (7, 'fail')",
    ]),
    attack(
      'the same where DDL is allowed',
      'reads',
      [
        'CREATE TEMP TABLE t (customer_id int, body text)',
        'CREATE TRIGGER tell BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tell()',
        "INSERT INTO t VALUES (7, 'fail')",
      ],
      { environment: 'development' },
    ),
  ],
};

const channels: AttackClass = {
  title: '14 other ways out for a value',
  attacks: [
    ...each('reads', [
      `SELECT set_config('application_name', ssn, false) ${one}; SELECT current_setting('application_name')`,
      `SELECT set_config('app.' || 'x', (SELECT ssn ${one}), false); SHOW app.x`,
      `LISTEN c; SELECT pg_notify('c', ssn) ${one}`,
      `LISTEN "999"; SELECT pg_notify(left(ssn, 3), 'x') ${one}`,
      `SELECT pg_try_advisory_lock(ascii(ssn)) ${one}; SELECT objid FROM pg_locks WHERE locktype = 'advisory'`,
      `SELECT pg_try_advisory_xact_lock(pay) FROM staff WHERE id = 1; SELECT pay + 0 FROM staff WHERE id = 1`,
      `CREATE TEMP SEQUENCE s; SELECT setval('s', pay) FROM staff WHERE id = 1; SELECT currval('s')`,
      `CREATE TEMP SEQUENCE s; SELECT nextval('s') FROM customers WHERE id = 7 AND ssn > '5'; SELECT last_value, is_called FROM s`,
      `SELECT setseed(1.0 / ascii(ssn)) ${one}; SELECT random()`,
      `SELECT lo_get(lo_from_bytea(0, convert_to(ssn, 'UTF8'))) ${one}`,
      `BEGIN; DECLARE c CURSOR FOR SELECT id FROM customers ORDER BY ssn; FETCH 3 FROM c; COMMIT`,
      `BEGIN; DECLARE c SCROLL CURSOR FOR SELECT id FROM customers WHERE id IN (7, 8); MOVE 1 FROM c; SELECT id FROM customers WHERE id = 7 AND ssn > '5'; COMMIT`,
      'SELECT most_common_elems FROM pg_stats WHERE schemaname = $$public$$ AND tablename = $$staff$$',
      'SELECT pg_catalog.pg_stats.histogram_bounds FROM pg_catalog.pg_stats WHERE tablename = $$staff$$',
      'SELECT x.r FROM (SELECT s::text AS r FROM pg_stats s WHERE tablename = $$staff$$) x',
      'WITH s AS (TABLE pg_stats) SELECT histogram_bounds FROM s WHERE tablename = $$staff$$',
      'CREATE TEMP VIEW v AS SELECT tablename, histogram_bounds::text AS h FROM pg_stats; SELECT h FROM v WHERE tablename = $$staff$$',
      'COPY (SELECT histogram_bounds FROM pg_stats WHERE tablename = $$staff$$) TO STDOUT',
      'EXPLAIN SELECT 1 FROM staff WHERE pay < 80000',
      "EXPLAIN (GENERIC_PLAN) SELECT 1 FROM customers WHERE id = 7 AND ssn > (SELECT ssn FROM customers WHERE id = 7) AND $1 > 0; SELECT ssn > '5' FROM customers WHERE id = 7",
      "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT lower(ssn) FROM customers WHERE id = 7 AND ssn > '5'",
      'EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT 1 FROM customers c JOIN staff s ON s.pay > 80000 AND c.id = s.id',
      "PREPARE p (text) AS SELECT count(*) FROM customers WHERE id = 7 AND ssn > $1; EXECUTE p ('5')",
      'PREPARE p (int) AS SELECT substr(ssn, $1, 1) FROM customers WHERE id = 7; EXECUTE p (1); EXECUTE p (2)',
      'SELECT pg_column_size(ssn || repeat($$x$$, ascii(ssn))) FROM customers WHERE id = 7',
      'SELECT hashtextextended(ssn, 0), hash_array(tags), pg_typeof(ssn) FROM customers, staff WHERE customers.id = 7 AND staff.id = 1',
    ]),
    ...each(
      'reaches',
      [
        "SELECT pg_clear_attribute_stats('public', 'customers', 'name', false)",
        "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'orders', 'relpages', 1)",
        'SELECT pg_stat_reset()',
        "SELECT pg_stat_reset_single_table_counters('customers'::regclass)",
        'SELECT pg_get_wal_summarizer_state()',
        'SELECT pg_log_backend_memory_contexts(pg_backend_pid())',
        'SELECT pg_rotate_logfile()',
        'SELECT count(*) FROM pg_ls_waldir()',
        'SELECT pg_export_snapshot()',
        'SELECT count(*) FROM pg_stat_get_backend_idset() i, pg_stat_get_backend_activity(i) q',
        'SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)',
        'SELECT count(*) FROM pg_stat_replication',
        'VACUUM (FULL) tickets',
        'REINDEX TABLE tickets',
        'CLUSTER tickets USING tickets_pkey',
      ],
      { login: 'superuser' },
    ),
  ],
};

export const errorAttacks: readonly AttackClass[] = [oracles, channels];
