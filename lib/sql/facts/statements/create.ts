import type { CreateFunctionStmt, CreateStmt, Node, RangeVar, RuleStmt, ViewStmt } from 'libpg-query';
import type { SqlMember } from '#lib/policies/members';
import type { CatalogRelation } from '../../model.ts';
import { judgeSetting } from '../../settings.ts';
import { mentionFunction } from '../call.ts';
import { creationSchema, newRelation } from '../made.ts';
import { Names, ownTemporary } from '../names.ts';
import { as, kindOf, optionText, stringsOf } from '../nodes.ts';
import { queryColumns } from '../query.ts';
import { madeView, type NamedRelation, requestRead, resolveRelation } from '../relation.ts';
import type { Item } from '../scope.ts';
import { settingText } from '../setting.ts';
import { readStatement, type StatementReaders, type StatementResult } from '../statement.ts';
import { type Columns, noColumns, plain, unknownColumns, wholeOf } from '../value.ts';
import type { Walk } from '../walk.ts';
import {
  type functionObjects,
  noteAllColumns,
  noteColumns,
  resource,
  schemaOf,
  tableObject,
  tableScope,
} from './objects.ts';
import { readParts } from './parts.ts';

const done = (tag: string): StatementResult => ({ tag, columns: null });

function simple<Body>(tag: string, member: SqlMember, names: (body: Body) => readonly Node[] | undefined) {
  return (body: Body, walk: Walk): StatementResult => {
    const { out } = walk.statement;
    out.request(member, schemaOf(walk.statement, stringsOf(names(body))));
    readBare(walk, body, tag);
    out.changesNames = true;
    return done(tag);
  };
}

