import type { Action } from './model.ts';

/**
 * Every verb that facts may name, under the one action that a grant must allow for it. This table is
 * the only place: the Cedar schema is made from it, and a member that is not here is denied.
 * Another wire adds its own block; names are unique over all wires.
 */
const sql = {
  read: ['select', 'copy_to', 'lock_rows', 'listen'],
  write: [
    'insert',
    'update',
    'delete',
    'merge',
    'copy_from',
    'truncate',
    'lock_table',
    /** nextval: what an insert takes a key from. */
    'next_value',
    /** setval: it changes what inserts will take. */
    'set_sequence',
    'notify',
    'write_large_object',
  ],
  schema: [
    'create_schema',
    'alter_schema',
    'drop_schema',
    'create_table',
    'create_temp_table',
    'alter_table',
    'drop_table',
    'drop_column',
    'create_view',
    'alter_view',
    'drop_view',
    'refresh_view',
    'create_index',
    'alter_index',
    'drop_index',
    'create_sequence',
    'alter_sequence',
    'drop_sequence',
    'create_function',
    'alter_function',
    'drop_function',
    'create_trigger',
    'drop_trigger',
    'create_type',
    'alter_type',
    'drop_type',
    /** Row security policies and rewrite rules. */
    'create_rule',
    'drop_rule',
    'comment',
    /** VACUUM, ANALYZE, REINDEX, CLUSTER. */
    'maintain',
    /** Every other CREATE, ALTER or DROP of something inside a schema. */
    'other_ddl',
  ],
  execute: ['call_function', 'call_procedure', 'do_block'],
  admin: [
    'grant_privilege',
    'revoke_privilege',
    'change_owner',
    'set_role',
    'set_session_authorization',
    'create_role',
    'alter_role',
    'drop_role',
    'create_database',
    'alter_database',
    'drop_database',
    'create_extension',
    'alter_extension',
    'drop_extension',
    'alter_system',
    'security_definer',
    'superuser_function',
    'replication',
    'event_trigger',
    'load_library',
    /** Every other statement that needs an administrator. */
    'other_admin',
  ],
  egress: ['copy_program', 'read_server_file', 'write_server_file', 'dblink', 'foreign_server'],
} as const satisfies Record<Action, readonly string[]>;

export type SqlMember = (typeof sql)[Action][number];

/** Members by wire and action. */
export const membersByWire: Readonly<Record<string, Readonly<Record<Action, readonly string[]>>>> = {
  postgres: sql,
};

const actionByMember = new Map<string, Action>();
for (const wire of Object.values(membersByWire)) {
  for (const [action, members] of Object.entries(wire) as [Action, readonly string[]][]) {
    for (const member of members) actionByMember.set(member, action);
  }
}

/** Every member with its action, sorted by name. */
export const memberTable: readonly (readonly [member: string, action: Action])[] = [...actionByMember].sort(
  ([a], [b]) => (a < b ? -1 : 1),
);

/** The action that a member stands under; null: nobody knows it, so it must be denied. */
export function actionOf(member: string): Action | null {
  return actionByMember.get(member) ?? null;
}
