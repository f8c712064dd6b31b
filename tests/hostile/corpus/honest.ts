import type { Step } from './attack.ts';

/** What agents do all day. `same`: answered as the target answers; `masked`: answered, fields hidden. */
export interface Honest {
  readonly title: string;
  readonly ends: 'same' | 'masked';
  readonly agent: 'broad' | 'narrow';
  readonly steps: readonly Step[];
}

function same(agent: Honest['agent'], texts: readonly string[]): Honest[] {
  return texts.map((text) => honest(text, agent, 'same', [text]));
}

function masked(texts: readonly string[]): Honest[] {
  return texts.map((text) => honest(text, 'narrow', 'masked', [text]));
}

function within(texts: readonly string[]): Honest[] {
  return texts.map((text) => honest(text, 'narrow', 'same', ['BEGIN', text, 'ROLLBACK']));
}

function honest(text: string, agent: Honest['agent'], ends: Honest['ends'], steps: readonly Step[]): Honest {
  return { title: text.replaceAll(/\s+/g, ' ').trim().slice(0, 110), agent, ends, steps };
}

const relation = `'public.customers'::pg_catalog.regclass`;

/** What psql sends for \dt, \d, \df, \du, \dn, \l, \dT, \di, \dx and tab completion. */
const psql = [
  `SELECT n.nspname as "Schema", c.relname as "Name",
     CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index'
       WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table'
       WHEN 'I' THEN 'partitioned index' END as "Type",
     pg_catalog.pg_get_userbyid(c.relowner) as "Owner"
   FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
   WHERE c.relkind IN ('r','p','v','m','S','f','') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast'
     AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1,2`,
  `SELECT n.nspname, c.relname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relname OPERATOR(pg_catalog.~) '^(customers)$' COLLATE pg_catalog.default
     AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 2, 1`,
  `SELECT c.relchecks, c.relkind, c.relhasindex, c.relhasrules, c.relhastriggers, c.relrowsecurity, c.relforcerowsecurity,
     false AS relhasoids, c.relispartition, '', c.reltablespace,
     CASE WHEN c.reloftype = 0 THEN '' ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END, c.relpersistence, c.relreplident, am.amname
   FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_class tc ON (c.reltoastrelid = tc.oid)
     LEFT JOIN pg_catalog.pg_am am ON (c.relam = am.oid) WHERE c.oid = ${relation}`,
  `SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
     (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d
      WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef),
     a.attnotnull,
     (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t
      WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation) AS attcollation,
     a.attidentity, a.attgenerated
   FROM pg_catalog.pg_attribute a WHERE a.attrelid = ${relation} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
  `SELECT c2.relname, i.indisprimary, i.indisunique, i.indisclustered, i.indisvalid, pg_catalog.pg_get_indexdef(i.indexrelid, 0, true),
     pg_catalog.pg_get_constraintdef(con.oid, true), contype, condeferrable, condeferred, i.indisreplident, c2.reltablespace, false AS conperiod
   FROM pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_index i
     LEFT JOIN pg_catalog.pg_constraint con ON (conrelid = i.indrelid AND conindid = i.indexrelid AND contype IN ('p','u','x'))
   WHERE c.oid = ${relation} AND c.oid = i.indrelid AND i.indexrelid = c2.oid ORDER BY i.indisprimary DESC, c2.relname`,
  `SELECT conname, conrelid::pg_catalog.regclass AS ontable, pg_catalog.pg_get_constraintdef(oid, true) AS condef
   FROM pg_catalog.pg_constraint c WHERE confrelid IN (SELECT pg_catalog.pg_partition_ancestors(${relation})
     UNION ALL VALUES (${relation})) AND contype = 'f' AND conparentid = 0 ORDER BY conname`,
  `SELECT pol.polname, pol.polpermissive, CASE WHEN pol.polroles = '{0}' THEN NULL ELSE
     pg_catalog.array_to_string(array(select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1), ',') END,
     pg_catalog.pg_get_expr(pol.polqual, pol.polrelid), pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid)
   FROM pg_catalog.pg_policy pol WHERE pol.polrelid = ${relation} ORDER BY 1`,
  `SELECT stxrelid::pg_catalog.regclass, stxnamespace::pg_catalog.regnamespace::pg_catalog.text AS nsp, stxname,
     pg_catalog.pg_get_statisticsobjdef_columns(oid) AS columns, 'd' = any(stxkind) AS ndist_enabled
   FROM pg_catalog.pg_statistic_ext WHERE stxrelid = ${relation} ORDER BY nsp, stxname`,
  `SELECT pubname, NULL, NULL FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_rel pr ON p.oid = pr.prpubid
   WHERE pr.prrelid = ${relation} ORDER BY 1`,
  `SELECT c.oid::pg_catalog.regclass FROM pg_catalog.pg_class c, pg_catalog.pg_inherits i
   WHERE c.oid = i.inhparent AND i.inhrelid = ${relation} AND c.relkind != 'p' ORDER BY inhseqno`,
  `SELECT pg_catalog.pg_get_viewdef('public.v_customers'::pg_catalog.regclass, true)`,
  `SELECT n.nspname as "Schema", p.proname as "Name", pg_catalog.pg_get_function_result(p.oid) as "Result data type",
     pg_catalog.pg_get_function_arguments(p.oid) as "Argument data types",
     CASE p.prokind WHEN 'a' THEN 'agg' WHEN 'w' THEN 'window' WHEN 'p' THEN 'proc' ELSE 'func' END as "Type"
   FROM pg_catalog.pg_proc p LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   WHERE pg_catalog.pg_function_is_visible(p.oid) AND n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema' ORDER BY 1, 2, 4`,
  `SELECT r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolconnlimit, r.rolvaliduntil,
     r.rolreplication, r.rolbypassrls FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1`,
  `SELECT n.nspname AS "Name", pg_catalog.pg_get_userbyid(n.nspowner) AS "Owner" FROM pg_catalog.pg_namespace n
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`,
  `SELECT d.datname as "Name", pg_catalog.pg_get_userbyid(d.datdba) as "Owner", pg_catalog.pg_encoding_to_char(d.encoding) as "Encoding"
   FROM pg_catalog.pg_database d WHERE d.datname = 'postgres' ORDER BY 1`,
  `SELECT n.nspname as "Schema", pg_catalog.format_type(t.oid, NULL) AS "Name", pg_catalog.obj_description(t.oid, 'pg_type') as "Description"
   FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
   WHERE (t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid))
     AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type el WHERE el.oid = t.typelem AND el.typarray = t.oid)
     AND n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema' AND pg_catalog.pg_type_is_visible(t.oid) ORDER BY 1, 2`,
  `SELECT e.extname AS "Name", e.extversion AS "Version", n.nspname AS "Schema", c.description AS "Description"
   FROM pg_catalog.pg_extension e LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
     LEFT JOIN pg_catalog.pg_description c ON c.objoid = e.oid AND c.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass ORDER BY 1`,
  `SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'v') AND
     substring(pg_catalog.quote_ident(c.relname),1,3)='cus' AND pg_catalog.pg_table_is_visible(c.oid) LIMIT 1000`,
];