/** CREATE of what stands in a schema. */
export const createStatements: StatementReaders = {
  CreateStmt: (body, walk) => {
    createTable(walk, body, 'r');
    return done('CREATE TABLE');
  },
  CreateForeignTableStmt: (body, walk) => {
    walk.statement.out.request('foreign_server', resource);
    if (body.base !== undefined) createTable(walk, body.base, 'f');
    return done('CREATE FOREIGN TABLE');
  },
  CreateSchemaStmt: (body, walk) => {
    const { statement } = walk;
    const schema = body.schemaname ?? body.authrole?.rolename ?? statement.session.role;
    statement.out.request('create_schema', { kind: 'schema', schema });
    statement.out.changesNames = true;
    statement.names.overlay.schemas.add(schema);
    const session = { ...statement.session, searchPath: [schema, ...statement.session.searchPath] };
    const names = new Names(statement.names.catalog, session, statement.names.overlay);
    const inner: Walk = { ...walk, statement: { ...statement, session, names } };
    for (const element of inOrder(body.schemaElts ?? [])) readStatement(inner, element);
    return done('CREATE SCHEMA');
  },
  ViewStmt: viewStatement,
  RuleStmt: ruleStatement,
  IndexStmt: (body, walk) => {
    const named = resolveRelation(walk.statement, body.relation ?? {});
    walk.statement.out.request('create_index', tableObject(named));
    readParts(tableScope(walk, named), [body.indexParams, body.whereClause, body.options], 'CREATE INDEX');
    const elements = [...(body.indexParams ?? []), ...(body.indexIncludingParams ?? [])];
    const listed = elements.map((node) => as(node, 'IndexElem')?.name);
    // A unique one tells equal values apart, and rows may come in the order of any.
    noteColumns(walk, named, listed, body.unique ? 'compute' : 'shown', 'CREATE INDEX');
    walk.statement.out.changesNames = true;
    return done('CREATE INDEX');
  },
  CreateStatsStmt: (body, walk) => {
    for (const node of body.relations ?? []) {
      const named = resolveRelation(walk.statement, as(node, 'RangeVar') ?? {});
      walk.statement.out.request('other_ddl', tableObject(named));
      readParts(tableScope(walk, named), body.exprs, 'CREATE STATISTICS');
    }
    return done('CREATE STATISTICS');
  },
  CreateSeqStmt: (body, walk) => {
    newRelation(walk.statement, body.sequence ?? {}, 'S', {
      columns: ['last_value', 'log_cnt', 'is_called'],
    });
    return done('CREATE SEQUENCE');
  },
  CreateFunctionStmt: functionStatement,
  CreateTrigStmt: (body, walk) => {
    const named = resolveRelation(walk.statement, body.relation ?? {});
    const { out } = walk.statement;
    out.request('create_trigger', tableObject(named));
    mentionFunction(walk, body.funcname);
    readParts(withOldAndNew(tableScope(walk, named)), body.whenClause, 'CREATE TRIGGER … WHEN');
    out.changesNames = true;
    return done('CREATE TRIGGER');
  },
  CreatePolicyStmt: (body, walk) => {
    const named = resolveRelation(walk.statement, body.table ?? {});
    walk.statement.out.request('create_rule', tableObject(named));
    readParts(tableScope(walk, named), [body.qual, body.with_check], 'CREATE POLICY');
    walk.statement.out.changesNames = true;
    return done('CREATE POLICY');
  },
  CreateDomainStmt: simple('CREATE DOMAIN', 'create_type', (body) => body.domainname),
  CreateEnumStmt: simple('CREATE TYPE', 'create_type', (body) => body.typeName),
  CreateRangeStmt: simple('CREATE TYPE', 'create_type', (body) => body.typeName),
  CompositeTypeStmt: (body, walk) => {
    const { out } = walk.statement;
    const schema = creationSchema(walk.statement, body.typevar ?? {});
    out.request('create_type', { kind: 'schema', schema });
    readParts(walk, body.coldeflist, 'CREATE TYPE');
    out.changesNames = true;
    return done('CREATE TYPE');
  },
  DefineStmt: (body, walk) => {
    const tag = `CREATE ${(body.kind ?? '').replace('OBJECT_', '').replaceAll('_', ' ')}`;
    const member = body.kind === 'OBJECT_TYPE' ? 'create_type' : 'other_ddl';
    walk.statement.out.request(member, schemaOf(walk.statement, stringsOf(body.defnames)));
    for (const node of body.definition ?? []) {
      const option = as(node, 'DefElem');
      const names = stringsOf(as(option?.arg, 'TypeName')?.names);
      if (names !== null) noteUserFunctions(walk, names);
    }
    walk.statement.out.changesNames = true;
    return done(tag);
  },
  CreateCastStmt: (body, walk) => {
    walk.statement.out.request('other_ddl', resource);
    noteUserFunctions(walk, stringsOf(body.func?.objname) ?? []);
    walk.statement.out.changesNames = true;
    return done('CREATE CAST');
  },
  CreateConversionStmt: simple('CREATE CONVERSION', 'other_ddl', (body) => body.conversion_name),
  CreateOpClassStmt: simple('CREATE OPERATOR CLASS', 'other_ddl', (body) => body.opclassname),
  CreateOpFamilyStmt: simple('CREATE OPERATOR FAMILY', 'other_ddl', (body) => body.opfamilyname),
};

const schemaElements = [
  'CreateSeqStmt',
  'CreateStmt',
  'ViewStmt',
  'IndexStmt',
  'CreateTrigStmt',
  'GrantStmt',
];

/** CREATE SCHEMA makes its elements in this order, however they are written. */
function inOrder(elements: readonly Node[]): readonly Node[] {
  return [...elements].sort((a, b) => schemaElements.indexOf(kindOf(a)) - schemaElements.indexOf(kindOf(b)));
}

/** Functions that a definition puts behind something else, as far as they are the target's own. */
function noteUserFunctions(walk: Walk, names: readonly string[]): void {
  const [name, schema] = [...names].reverse();
  if (name === undefined) return;
  if (walk.statement.names.functions(schema ?? null, name).length === 0) return;
  mentionFunction(
    walk,
    names.map((sval) => ({ String: { sval } })),
  );
}

