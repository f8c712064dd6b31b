import type { Client } from 'pg';

// Everything that stands in a database but temporary objects: rows, sequences, objects, rights.

const lasting = (catalog: string, columns: string, relation: string) =>
  `SELECT '${catalog}', pg_catalog.concat_ws(' ', ${columns}) FROM pg_catalog.${catalog} x
   JOIN pg_catalog.pg_class c ON c.oid = x.${relation} WHERE c.oid >= 16384 AND c.relpersistence <> 't'
     AND c.relnamespace <> 'pg_toast'::regnamespace`;

const inSchema = (catalog: string, namespace: string) =>
  `SELECT '${catalog}', x::text FROM pg_catalog.${catalog} x JOIN pg_catalog.pg_namespace n ON n.oid = x.${namespace}
   WHERE x.oid >= 16384 AND n.nspname !~ '^pg_(temp|toast)'`;

const whole = (catalog: string, where = 'true') =>
  `SELECT '${catalog}', x::text FROM pg_catalog.${catalog} x WHERE ${where}`;

const objects = [
  lasting(
    'pg_class',
    'x.oid, x.relname, x.relnamespace, x.relowner, x.relkind, x.relispopulated, x.relacl, x.reloptions, x.relrowsecurity, x.relforcerowsecurity',
    'oid',
  ),
  lasting(
    'pg_attribute',
    'x.attrelid, x.attname, x.attnum, x.atttypid, x.attnotnull, x.attisdropped, x.attgenerated, x.attacl, x.attstattarget',
    'attrelid',
  ),
  lasting('pg_constraint', 'x.oid, x.conname, x.contype, x.conrelid, x.convalidated', 'conrelid'),
  lasting('pg_trigger', 'x.oid, x.tgname, x.tgrelid, x.tgenabled', 'tgrelid'),
  lasting('pg_rewrite', 'x.oid, x.rulename, x.ev_class, x.ev_enabled, md5(x.ev_action::text)', 'ev_class'),
  lasting('pg_index', 'x.indexrelid, x.indrelid, x.indisunique, x.indkey', 'indrelid'),
  lasting('pg_policy', 'x.oid, x.polname', 'polrelid'),
  lasting('pg_attrdef', 'x.oid, x.adnum', 'adrelid'),
  lasting('pg_inherits', 'x.inhrelid, x.inhparent', 'inhrelid'),
  inSchema('pg_proc', 'pronamespace'),
  `${inSchema('pg_type', 'typnamespace')} AND x.typtype IN ('d', 'e', 'r')`,
  inSchema('pg_operator', 'oprnamespace'),
  inSchema('pg_collation', 'collnamespace'),
  whole('pg_namespace', "x.nspname !~ '^pg_(temp|toast)'"),
  whole('pg_cast', 'x.oid >= 16384'),
  whole('pg_extension'),
  whole('pg_event_trigger'),
  whole('pg_default_acl'),
  whole('pg_foreign_server'),
  whole('pg_publication'),
  whole('pg_largeobject_metadata'),
  whole(
    'pg_db_role_setting',
    'x.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))',
  ),
  whole('pg_authid', "x.rolname ~ '^(corpus|shop_owner)'"),
  `SELECT 'comments', pg_catalog.concat_ws(' ', x.objoid, x.objsubid, x.description) FROM pg_catalog.pg_description x WHERE x.objoid >= 16384`,
  `SELECT 'large objects', pg_catalog.concat_ws(' ', x.loid, x.pageno, md5(x.data)) FROM pg_catalog.pg_largeobject x`,
  `SELECT 'acl', d.datacl::text FROM pg_catalog.pg_database d WHERE d.datname = current_database()`,
].join('\nUNION ALL ');

const rows = `SELECT 'rows of ' || c.oid::regclass::text AS part, md5(table_to_xml(c.oid::regclass, true, false, '')::text) AS sum
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 'S') AND c.relispopulated AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(temp|toast)'`;

const question = `${rows} UNION ALL
  SELECT o.kind, md5(string_agg(o.line, E'\\n' ORDER BY o.line COLLATE "C")) FROM (${objects}) o (kind, line) GROUP BY 1`;

/** One line for each table's rows and each kind of object. Equal digests: nothing changed. */
export async function digestOf(client: Client): Promise<readonly string[]> {
  const { rows: parts } = await client.query<{ part: string; sum: string }>(question);
  return parts.map(({ part, sum }) => `${part} ${sum}`).sort();
}