/** Drivers, ORMs and tools on their start. */
const tools = [
  'SELECT version()',
  'SELECT current_schema(), current_user',
  "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name",
  "SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_name = 'customers' ORDER BY ordinal_position",
  `SELECT tc.constraint_name, kcu.column_name, ccu.table_name FROM information_schema.table_constraints tc
     JOIN information_schema.key_column_usage kcu ON tc.constraint_name = kcu.constraint_name
     JOIN information_schema.constraint_column_usage ccu ON ccu.constraint_name = tc.constraint_name
   WHERE tc.constraint_type = 'FOREIGN KEY' AND tc.table_schema = 'public' ORDER BY 1, 2, 3`,
  `SELECT t.oid, t.typname, t.typtype, t.typelem FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE n.nspname = 'pg_catalog' AND t.typname IN ('text', 'int4', 'jsonb') ORDER BY 1`,
  `SELECT NULL AS TABLE_CAT, n.nspname AS TABLE_SCHEM, c.relname AS TABLE_NAME, a.attname AS COLUMN_NAME, a.attnum AS ORDINAL
   FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON (c.relnamespace = n.oid) JOIN pg_catalog.pg_attribute a ON (a.attrelid = c.oid)
   WHERE n.nspname = 'public' AND c.relname LIKE 'order%' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 3, 5`,
  `SELECT namespace.nspname AS namespace, tbl.relname AS table_name FROM pg_class tbl
   INNER JOIN pg_namespace namespace ON tbl.relnamespace = namespace.oid
   WHERE tbl.relkind IN ('r', 'p') AND namespace.nspname = ANY ('{public}') ORDER BY namespace, table_name`,
  'SHOW server_version',
  'SHOW transaction isolation level',
  "SELECT set_config('application_name', 'report', false)",
  "SET statement_timeout = '30s'",
  "SET TIME ZONE 'UTC'",
  'SET extra_float_digits = 3',
  'SELECT 1',
  'SELECT pg_backend_pid() > 0',
  "SELECT name, setting FROM pg_settings WHERE name IN ('max_identifier_length', 'standard_conforming_strings') ORDER BY 1",
  "SELECT to_regclass('public.orders'), to_regclass('public.nothing')",
  "SELECT has_table_privilege('public.orders', 'SELECT')",
];

