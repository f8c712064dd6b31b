import type { SqlMember } from '#lib/policies/members';

/** Why a built-in function is not harmless, and what calling it asks for. */
export interface SpecialFunction {
  /** What is asked of policy for calling it. */
  readonly member: SqlMember;
  /** What the request is about: the function itself, or the whole resource. */
  readonly on: 'function' | 'resource';
  /** It reads what no lineage shows: its result may hold anything. */
  readonly unknown: boolean;
  /** It runs SQL that stands in a value. */
  readonly dynamic?: boolean;
  /** It shows statistics or other sessions' texts. */
  readonly statistics?: boolean;
}

const call: SpecialFunction = { member: 'call_function', on: 'function', unknown: true };
const administration: SpecialFunction = { member: 'superuser_function', on: 'function', unknown: true };
const replication: SpecialFunction = { member: 'replication', on: 'resource', unknown: true };
const readFile: SpecialFunction = { member: 'read_server_file', on: 'resource', unknown: true };
const writeFile: SpecialFunction = { member: 'write_server_file', on: 'resource', unknown: true };
const largeObject: SpecialFunction = { member: 'write_large_object', on: 'resource', unknown: true };
const statistics: SpecialFunction = { ...call, statistics: true };
const runsText: SpecialFunction = { ...call, dynamic: true };
const waits: SpecialFunction = { ...call, unknown: false };

const byName = new Map<string, SpecialFunction>();

function list(kind: SpecialFunction, names: string): void {
  for (const name of names.trim().split(/\s+/)) byName.set(name, kind);
}

list(
  runsText,
  `query_to_xml query_to_xmlschema query_to_xml_and_xmlschema table_to_xml table_to_xmlschema
   table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema schema_to_xml_and_xmlschema
   database_to_xml database_to_xmlschema database_to_xml_and_xmlschema cursor_to_xml
   cursor_to_xmlschema ts_stat ts_rewrite`,
);
list(
  statistics,
  `pg_stat_get_activity pg_stat_get_backend_activity pg_cursor pg_prepared_statement pg_prepared_xact
   pg_mcv_list_items pg_stat_get_wal_senders pg_stat_get_wal_receiver pg_stat_get_subscription
   lo_get loread pg_get_backend_memory_contexts pg_get_sequence_data pg_stats_ext_mcvlist_items`,
);
list(
  readFile,
  `pg_read_file pg_read_binary_file pg_stat_file pg_ls_dir pg_ls_logdir pg_ls_waldir
   pg_ls_archive_statusdir pg_ls_tmpdir pg_ls_logicalmapdir pg_ls_logicalsnapdir pg_ls_replslotdir
   pg_ls_summariesdir pg_current_logfile pg_hba_file_rules pg_ident_file_mappings
   pg_show_all_file_settings lo_import pg_logdir_ls pg_file_read pg_file_length`,
);
list(writeFile, 'lo_export pg_file_write pg_file_rename pg_file_unlink pg_file_sync');
list(
  largeObject,
  `lo_creat lo_create lo_from_bytea lo_put lowrite lo_unlink lo_truncate lo_truncate64 lo_open
   lo_close lo_lseek lo_lseek64 lo_tell lo_tell64`,
);
list(
  waits,
  `pg_sleep pg_sleep_for pg_sleep_until pg_advisory_lock pg_advisory_lock_shared
   pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_lock
   pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared
   pg_advisory_unlock pg_advisory_unlock_shared pg_advisory_unlock_all pg_export_snapshot`,
);
list(replication, 'pg_get_replication_slots pg_sync_replication_slots pg_logical_emit_message');
list(administration, 'pg_import_system_collations pg_nextoid pg_promote pg_reload_conf');

const byPrefix: readonly (readonly [prefix: string, kind: SpecialFunction])[] = [
  ['pg_logical_', replication],
  ['pg_replication_', replication],
  ['pg_create_logical_', replication],
  ['pg_create_physical_', replication],
  ['pg_copy_', replication],
  ['pg_drop_replication_', replication],
  ['binary_upgrade_', administration],
];

/** How a built-in function that is not on the harmless list counts; any unlisted one is an administrator's. */
export function specialFunction(name: string): SpecialFunction {
  const listed = byName.get(name);
  if (listed !== undefined) return listed;
  return byPrefix.find(([prefix]) => name.startsWith(prefix))?.[1] ?? administration;
}

/** Names that must stay off the harmless list whatever their volatility says. */
export function isSpecialFunction(name: string): boolean {
  return byName.has(name) || byPrefix.some(([prefix]) => name.startsWith(prefix));
}

/** Functions of dblink and postgres_fdw: they stand in whatever schema their extension was made in. */
export function reachesOut(name: string, extension: string | null | undefined): boolean {
  return extension === 'dblink' || extension === 'postgres_fdw' || name.startsWith('dblink');
}

/** Extensions whose immutable and stable functions only compute. */
export const harmlessExtensions: ReadonlySet<string> = new Set([
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'seg',
  'unaccent',
  'uuid-ossp',
  'vector',
]);

/** Volatile functions of these extensions that change nothing: they make ids and salts. */
export const harmlessExtensionFunctions: ReadonlySet<string> = new Set([
  'gen_random_bytes',
  'gen_random_uuid',
  'gen_salt',
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
]);
