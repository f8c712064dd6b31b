import type { PolicyFile } from './model.ts';

// The only access that no grant gives: what drivers and tools read of the catalog to work at all,
// and functions that are known harmless. Lists are allow-lists. What shows values or other agents'
// texts is not on them: pg_statistic, pg_stats, pg_stat_activity, pg_stat_statements, pg_authid,
// pg_shadow, pg_user_mapping, pg_subscription, pg_largeobject, pg_prepared_xacts, pg_cursors.

const catalog = `
  pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_cast pg_class
  pg_collation pg_constraint pg_conversion pg_database pg_db_role_setting pg_default_acl pg_depend pg_description
  pg_enum pg_event_trigger pg_extension pg_foreign_data_wrapper pg_foreign_server pg_foreign_table pg_index
  pg_inherits pg_init_privs pg_language pg_largeobject_metadata pg_namespace pg_opclass pg_operator pg_opfamily
  pg_parameter_acl pg_partitioned_table pg_policy pg_proc pg_publication pg_publication_namespace
  pg_publication_rel pg_range pg_rewrite pg_seclabel pg_sequence pg_shdepend pg_shdescription
  pg_statistic_ext pg_tablespace pg_transform pg_trigger pg_ts_config pg_ts_config_map pg_ts_dict
  pg_ts_parser pg_ts_template pg_type
  pg_available_extensions pg_available_extension_versions pg_indexes pg_matviews pg_policies
  pg_publication_tables pg_roles pg_rules pg_sequences pg_tables pg_timezone_abbrevs
  pg_timezone_names pg_user pg_group pg_views pg_settings
`;

const information = `
  administrable_role_authorizations applicable_roles attributes character_sets
  check_constraint_routine_usage check_constraints collation_character_set_applicability collations
  column_column_usage column_domain_usage column_privileges column_udt_usage columns
  constraint_column_usage constraint_table_usage data_type_privileges domain_constraints
  domain_udt_usage domains element_types enabled_roles information_schema_catalog_name
  key_column_usage parameters referential_constraints role_column_grants role_routine_grants
  role_table_grants role_udt_grants role_usage_grants routine_column_usage routine_privileges
  routine_routine_usage routine_sequence_usage routine_table_usage routines schemata sequences
  sql_features sql_implementation_info sql_parts sql_sizing table_constraints table_privileges
  tables transforms triggered_update_columns triggers udt_privileges usage_privileges
  user_defined_types view_column_usage view_routine_usage view_table_usage views
`;

const setOf = (names: string) =>
  `[${names
    .trim()
    .split(/\s+/)
    .map((name) => `"${name}"`)
    .join(', ')}]`;

export const builtinFile: PolicyFile = {
  name: 'built-in',
  text: `@id("builtin:catalog")
permit (principal, action == Action::"select", resource is Table)
when {
  (resource.schema == "pg_catalog" && ${setOf(catalog)}.contains(resource.name)) ||
  (resource.schema == "information_schema" && ${setOf(information)}.contains(resource.name))
};

@id("builtin:harmless-functions")
permit (principal, action == Action::"call_function", resource is Function)
when { resource.harmless };
`,
};
