// Catalog relations that hold values of tables, texts of other sessions, or secrets. Reading one sets
// the attribute `reads_statistics`; the built-in catalog policy leaves them out.
const leaking: ReadonlySet<string> = new Set([
  'pg_statistic',
  'pg_statistic_ext_data',
  'pg_stats',
  'pg_stats_ext',
  'pg_stats_ext_exprs',
  'pg_stat_activity',
  'pg_stat_statements',
  'pg_stat_progress_copy',
  'pg_prepared_statements',
  'pg_prepared_xacts',
  'pg_cursors',
  'pg_authid',
  'pg_shadow',
  'pg_user_mapping',
  'pg_user_mappings',
  'pg_subscription',
  'pg_largeobject',
  'pg_file_settings',
  'pg_hba_file_rules',
  'pg_ident_file_mappings',
  'pg_stat_replication',
  'pg_stat_wal_receiver',
  'pg_stat_subscription',
  'pg_replication_slots',
  'pg_backend_memory_contexts',
]);

/** pg_stat_statements is an extension's view: it may stand in any schema. */
export function leaksValues(schema: string, name: string): boolean {
  if (name === 'pg_stat_statements') return true;
  if (schema === 'pg_toast') return true;
  if (schema === 'information_schema') return name === 'user_mapping_options';
  return schema === 'pg_catalog' && leaking.has(name);
}
