import type { SqlMember } from '#lib/policies/members';

// What changing a setting means. Pinned ones change how a text is read or who acts; the gateway sets
// them at startup and refuses any other value, however it is set.

type Judgement = { readonly changesNames: boolean } & (
  | { readonly kind: 'ordinary' }
  | { readonly kind: 'administration' }
  | { readonly kind: 'role'; readonly member: SqlMember }
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string }
);

/** Pinned settings with the values that they may be set to, in lower case without `-` and `_`. */
const pinned: ReadonlyMap<string, readonly string[]> = new Map([
  ['standard_conforming_strings', ['on', 'true', 'yes', '1']],
  ['backslash_quote', ['safe_encoding', 'safeencoding']],
  ['client_encoding', ['utf8', 'unicode']],
  ['session_replication_role', ['origin']],
  ['row_security', ['on', 'true', 'yes', '1']],
  ['transform_null_equals', ['off', 'false', 'no', '0']],
]);

const ordinary: ReadonlySet<string> = new Set(
  `application_name array_nulls backend_flush_after bytea_output check_function_bodies client_min_messages
   commit_delay commit_siblings constraint_exclusion cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost
   cursor_tuple_fraction datestyle deadlock_timeout default_statistics_target default_table_access_method
   default_tablespace default_text_search_config default_toast_compression default_transaction_deferrable
   default_transaction_isolation default_transaction_read_only effective_cache_size
   effective_io_concurrency escape_string_warning exit_on_error extra_float_digits force_parallel_mode
   debug_parallel_query from_collapse_limit geqo geqo_effort geqo_generations geqo_pool_size
   geqo_seed geqo_selection_bias geqo_threshold gin_fuzzy_search_limit gin_pending_list_limit
   hash_mem_multiplier icu_validation_level idle_in_transaction_session_timeout idle_session_timeout
   intervalstyle jit jit_above_cost jit_inline_above_cost jit_optimize_above_cost join_collapse_limit
   lc_messages lc_monetary lc_numeric lc_time lock_timeout logical_decoding_work_mem
   maintenance_io_concurrency maintenance_work_mem max_parallel_maintenance_workers
   max_parallel_workers max_parallel_workers_per_gather max_stack_depth min_parallel_index_scan_size
   min_parallel_table_scan_size parallel_leader_participation parallel_setup_cost parallel_tuple_cost
   plan_cache_mode quote_all_identifiers random_page_cost recursive_worktable_factor seed seq_page_cost
   statement_timeout synchronous_commit temp_buffers timezone timezone_abbreviations
   transaction_deferrable transaction_isolation transaction_read_only transaction_timeout
   vacuum_cost_delay vacuum_cost_limit work_mem xmlbinary xmloption`.split(/\s+/),
);

/** Judges a change; `value` is null for DEFAULT and for what is no constant, `reset` tells the two apart. */
export function judgeSetting(name: string, value: string | null, reset: boolean): Judgement {
  const allowed = pinned.get(name);
  if (allowed !== undefined) {
    const given = value?.trim().toLowerCase().replaceAll('-', '') ?? null;
    if (reset || (given !== null && allowed.includes(given)))
      return { kind: 'ordinary', changesNames: false };
    return {
      kind: 'refused',
      changesNames: false,
      message: `the setting ${name} must stay at ${allowed[0]} in a session through the gateway`,
      hint: `Leave ${name} as it is: other values would let texts be read differently from how they were checked.`,
    };
  }
  if (name === 'role') return { kind: 'role', member: 'set_role', changesNames: true };
  if (name === 'session_authorization') {
    return { kind: 'role', member: 'set_session_authorization', changesNames: true };
  }
  if (name === 'search_path') return searchPath(value, reset);
  if (name.startsWith('countersign.')) return { kind: 'ordinary', changesNames: false };
  if (ordinary.has(name) || name.startsWith('enable_')) return { kind: 'ordinary', changesNames: false };
  return { kind: 'administration', changesNames: false };
}

function searchPath(value: string | null, reset: boolean): Judgement {
  if (reset || value !== null) return { kind: 'ordinary', changesNames: true };
  return {
    kind: 'refused',
    changesNames: true,
    message: 'search_path may only be set to constants',
    hint: 'Write the schemas out: SET search_path = schema_a, schema_b.',
  };
}
