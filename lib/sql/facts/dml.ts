import type {
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  Node,
  RangeVar,
  ReturningClause,
  SelectStmt,
  UpdateStmt,
} from 'libpg-query';
import type { SqlMember } from '#lib/policies/members';
import type { ColumnRef } from '../model.ts';
import type { Condensed } from '../parser/condense.ts';
import { isConstantCondition, readCondition, readWhere } from './condition.ts';
import { withCtes } from './cte.ts';
import { readValue } from './expression.ts';
import { fromScope, relationItem } from './from.ts';
import { noteComparison, noteCondensed } from './literals.ts';
import { noteSetsOff } from './made.ts';
import { as, kindOf } from './nodes.ts';
import { queryColumns } from './query.ts';
import { type NamedRelation, relationColumns, resolveRelation, tablesBehind } from './relation.ts';
import type { Item, Scope } from './scope.ts';
import { targetColumns } from './target.ts';
import { type Columns, computedFrom, noColumns, plain, type Value, wholeOf } from './value.ts';
import { spend, type Walk, withScope } from './walk.ts';

/** A table that is written to. */
interface Target {
  readonly named: NamedRelation;
  readonly item: Item;
  readonly columns: Columns;
}

/** Notes the write, what it sets off, and gives the target's columns. A CTE's name is never a target. */
function writeTarget(walk: Walk, range: RangeVar | undefined, members: readonly SqlMember[]): Target {
  const named = resolveRelation(walk.statement, range ?? {});
  const { out } = walk.statement;
  for (const member of members)
    out.request(member, { kind: 'table', schema: named.schema, name: named.name });
  if (named.relation === null) out.notResolved('relation', `${named.schema}.${named.name}`);
  const events = members.includes('merge')
    ? ['INSERT', 'UPDATE', 'DELETE']
    : members.map((one) => one.toUpperCase());
  for (const event of events) noteSetsOff(walk.statement, named.relation, event);
  refuseSettings(walk, named);
  for (const table of tablesBehind(walk.statement, named.relation)) {
    refuseSettings(walk, table);
    for (const member of members)
      out.request(member, { kind: 'table', schema: table.schema, name: table.name });
    for (const event of events) noteSetsOff(walk.statement, table.relation, event);
  }
  for (const column of named.relation?.columns ?? []) {
    for (const called of column.defaultCalls ?? [])
      out.sets(`the default of ${column.name} calls ${called}()`);
  }
  return {
    named,
    item: relationItem(walk, named, range?.alias),
    columns: relationColumns(walk, named),
  };
}

/** Writing this view sets what its rows name, search_path among them, and no text tells which. */
function refuseSettings(walk: Walk, { schema, name }: Pick<NamedRelation, 'schema' | 'name'>): void {
  if (schema !== 'pg_catalog' || name !== 'pg_settings') return;
  const { out } = walk.statement;
  out.mark('changes_pinned', true);
  out.changesNames = true;
  out.refuse('settings are not changed by writing to pg_settings', 'Use SET name = value.');
}

/** PostgreSQL asks for SELECT too when a write looks at what is there. */
function alsoReads(walk: Walk, target: Target): void {
  const { schema, name } = target.named;
  walk.statement.out.request('select', { kind: 'table', schema, name });
}

/** Columns that are stored in, by name; a name that isn't known is noted. */
function storedIn(walk: Walk, target: Target, name: string): readonly ColumnRef[] {
  const found = target.columns.named.find((column) => column.name === name);
  if (found !== undefined) {
    if (found.value.direct) return found.value.refs;
    return [{ schema: target.named.schema, table: target.named.name, column: name }];
  }
  if (target.columns.open === null) walk.statement.out.notResolved('column', `${target.item.alias}.${name}`);
  return [{ schema: target.named.schema, table: target.named.name, column: name }];
}

/** A value is stored: a new one for the column, a use of whatever it is made of. */
function store(walk: Walk, columns: readonly ColumnRef[], value: Value, node: Node | undefined): void {
  const { out } = walk.statement;
  out.use(columns, 'written', 'a new value');
  const into = columns[0];
  out.use(
    value.refs,
    'compute',
    into === undefined ? 'a new value' : `a new value of ${into.table}.${into.column}`,
  );
  if (node !== undefined) noteComparison(walk, columns, [node]);
}