function createTable(walk: Walk, body: CreateStmt, kind: 'r' | 'f'): void {
  const { statement } = walk;
  const columns: string[] = [];
  let known = body.ofTypename === undefined;
  const parents: number[] = [];
  for (const node of body.inhRelations ?? []) {
    const parent = resolveRelation(statement, as(node, 'RangeVar') ?? {});
    statement.out.request('alter_table', tableObject(parent));
    if (parent.relation === null) known = false;
    else {
      parents.push(parent.relation.oid);
      columns.push(...parent.relation.columns.map((column) => column.name));
    }
  }
  for (const node of body.tableElts ?? []) {
    const column = as(node, 'ColumnDef')?.colname;
    if (column !== undefined && !columns.includes(column)) columns.push(column);
    const like = as(node, 'TableLikeClause')?.relation;
    if (like !== undefined) known = copyColumns(walk, like, columns) && known;
  }
  const relation = newRelation(statement, body.relation ?? {}, kind, {
    columns: known ? columns : null,
    parents,
  });
  const named = { schema: relation.schema, name: relation.name, relation };
  const parts = [body.tableElts, body.constraints, body.partspec, body.options];
  readParts(tableScope(walk, named), parts, 'CREATE TABLE');
  readBare(walk, body.partbound, 'FOR VALUES');
  readReferences(walk, [body.tableElts, body.constraints]);
}

/** Where a bare name is no column: MINVALUE in a partition's bound, VALUE in a domain's check. */
export function readBare(walk: Walk, parts: unknown, phrase: string): void {
  const columns = { named: [], open: plain };
  const item: Item = { alias: '', schema: null, columns, open: true, named: false, system: false };
  readParts({ ...walk, scope: { items: [item], parent: null } }, parts, phrase);
}

function copyColumns(walk: Walk, range: RangeVar, columns: string[]): boolean {
  const source = resolveRelation(walk.statement, range);
  requestRead(walk.statement, source);
  if (source.relation === null) return false;
  columns.push(...source.relation.columns.map((column) => column.name));
  return true;
}

/** A foreign key changes the table that it refers to, and tells which values are there. */
export function readReferences(walk: Walk, parts: unknown): void {
  if (Array.isArray(parts)) {
    for (const part of parts) readReferences(walk, part);
    return;
  }
  const column = as(parts as Node | undefined, 'ColumnDef');
  if (column !== null) readReferences(walk, column.constraints ?? []);
  const constraint = as(parts as Node | undefined, 'Constraint');
  if (constraint?.pktable === undefined) return;
  const named = resolveRelation(walk.statement, constraint.pktable);
  walk.statement.out.request('alter_table', tableObject(named));
  const names = stringsOf(constraint.pk_attrs) ?? [];
  for (const name of names) {
    const refs = [{ schema: named.schema, table: named.name, column: name }];
    walk.statement.out.use(refs, 'compute', 'FOREIGN KEY … REFERENCES');
  }
  if (names.length === 0) noteAllColumns(walk, named, 'FOREIGN KEY … REFERENCES', 'compute');
}

function viewStatement(body: ViewStmt, walk: Walk): StatementResult {
  const { statement } = walk;
  const query = body.query;
  const columns = query === undefined ? unknownColumns : queryColumns(walk, query);
  const aliases = stringsOf(body.aliases) ?? [];
  const names = columns.named.map((column, index) => aliases[index] ?? column.name);
  if (creationSchema(statement, body.view ?? {}) !== ownTemporary) {
    statement.out.use(wholeOf(columns).refs, 'shown', 'CREATE VIEW');
  }
  const view = newRelation(statement, body.view ?? {}, 'v', {
    columns: columns.open === null ? names : null,
    replaces: body.replace ?? false,
  });
  if (view.fresh) madeView(view, columns, statement);
  return done('CREATE VIEW');
}

function ruleStatement(body: RuleStmt, walk: Walk): StatementResult {
  const named = resolveRelation(walk.statement, body.relation ?? {});
  walk.statement.out.request('create_rule', tableObject(named));
  const inner = withOldAndNew(tableScope(walk, named));
  readParts(inner, body.whereClause, 'CREATE RULE … WHERE');
  for (const action of body.actions ?? []) {
    const shown = readStatement(inner, action)?.columns ?? noColumns;
    if (body.event === 'CMD_SELECT') redefine(walk, named, shown);
    if (named.schema !== ownTemporary) walk.statement.out.use(wholeOf(shown).refs, 'shown', 'CREATE RULE');
  }
  walk.statement.out.changesNames = true;
  return done('CREATE RULE');
}

