import type { AlterTableStmt, Node, RenameStmt } from 'libpg-query';
import type { SqlMember } from '#lib/policies/members';
import type { CatalogRelation } from '../../model.ts';
import { goneRelation } from '../made.ts';
import { as, stringsOf } from '../nodes.ts';
import { changedRelation, type NamedRelation, resolveRelation } from '../relation.ts';
import type { StatementReaders, StatementResult } from '../statement.ts';
import type { Walk } from '../walk.ts';
import { functionOptions, readBare, readReferences } from './create.ts';
import {
  functionObjects,
  namesOf,
  noteAllColumns,
  noteColumns,
  relationNamed,
  resource,
  schemaOf,
  tableObject,
  tableScope,
} from './objects.ts';
import { readParts } from './parts.ts';

const done = (tag: string): StatementResult => ({ tag, columns: null });

const relationMembers: Readonly<Record<string, SqlMember>> = {
  OBJECT_TABLE: 'alter_table',
  OBJECT_FOREIGN_TABLE: 'alter_table',
  OBJECT_COLUMN: 'alter_table',
  OBJECT_TABCONSTRAINT: 'alter_table',
  OBJECT_TRIGGER: 'create_trigger',
  OBJECT_POLICY: 'create_rule',
  OBJECT_RULE: 'create_rule',
  OBJECT_VIEW: 'alter_view',
  OBJECT_MATVIEW: 'alter_view',
  OBJECT_INDEX: 'alter_index',
  OBJECT_SEQUENCE: 'alter_sequence',
  OBJECT_TYPE: 'alter_type',
  OBJECT_ATTRIBUTE: 'alter_type',
};

const otherMembers: Readonly<Record<string, SqlMember>> = {
  OBJECT_TYPE: 'alter_type',
  OBJECT_DOMAIN: 'alter_type',
  OBJECT_DOMCONSTRAINT: 'alter_type',
  OBJECT_SCHEMA: 'alter_schema',
  OBJECT_DATABASE: 'alter_database',
  OBJECT_ROLE: 'alter_role',
  OBJECT_EXTENSION: 'alter_extension',
  OBJECT_FOREIGN_SERVER: 'foreign_server',
  OBJECT_FDW: 'foreign_server',
  OBJECT_PUBLICATION: 'replication',
  OBJECT_SUBSCRIPTION: 'replication',
  OBJECT_EVENT_TRIGGER: 'event_trigger',
  OBJECT_LANGUAGE: 'other_admin',
  OBJECT_TABLESPACE: 'other_admin',
};

const functionKinds = new Set(['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE']);

