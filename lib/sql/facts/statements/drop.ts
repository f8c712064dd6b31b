import type { Node } from 'libpg-query';
import type { SqlMember } from '#lib/policies/members';
import { goneRelation } from '../made.ts';
import type { StatementReaders } from '../statement.ts';
import type { Walk } from '../walk.ts';
import { functionObjects, namesOf, relationNamed, resource, schemaOf, tableObject } from './objects.ts';

const relations: Readonly<Record<string, SqlMember>> = {
  OBJECT_TABLE: 'drop_table',
  OBJECT_FOREIGN_TABLE: 'drop_table',
  OBJECT_VIEW: 'drop_view',
  OBJECT_MATVIEW: 'drop_view',
  OBJECT_SEQUENCE: 'drop_sequence',
  OBJECT_INDEX: 'drop_index',
};

/** Named after the table that they stand on. */
const onTables: Readonly<Record<string, SqlMember>> = {
  OBJECT_TRIGGER: 'drop_trigger',
  OBJECT_RULE: 'drop_rule',
  OBJECT_POLICY: 'drop_rule',
};

const functions = new Set(['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE']);

const global: Readonly<Record<string, SqlMember>> = {
  OBJECT_EXTENSION: 'drop_extension',
  OBJECT_FOREIGN_SERVER: 'foreign_server',
  OBJECT_FDW: 'foreign_server',
  OBJECT_PUBLICATION: 'replication',
  OBJECT_EVENT_TRIGGER: 'event_trigger',
  OBJECT_LANGUAGE: 'other_admin',
  OBJECT_ACCESS_METHOD: 'other_admin',
  OBJECT_CAST: 'other_ddl',
  OBJECT_TRANSFORM: 'other_ddl',
};

export const dropStatements: StatementReaders = {
  DropStmt: (body, walk) => {
    const type = body.removeType ?? '';
    for (const node of body.objects ?? []) dropOne(walk, type, node);
    const sweeping = ['OBJECT_SCHEMA', 'OBJECT_EXTENSION'].includes(type);
    if (sweeping || body.behavior === 'DROP_CASCADE') walk.statement.names.overlay.removed = true;
    if (body.behavior === 'DROP_CASCADE') {
      walk.statement.out.mark('cascade', true);
      walk.statement.out.sets('drops everything that depends on it (CASCADE)');
    }
    walk.statement.out.changesNames = true;
    return { tag: `DROP ${type.replace('OBJECT_', '').replaceAll('_', ' ')}`, columns: null };
  },
};

function dropOne(walk: Walk, type: string, node: Node): void {
  const { statement } = walk;
  const { out } = statement;
  const names = namesOf(node);
  const relation = relations[type];
  const onTable = onTables[type];
  if (names === null) out.request(global[type] ?? 'other_ddl', resource);
  else if (relation !== undefined) {
    const named = relationNamed(statement, names);
    out.request(relation, tableObject(named));
    goneRelation(statement, named.schema, named.name);
  } else if (onTable !== undefined) {
    out.request(onTable, tableObject(relationNamed(statement, names.slice(0, -1))));
  } else if (functions.has(type)) {
    for (const object of functionObjects(statement, names)) out.request('drop_function', object);
  } else if (type === 'OBJECT_SCHEMA') out.request('drop_schema', { kind: 'schema', schema: names[0] ?? '' });
  else if (type === 'OBJECT_TYPE' || type === 'OBJECT_DOMAIN') {
    out.request('drop_type', schemaOf(statement, names));
  } else if (global[type] !== undefined) out.request(global[type], resource);
  else out.request('other_ddl', schemaOf(statement, names));
}