/** A rule ON SELECT is what a view shows: later statements of the message read by it. */
function redefine({ statement }: Walk, named: NamedRelation, columns: Columns): void {
  if (named.relation === null) return;
  const view: CatalogRelation = { ...named.relation, kind: 'v', fresh: true };
  madeView(view, columns, statement);
  statement.names.overlay.relations.set(`${named.schema}\0${named.name}`, view);
}

/** `old` and `new` mean the row in triggers and rules. */
function withOldAndNew(walk: Walk): Walk {
  const items = walk.scope?.items ?? [];
  const versions = items.flatMap((item): Item[] =>
    ['old', 'new'].map((alias) => ({ ...item, alias, schema: null, open: false })),
  );
  return { ...walk, scope: { items: [...items, ...versions], parent: null } };
}

function functionStatement(body: CreateFunctionStmt, walk: Walk): StatementResult {
  const { statement } = walk;
  const names = stringsOf(body.funcname) ?? [];
  const [name = '', schemaName] = [...names].reverse();
  const schema = statement.names.assumedSchema(schemaName ?? null);
  const object = { kind: 'function', schema, name } as const;
  statement.out.request('create_function', object);
  statement.out.changesNames = true;
  readParts(walk, body.parameters, 'a default');
  const language = functionOptions(walk, body.options, object);
  const parameters = (body.parameters ?? []).flatMap((node) => as(node, 'FunctionParameter') ?? []);
  const inputs = parameters.filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE');
  const key = `${schema}\0${name}`;
  const made = statement.names.overlay.functions.get(key) ?? [];
  statement.names.overlay.functions.set(key, [
    ...made,
    {
      oid: 0,
      schema,
      name,
      argumentCount: inputs.length,
      defaultCount: inputs.length,
      variadic: true,
      volatility: 'volatile',
      language,
      owner: statement.session.role,
      securityDefiner: false,
      returnsSet: body.returnType?.setof ?? false,
      body: null,
    },
  ]);
  return done(body.is_procedure ? 'CREATE PROCEDURE' : 'CREATE FUNCTION');
}

/** What a function's options ask for; gives its language. */
export function functionOptions(
  walk: Walk,
  options: readonly Node[] | undefined,
  object: ReturnType<typeof functionObjects>[number],
): string {
  const { out } = walk.statement;
  let language = 'sql';
  for (const node of options ?? []) {
    const option = as(node, 'DefElem');
    if (option?.defname === 'language') language = optionText(option.arg)?.toLowerCase() ?? 'unknown';
    if (option?.defname === 'security' && optionText(option.arg) === 'true')
      out.request('security_definer', object);
    if (option?.defname === 'support') mentionFunction(walk, option.arg);
    const set = option?.defname === 'set' ? as(option.arg, 'VariableSetStmt') : null;
    if (set?.name !== undefined) {
      refusePinned(walk, set.name, settingText(set.args, set.name), set.kind === 'VAR_SET_CURRENT');
    }
  }
  if (['c', 'internal'].includes(language)) out.request('load_library', resource);
  if (language !== 'sql') out.mark('opaque', true);
  return language;
}

/** Settings that come with a function, role or database: pinned ones and roles are refused. */
export function refusePinned(walk: Walk, name: string, value: string | null, reset: boolean): void {
  const lower = name.toLowerCase();
  const judged = judgeSetting(lower, value, reset);
  const { out } = walk.statement;
  if (judged.kind === 'refused') {
    out.mark('changes_pinned', true);
    out.refuse(judged.message, judged.hint);
  }
  if (judged.kind === 'role') {
    out.mark('changes_pinned', true);
    out.refuse(`the setting ${lower} may not be attached to a function, role or database`, null);
  }
}