/** ALTER of tables and what belongs to them, renames, moves, owners. */
export const alterStatements: StatementReaders = {
  AlterTableStmt: alterTable,
  RenameStmt: renameStatement,
  AlterObjectSchemaStmt: (body, walk) => {
    alterObject(walk, body.objectType ?? '', body.relation && [body.relation], body.object, 'SET SCHEMA');
    const schema = walk.statement.names.assumedSchema(body.newschema ?? null);
    walk.statement.out.request('alter_schema', { kind: 'schema', schema });
    return done(`ALTER ${word(body.objectType)}`);
  },
  AlterOwnerStmt: (body, walk) => {
    alterObject(
      walk,
      body.objectType ?? '',
      body.relation && [body.relation],
      body.object,
      null,
      'change_owner',
    );
    return done(`ALTER ${word(body.objectType)}`);
  },
  AlterObjectDependsStmt: (body, walk) => {
    alterObject(walk, body.objectType ?? '', body.relation && [body.relation], body.object, null);
    return done(`ALTER ${word(body.objectType)}`);
  },
  AlterFunctionStmt: (body, walk) => {
    for (const object of functionObjects(walk.statement, stringsOf(body.func?.objname))) {
      walk.statement.out.request('alter_function', object);
      functionOptions(walk, body.actions, object);
    }
    walk.statement.out.changesNames = true;
    return done('ALTER FUNCTION');
  },
  AlterSeqStmt: (body, walk) => {
    const named = resolveRelation(walk.statement, body.sequence ?? {});
    walk.statement.out.request('alter_sequence', tableObject(named));
    return done('ALTER SEQUENCE');
  },
  AlterPolicyStmt: (body, walk) => {
    const named = resolveRelation(walk.statement, body.table ?? {});
    walk.statement.out.request('create_rule', tableObject(named));
    readParts(tableScope(walk, named), [body.qual, body.with_check], 'ALTER POLICY');
    walk.statement.out.changesNames = true;
    return done('ALTER POLICY');
  },
  AlterDomainStmt: (body, walk) => inSchema(walk, 'ALTER DOMAIN', 'alter_type', body.typeName, body.def),
  AlterEnumStmt: (body, walk) => inSchema(walk, 'ALTER TYPE', 'alter_type', body.typeName),
  AlterTypeStmt: (body, walk) => inSchema(walk, 'ALTER TYPE', 'alter_type', body.typeName),
  AlterCollationStmt: (body, walk) => inSchema(walk, 'ALTER COLLATION', 'other_ddl', body.collname),
  AlterStatsStmt: (body, walk) => inSchema(walk, 'ALTER STATISTICS', 'other_ddl', body.defnames),
  AlterOperatorStmt: (body, walk) => inSchema(walk, 'ALTER OPERATOR', 'other_ddl', body.opername?.objname),
  AlterOpFamilyStmt: (body, walk) => inSchema(walk, 'ALTER OPERATOR FAMILY', 'other_ddl', body.opfamilyname),
  AlterTSDictionaryStmt: (body, walk) =>
    inSchema(walk, 'ALTER TEXT SEARCH DICTIONARY', 'other_ddl', body.dictname),
  AlterTSConfigurationStmt: (body, walk) =>
    inSchema(walk, 'ALTER TEXT SEARCH CONFIGURATION', 'other_ddl', body.cfgname),
  RefreshMatViewStmt: (body, walk) => {
    const named = resolveRelation(walk.statement, body.relation ?? {});
    walk.statement.out.request('refresh_view', tableObject(named));
    return done('REFRESH MATERIALIZED VIEW');
  },
};

function inSchema(
  walk: Walk,
  tag: string,
  member: SqlMember,
  names: readonly Node[] | undefined,
  parts?: Node,
): StatementResult {
  walk.statement.out.request(member, schemaOf(walk.statement, stringsOf(names)));
  readBare(walk, parts, tag);
  walk.statement.out.changesNames = true;
  return done(tag);
}

const word = (objectType: string | undefined) =>
  (objectType ?? '').replace('OBJECT_', '').replaceAll('_', ' ');

/** What each part of ALTER TABLE asks for beside changing the table. */
const commandMembers: Readonly<Record<string, SqlMember>> = {
  AT_DropColumn: 'drop_column',
  AT_ChangeOwner: 'change_owner',
  AT_DisableTrig: 'drop_trigger',
  AT_DisableTrigAll: 'drop_trigger',
  AT_DisableTrigUser: 'drop_trigger',
  AT_DisableRule: 'drop_rule',
  AT_DisableRowSecurity: 'drop_rule',
  AT_NoForceRowSecurity: 'drop_rule',
  AT_EnableReplicaTrig: 'drop_trigger',
  AT_EnableReplicaRule: 'drop_rule',
};