export function insertColumns(outer: Walk, insert: InsertStmt): Columns {
  const walk = withCtes(outer, insert.withClause);
  const conflict = insert.onConflictClause;
  const updates = conflict?.action === 'ONCONFLICT_UPDATE';
  const target = writeTarget(walk, insert.relation, updates ? ['insert', 'update'] : ['insert']);
  const listed = (insert.cols ?? []).flatMap((node) => as(node, 'ResTarget')?.name ?? []);
  const names = listed.length > 0 ? listed : target.columns.named.map((column) => column.name);
  const stored = names.map((name) => storedIn(walk, target, name));
  for (const column of insert.cols ?? []) readIndirection(walk, column);
  const source = insert.selectStmt === undefined ? noColumns : queryColumns(walk, insert.selectStmt);
  storeRows(walk, stored, source, insert.selectStmt);
  countRows(walk, insert);
  if (conflict !== undefined) {
    const excluded: Item = {
      alias: 'excluded',
      schema: null,
      columns: { named: excludedColumns(target, names, source), open: null },
      open: false,
      named: true,
      system: false,
    };
    readConflict(withScope(walk, { items: [target.item, excluded], parent: walk.scope }), target, conflict);
  }
  return returningColumns(walk, target, [target.item], insert.returningClause);
}

function storeRows(
  walk: Walk,
  stored: readonly (readonly ColumnRef[])[],
  source: Columns,
  node: Node | undefined,
): void {
  stored.forEach((columns, index) => {
    if (source.open === null && index >= source.named.length) return;
    store(walk, columns, source.named[index]?.value ?? source.open ?? plain, undefined);
  });
  if (source.open !== null) walk.statement.out.use(wholeOf(source).refs, 'compute', 'a new value');
  const select = as(node, 'SelectStmt');
  for (const list of select?.valuesLists ?? []) {
    const items = as(list, 'List')?.items ?? [];
    for (const [index, item] of items.entries()) noteComparison(walk, stored[index] ?? [], [item]);
  }
  noteCondensed(walk, condensedOf(select), stored);
  select?.targetList?.forEach((item, index) => {
    const value = as(item, 'ResTarget')?.val;
    if (value !== undefined) noteComparison(walk, stored[index] ?? [], [value]);
  });
}

/** Rows that the parser thread left out: NodeBody does not know of them. */
function condensedOf(select: SelectStmt | null): Condensed | null {
  return (select as { condensed?: Condensed } | null)?.condensed ?? null;
}

function countRows(walk: Walk, insert: InsertStmt): void {
  const { attributes } = walk.statement.out;
  const lists = as(insert.selectStmt, 'SelectStmt')?.valuesLists;
  const left = condensedOf(as(insert.selectStmt, 'SelectStmt'))?.rows ?? 0;
  const rows = lists === undefined && insert.selectStmt !== undefined ? -1 : (lists?.length ?? 1) + left;
  const before = attributes.rows_known;
  const known = typeof before === 'number' ? before : 0;
  walk.statement.out.mark('rows_known', rows < 0 || known < 0 ? -1 : known + rows);
}

function excludedColumns(target: Target, names: readonly string[], source: Columns) {
  return target.columns.named.map(({ name }) => {
    const index = names.indexOf(name);
    const given = source.named[index]?.value ?? source.open;
    return { name, value: given === null || given === undefined ? plain : computedFrom([given]) };
  });
}

function readConflict(
  walk: Walk,
  target: Target,
  conflict: NonNullable<InsertStmt['onConflictClause']>,
): void {
  for (const node of conflict.infer?.indexElems ?? []) {
    const element = as(node, 'IndexElem');
    if (element?.name !== undefined) {
      walk.statement.out.use(storedIn(walk, target, element.name), 'compute', 'ON CONFLICT');
    }
    readCondition(element?.expr, walk, 'ON CONFLICT');
  }
  readCondition(conflict.infer?.whereClause, walk, 'ON CONFLICT … WHERE');
  if (conflict.action !== 'ONCONFLICT_UPDATE') return;
  alsoReads(walk, target);
  assign(walk, target, conflict.targetList ?? []);
  readWhere(conflict.whereClause, walk, 'DO UPDATE … WHERE');
}

/** `SET a = …, (b, c) = (…)` */
function assign(walk: Walk, target: Target, targets: readonly Node[]): void {
  for (const node of targets) {
    const one = as(node, 'ResTarget');
    if (one === null) continue;
    readIndirection(walk, node);
    spend(walk, 1);
    store(walk, storedIn(walk, target, one.name ?? ''), readValue(one.val, walk), one.val);
  }
}

