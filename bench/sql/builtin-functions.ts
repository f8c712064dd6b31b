import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { isSpecialFunction } from '#lib/sql/builtin/special';

// Makes lib/sql/builtin/functions.json from the pg_proc of a fresh Postgres 18:
//   node bench/sql/builtin-functions.ts postgres://…

/** Volatile functions that change nothing, show nothing of others and end at once. */
const harmlessVolatile = new Set(
  `array_sample array_shuffle clock_timestamp current_query currval lastval gen_random_uuid uuidv4 uuidv7
   random random_normal setseed timeofday txid_status pg_xact_status pg_is_in_recovery
   pg_is_wal_replay_paused pg_get_wal_replay_pause_state pg_last_wal_receive_lsn pg_last_wal_replay_lsn
   pg_last_xact_replay_timestamp pg_current_wal_lsn pg_current_wal_insert_lsn pg_current_wal_flush_lsn
   pg_blocking_pids pg_safe_snapshot_blocking_pids pg_isolation_test_session_is_blocked pg_jit_available
   pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size pg_database_size
   pg_tablespace_size pg_partition_ancestors pg_partition_tree pg_collation_actual_version
   pg_database_collation_actual_version pg_lock_status pg_get_multixact_members pg_last_committed_xact
   pg_xact_commit_timestamp pg_xact_commit_timestamp_origin pg_notification_queue_usage
   pg_stat_get_io pg_stat_have_stats pg_sequence_last_value amvalidate pg_stat_clear_snapshot
   pg_get_wait_events pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system`.split(
    /\s+/,
  ),
);

const query = `
  SELECT p.proname AS name, l.lanname AS language, p.provolatile AS volatility, p.proretset AS set,
         t.typtype = 'p' AND t.typname LIKE ANY ('{trigger,event_trigger,%handler,internal}') AS handler,
         2281 = ANY (p.proargtypes::oid[]) AS internal,
         CASE WHEN p.proargmodes IS NOT NULL THEN ARRAY(
           SELECT p.proargnames[n] FROM generate_subscripts(p.proargmodes, 1) n
           WHERE p.proargmodes[n] IN ('o', 'b', 't') ORDER BY n) END AS columns
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang JOIN pg_type t ON t.oid = p.prorettype
  WHERE p.pronamespace = 'pg_catalog'::regnamespace ORDER BY 1`;

interface Row {
  name: string;
  language: string;
  volatility: string;
  set: boolean;
  handler: boolean;
  internal: boolean;
  columns: string[] | null;
}

const harmless = (row: Row): boolean => {
  if (isSpecialFunction(row.name) || row.language === 'c' || row.handler || row.internal) return false;
  return row.volatility !== 'v' || harmlessVolatile.has(row.name) || row.name.startsWith('pg_stat_get_xact_');
};

const client = new Client({ connectionString: process.argv[2] });
await client.connect();
const { rows } = await client.query<Row>(query);
await client.end();

const byName = Map.groupBy(rows, (row) => row.name);
const good: string[] = [];
const bad: string[] = [];
const volatile: string[] = [];
const columns: Record<string, string> = {};
for (const [name, overloads] of byName) {
  if (overloads.every((row) => row.internal || row.handler)) continue;
  const usable = overloads.filter((row) => !row.internal && !row.handler);
  (usable.every(harmless) ? good : bad).push(name);
  if (usable.some((row) => row.volatility === 'v')) volatile.push(name);
  const named = usable.find((row) => row.columns !== null && row.columns.length > 0);
  if (named?.columns && usable.every((row) => row.columns?.length === named.columns?.length)) {
    columns[name] = named.columns.join(' ');
  }
}
const file = fileURLToPath(new URL('../../lib/sql/builtin/functions.json', import.meta.url));
const text = { harmless: good.join(' '), others: bad.join(' '), volatile: volatile.join(' '), columns };
writeFileSync(file, `${JSON.stringify(text, null, 2)}\n`);
console.log(`${good.length} harmless, ${bad.length} others, ${Object.keys(columns).length} with columns`);