function alterTable(body: AlterTableStmt, walk: Walk): StatementResult {
  const { out } = walk.statement;
  const named = resolveRelation(walk.statement, body.relation ?? {});
  const member = relationMembers[body.objtype ?? 'OBJECT_TABLE'] ?? 'alter_table';
  const commands = (body.cmds ?? []).flatMap((node) => as(node, 'AlterTableCmd') ?? []);
  for (const { def } of commands.filter(({ subtype }) => subtype === 'AT_AddColumn'))
    addColumn(walk, named, def);
  const made = walk.statement.names.relationIn(named.schema, named.name);
  const inner = tableScope(walk, { ...named, relation: made ?? named.relation });
  for (const command of commands) {
    const more = commandMembers[command.subtype ?? ''];
    out.request(more === 'change_owner' ? more : member, tableObject(named));
    if (more !== undefined) out.request(more, tableObject(named));
    if (command.behavior === 'DROP_CASCADE') {
      out.mark('cascade', true);
      walk.statement.names.overlay.removed = true;
    }
    readCommand(walk, named, command.subtype ?? '', command.def);
    const bound = as(command.def, 'PartitionCmd')?.bound;
    if (bound === undefined) readParts(inner, command.def, `ALTER TABLE ${named.name}`);
    else readBare(walk, bound, 'FOR VALUES');
    readReferences(walk, [command.def]);
    noteKeys(walk, named, command.def);
    if (command.subtype === 'AT_AlterColumnType') {
      noteColumns(walk, named, [command.name], 'compute', 'ALTER COLUMN … TYPE');
    }
    if (command.subtype === 'AT_DropColumn') {
      changedColumns(walk, named, (columns) => columns.filter(({ name }) => name !== command.name));
    }
  }
  out.changesNames = true;
  return done(`ALTER ${word(body.objtype ?? 'OBJECT_TABLE')}`);
}

function readCommand(walk: Walk, named: NamedRelation, subtype: string, def: Node | undefined): void {
  const range = as(def, 'RangeVar') ?? as(def, 'PartitionCmd')?.name;
  if (range === undefined) return;
  const other = resolveRelation(walk.statement, range);
  walk.statement.out.request('alter_table', tableObject(other));
  // A part that leaves its table keeps its rows but loses the table's masks.
  if (subtype.startsWith('AT_DetachPartition')) noteAllColumns(walk, other, 'DETACH PARTITION');
  if (subtype === 'AT_DropInherit') noteAllColumns(walk, named, 'NO INHERIT');
  // Rows that another table shows from now on, under its own name.
  if (subtype === 'AT_AttachPartition') noteAllColumns(walk, other, 'ATTACH PARTITION');
  if (subtype === 'AT_AddInherit') noteAllColumns(walk, named, 'INHERIT');
}

/** A key tells whether values are there, or there twice. */
function noteKeys(walk: Walk, named: NamedRelation, def: Node | undefined): void {
  const constraint = as(def, 'Constraint');
  if (constraint === null) return;
  const excluded = (constraint.exclusions ?? []).flatMap((pair) => as(pair, 'List')?.items ?? []);
  const names = [
    ...(stringsOf(constraint.keys) ?? []),
    ...(stringsOf(constraint.fk_attrs) ?? []),
    ...excluded.map((node) => as(node, 'IndexElem')?.name),
  ];
  noteColumns(walk, named, names, 'compute', 'a key');
}

/** The rest of the statement, and of the message, sees the table as it is then. */
function changedColumns(
  walk: Walk,
  named: NamedRelation,
  change: (columns: CatalogRelation['columns']) => CatalogRelation['columns'],
): void {
  const { overlay } = walk.statement.names;
  const key = `${named.schema}\0${named.name}`;
  const relation = overlay.relations.get(key) ?? named.relation;
  if (relation === null) return;
  overlay.relations.set(key, changedRelation(relation, { columns: change(relation.columns) }));
}

function addColumn(walk: Walk, named: NamedRelation, def: Node | undefined): void {
  const name = as(def, 'ColumnDef')?.colname;
  if (name === undefined) return;
  changedColumns(walk, named, (columns) =>
    columns.some((column) => column.name === name)
      ? columns
      : [...columns, { name, number: columns.length + 1, typeOid: 0 }],
  );
}