/** `SET a[i] = …`, `SET a.b = …` */
function readIndirection(walk: Walk, node: Node): void {
  for (const step of as(node, 'ResTarget')?.indirection ?? []) {
    if (kindOf(step) === 'A_Indices') readCondition(step, walk, 'a subscript');
  }
}

export function updateColumns(outer: Walk, update: UpdateStmt): Columns {
  const walk = withCtes(outer, update.withClause);
  const target = writeTarget(walk, update.relation, ['update']);
  const scope = fromScope(walk, update.fromClause ?? [], [target.item]);
  const inner = withScope(walk, scope);
  assign(inner, target, update.targetList ?? []);
  readRestriction(inner, target, update.whereClause);
  return returningColumns(walk, target, scope.items, update.returningClause);
}

export function deleteColumns(outer: Walk, remove: DeleteStmt): Columns {
  const walk = withCtes(outer, remove.withClause);
  const target = writeTarget(walk, remove.relation, ['delete']);
  const scope = fromScope(walk, remove.usingClause ?? [], [target.item]);
  readRestriction(withScope(walk, scope), target, remove.whereClause);
  return returningColumns(walk, target, scope.items, remove.returningClause);
}

function readRestriction(walk: Walk, target: Target, where: Node | undefined): void {
  const { out } = walk.statement;
  out.mark('rows_known', -1);
  const restricts = where !== undefined && !isConstantCondition(where);
  out.mark('has_where', restricts && out.attributes.has_where !== false);
  if (where === undefined) return;
  alsoReads(walk, target);
  readWhere(where, walk);
}

export function mergeColumns(outer: Walk, merge: MergeStmt): Columns {
  const walk = withCtes(outer, merge.withClause);
  const clauses = (merge.mergeWhenClauses ?? []).flatMap((node) => as(node, 'MergeWhenClause') ?? []);
  const target = writeTarget(walk, merge.relation, ['merge']);
  walk.statement.out.mark('rows_known', -1);
  alsoReads(walk, target);
  const source = merge.sourceRelation === undefined ? [] : [merge.sourceRelation];
  const from = fromScope(walk, source);
  const scope: Scope = { items: [target.item, ...from.items], parent: walk.scope };
  const inner = withScope(walk, scope);
  readCondition(merge.joinCondition, inner, 'MERGE … ON');
  for (const clause of clauses) {
    readCondition(clause.condition, inner, 'WHEN … AND');
    const { out } = walk.statement;
    const object = { kind: 'table', schema: target.named.schema, name: target.named.name } as const;
    if (clause.commandType === 'CMD_DELETE') out.request('delete', object);
    if (clause.commandType === 'CMD_UPDATE') {
      out.request('update', object);
      assign(inner, target, clause.targetList ?? []);
    }
    if (clause.commandType === 'CMD_INSERT') {
      out.request('insert', object);
      mergeInsert(inner, target, clause.targetList ?? [], clause.values ?? []);
    }
  }
  // In a MERGE `*` gives the source's columns first.
  return returningColumns(walk, target, [...from.items, target.item], merge.returningClause);
}

function mergeInsert(walk: Walk, target: Target, listed: readonly Node[], values: readonly Node[]): void {
  const names = listed.flatMap((node) => as(node, 'ResTarget')?.name ?? []);
  const all = names.length > 0 ? names : target.columns.named.map((column) => column.name);
  values.forEach((node, index) => {
    const name = all[index];
    store(walk, name === undefined ? [] : storedIn(walk, target, name), readValue(node, walk), node);
  });
}

/** RETURNING sees the target and, by name only, its old and new row. */
function returningColumns(
  walk: Walk,
  target: Target,
  items: readonly Item[],
  clause: ReturningClause | undefined,
): Columns {
  if (clause === undefined) return noColumns;
  alsoReads(walk, target);
  const names = new Map([
    ['RETURNING_OPTION_OLD', 'old'],
    ['RETURNING_OPTION_NEW', 'new'],
  ]);
  for (const node of clause.options ?? []) {
    const option = as(node, 'ReturningOption');
    if (option?.option !== undefined) names.set(option.option, option.value ?? '');
  }
  const versions = [...names.values()].map((alias): Item => {
    return { ...target.item, alias, schema: null, open: false, named: true };
  });
  const shown = new Set(items.map((item) => item.alias));
  const scope: Scope = {
    items: [...items, ...versions.filter((item) => !shown.has(item.alias))],
    parent: walk.scope,
  };
  return targetColumns(withScope(walk, scope), clause.exprs ?? []);
}