/** Reports over what is not masked. */
const reports = [
  'SELECT count(*) FROM orders',
  'SELECT status, count(*), sum(total_cents) FROM orders GROUP BY status ORDER BY 2 DESC, 1',
  'SELECT id, name, phone, created_at FROM customers WHERE id < 6 ORDER BY name, id',
  `SELECT c.id, c.name, count(o.id) AS orders, coalesce(sum(o.total_cents), 0) AS spent
   FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.name ORDER BY spent DESC, c.id LIMIT 10`,
  `SELECT date_trunc('month', placed_at) AS month, count(*) FROM orders GROUP BY 1 ORDER BY 1`,
  `SELECT o.id, o.status, p.amount_cents FROM orders o JOIN payments p ON p.order_id = o.id WHERE o.id BETWEEN 200 AND 210 ORDER BY 1, 3`,
  `SELECT id, total_cents, rank() OVER (PARTITION BY status ORDER BY total_cents DESC, id) FROM orders WHERE id < 20 ORDER BY 1`,
  `WITH big AS (SELECT customer_id, sum(total_cents) AS s FROM orders GROUP BY 1 HAVING sum(total_cents) > 100000)
   SELECT c.name, b.s FROM big b JOIN customers c ON c.id = b.customer_id ORDER BY b.s DESC, c.name LIMIT 5`,
  'SELECT DISTINCT status FROM orders ORDER BY 1',
  "SELECT upper(name), length(phone), left(name, 3) || '…' FROM customers WHERE name ILIKE 'a%' ORDER BY id LIMIT 5",
  "SELECT json_build_object('id', id, 'status', status) FROM orders WHERE id < 4 ORDER BY id",
  "SELECT jsonb_agg(jsonb_build_object('id', o.id, 'cents', o.total_cents) ORDER BY o.id) FROM orders o WHERE customer_id = 7",
  'SELECT to_json(o) FROM orders o WHERE id = 1',
  'SELECT o FROM orders o WHERE id = 1',
  'SELECT array_agg(id ORDER BY id) FROM orders WHERE customer_id = 7',
  "SELECT string_agg(name, ', ' ORDER BY name) FROM customers WHERE id < 5",
  'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total_cents) FROM orders',
  'SELECT generate_series(1, 3)',
  `SELECT d::date, count(o.id) FROM generate_series('2024-01-01'::timestamptz, '2024-01-05', '1 day') d
   LEFT JOIN orders o ON o.placed_at::date = d::date GROUP BY 1 ORDER BY 1`,
  'SELECT c.name, l.id FROM customers c, LATERAL (SELECT id FROM orders o WHERE o.customer_id = c.id ORDER BY id LIMIT 1) l WHERE c.id < 9 ORDER BY 1, 2',
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n',
  'SELECT name FROM customers WHERE id = 7 UNION ALL SELECT status FROM orders WHERE id = 1',
  'SELECT id FROM customers EXCEPT SELECT customer_id FROM orders ORDER BY 1 LIMIT 3',
  'SELECT status, grouping(status), count(*) FROM orders GROUP BY ROLLUP (status) ORDER BY 2, 1',
  'SELECT name FROM customers c WHERE EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id AND o.total_cents > 100000) ORDER BY id LIMIT 3',
  'SELECT CASE WHEN total_cents > 5000 THEN $a$big$a$ ELSE $a$small$a$ END AS size, count(*) FROM orders GROUP BY 1 ORDER BY 1',
  'VALUES (1, $a$one$a$), (2, $a$two$a$)',
  'EXPLAIN (COSTS off) SELECT count(*) FROM orders WHERE customer_id = 7',
  'COPY (SELECT id, status FROM orders WHERE id < 4 ORDER BY id) TO STDOUT (FORMAT csv, HEADER)',
  'COPY orders (id, status) TO STDOUT',
  'SELECT id, body FROM tickets ORDER BY id',
  'SELECT id, name FROM v_customers WHERE id < 4 ORDER BY name',
  'TABLE tickets',
];

const maskedReads = [
  'SELECT * FROM customers WHERE id < 5 ORDER BY id',
  'SELECT id, email, ssn FROM customers ORDER BY created_at, id LIMIT 3',
  "SELECT id, name FROM customers WHERE email = 'nobody@example.com'",
  'SELECT c.*, o.* FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id = 7 ORDER BY o.id',
  'SELECT p.card_number, p.amount_cents FROM payments p WHERE order_id = 205',
  'SELECT number FROM v_customers WHERE id = 7',
  'COPY (SELECT id, email FROM customers WHERE id < 4) TO STDOUT',
];