function renameStatement(body: RenameStmt, walk: Walk): StatementResult {
  const type = body.renameType ?? '';
  const tag = `ALTER ${word(type === 'OBJECT_COLUMN' ? body.relationType : type)}`;
  const { statement } = walk;
  const renamesRelation = ['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE', 'OBJECT_MATVIEW', 'OBJECT_VIEW'].includes(
    type,
  );
  if (type === 'OBJECT_COLUMN' && body.relation !== undefined) {
    const named = resolveRelation(statement, body.relation);
    statement.out.request(relationMembers[body.relationType ?? ''] ?? 'alter_table', tableObject(named));
    const refs = tableScope(walk, named).scope?.items[0]?.columns.named.find(
      ({ name }) => name === body.subname,
    );
    statement.out.use(refs?.value.refs ?? [], 'moved', 'RENAME COLUMN');
    renameColumn(walk, named, body.subname ?? '', body.newname ?? '');
  } else if (renamesRelation && body.relation !== undefined) {
    const named = resolveRelation(statement, body.relation);
    statement.out.request(relationMembers[type] ?? 'alter_table', tableObject(named));
    noteAllColumns(walk, named, 'RENAME');
    goneRelation(statement, named.schema, named.name);
    if (named.relation !== null) {
      const moved = changedRelation(named.relation, { name: body.newname ?? '' });
      statement.names.overlay.relations.set(`${named.schema}\0${moved.name}`, moved);
    }
  } else {
    alterObject(walk, type, body.relation && [body.relation], body.object, 'RENAME', undefined, body.subname);
  }
  statement.out.changesNames = true;
  return done(tag);
}

function renameColumn(walk: Walk, named: NamedRelation, from: string, to: string): void {
  if (named.relation === null) return;
  const columns = named.relation.columns.map((column) =>
    column.name === from ? { ...column, name: to } : column,
  );
  const { overlay } = walk.statement.names;
  overlay.relations.set(`${named.schema}\0${named.name}`, changedRelation(named.relation, { columns }));
}

/** An object of any kind is changed; `phrase`: it gets another name or place, which masks don't follow. */
function alterObject(
  walk: Walk,
  type: string,
  relations: readonly Parameters<typeof resolveRelation>[1][] | undefined,
  object: Node | undefined,
  phrase: string | null,
  instead?: SqlMember,
  subname?: string,
): void {
  const { statement } = walk;
  const { out } = statement;
  out.changesNames = true;
  for (const range of relations ?? []) {
    const named = resolveRelation(statement, range);
    out.request(instead ?? relationMembers[type] ?? 'alter_table', tableObject(named));
    const holdsRows = ['OBJECT_TABLE', 'OBJECT_FOREIGN_TABLE', 'OBJECT_MATVIEW', 'OBJECT_VIEW'].includes(
      type,
    );
    if (phrase === null || !holdsRows) continue;
    noteAllColumns(walk, named, phrase);
    goneRelation(statement, named.schema, named.name);
  }
  if (relations !== undefined) return;
  const names = namesOf(object);
  if (functionKinds.has(type)) {
    for (const target of functionObjects(statement, names)) out.request(instead ?? 'alter_function', target);
    return;
  }
  const member = instead ?? otherMembers[type] ?? 'other_ddl';
  if (type === 'OBJECT_SCHEMA') {
    const schema = subname ?? names?.[0] ?? '';
    out.request(member, { kind: 'schema', schema });
    walk.statement.names.overlay.removed = true;
    if (phrase !== null) noteSchema(walk, schema, phrase);
    return;
  }
  const global = otherMembers[type] !== undefined && otherMembers[type] !== 'alter_type';
  out.request(member, global ? resource : schemaOf(statement, names));
}

/** All tables of a schema get another full name. */
function noteSchema(walk: Walk, schema: string, phrase: string): void {
  const { catalog } = walk.statement.names;
  const relations = catalog.relationsIn?.(schema);
  if (relations === undefined) walk.statement.out.notResolved('schema', schema);
  for (const relation of relations ?? []) {
    noteAllColumns(
      walk,
      relationNamed(walk.statement, [schema, relation.name]),
      `${phrase} of schema ${schema}`,
    );
  }
}