const writes = [
  "INSERT INTO tickets (id, customer_id, body) VALUES (100, 7, 'hello') RETURNING id, body",
  "INSERT INTO tickets VALUES (101, 7, 'a'), (102, 8, 'b')",
  "UPDATE orders SET status = 'shipped' WHERE id = 150 RETURNING id, status",
  "UPDATE customers SET phone = '+1 555 0100', email = 'new@example.com' WHERE id = 9",
  "UPDATE customers SET ssn = '123-45-6789' WHERE id = 9",
  "INSERT INTO customers (id, name, email, ssn, phone) VALUES (9000, 'New', 'new@x.com', '1', '2') RETURNING id, name",
  "INSERT INTO tickets VALUES (1, 7, 'again') ON CONFLICT (id) DO NOTHING",
  "INSERT INTO orders (id, customer_id, total_cents, status) VALUES (9000, 7, 5, 'new') ON CONFLICT (id) DO UPDATE SET status = excluded.status RETURNING id, status",
  "MERGE INTO orders o USING (VALUES (150, 'paid')) v(id, s) ON o.id = v.id WHEN MATCHED THEN UPDATE SET status = v.s",
  'SELECT id, status FROM orders WHERE id = 150 FOR UPDATE',
];

const temporary: Honest[] = [
  honest('a temporary table of one’s own', 'narrow', 'same', [
    'CREATE TEMP TABLE work (id int PRIMARY KEY, note text)',
    'INSERT INTO work SELECT id, status FROM orders WHERE id < 50',
    'CREATE INDEX ON work (note)',
    'UPDATE work SET note = upper(note)',
    'DELETE FROM work WHERE id > 10',
    'SELECT count(*), max(note) FROM work',
    'TRUNCATE work',
    'DROP TABLE work',
  ]),
  honest('a table made from a query', 'narrow', 'same', [
    'CREATE TEMP TABLE t ON COMMIT PRESERVE ROWS AS SELECT customer_id, count(*) AS n FROM orders GROUP BY 1',
    'SELECT c.name, t.n FROM t JOIN customers c ON c.id = t.customer_id ORDER BY t.n DESC, c.name LIMIT 5',
    'CREATE TEMP VIEW v AS SELECT n FROM t WHERE n > 3',
    'SELECT count(*) FROM v',
  ]),
  honest('prepared statements', 'narrow', 'same', [
    'PREPARE p (int) AS SELECT id, status FROM orders WHERE id = $1',
    'EXECUTE p(150)',
    'EXECUTE p(151)',
    'DEALLOCATE p',
    {
      extended: 'SELECT id, status FROM orders WHERE id = $1 OR status = $2 ORDER BY id LIMIT 3',
      values: ['150', 'paid'],
      name: 'q',
    },
    { extended: 'SELECT total_cents, placed_at FROM orders WHERE id = $1', values: ['150'], binary: true },
    'DISCARD ALL',
  ]),
  honest('cursors', 'narrow', 'same', [
    'BEGIN',
    'DECLARE c SCROLL CURSOR FOR SELECT id, status FROM orders ORDER BY id',
    'FETCH 3 FROM c',
    'MOVE 10 FROM c',
    'FETCH BACKWARD 1 FROM c',
    'CLOSE c',
    'COMMIT',
  ]),
  honest('a cursor over masked columns', 'narrow', 'masked', [
    'BEGIN',
    'DECLARE c CURSOR FOR SELECT * FROM customers ORDER BY id',
    'FETCH 3 FROM c',
    'MOVE 1 FROM c',
    'FETCH ALL FROM c',
    'COMMIT',
  ]),
  honest('savepoints and errors', 'narrow', 'same', [
    'BEGIN ISOLATION LEVEL REPEATABLE READ',
    'SAVEPOINT a',
    'SELECT 1/0',
    'ROLLBACK TO a',
    'RELEASE a',
    'SELECT 2',
    'COMMIT',
    'SELECT 1/0',
    'selekt 1',
  ]),
  honest('a failed transaction with temporary tables', 'narrow', 'same', [
    'CREATE TEMP TABLE t (a int)',
    'BEGIN',
    'CREATE TEMP TABLE u (a int)',
    'INSERT INTO u VALUES (1)',
    'SELECT 1/0',
    'SELECT 1',
    'ROLLBACK',
    'SELECT count(*) FROM t',
  ]),
  honest('COPY … FROM STDIN into a temporary table', 'narrow', 'same', [
    'CREATE TEMP TABLE loaded (id int, note text)',
    { copy: 'COPY loaded FROM STDIN (FORMAT csv)', data: '1,"a,b"\n2,***\n' },
    'SELECT * FROM loaded ORDER BY id',
  ]),
  honest('search_path', 'narrow', 'same', [
    'SET search_path = public',
    'SHOW search_path',
    'SELECT count(*) FROM orders',
    'RESET search_path',
  ]),
];

export const honestStatements: readonly Honest[] = [
  ...same('narrow', psql),
  ...same('narrow', tools),
  ...same('narrow', reports),
  ...masked(maskedReads),
  ...within(writes),
  ...temporary,
];
