import type { Node, SelectStmt } from 'libpg-query';
import { readWindow } from './call.ts';
import { readCondition, readWhere } from './condition.ts';
import { withCtes } from './cte.ts';
import { deleteColumns, insertColumns, mergeColumns, updateColumns } from './dml.ts';
import { readValue } from './expression.ts';
import { fromScope } from './from.ts';
import { lockRows } from './lock.ts';
import { as } from './nodes.ts';
import { noteOperator } from './operator.ts';
import type { Scope } from './scope.ts';
import { starColumns, targetColumns } from './target.ts';
import {
  type Columns,
  eitherColumns,
  type NamedValue,
  noColumns,
  unknownColumns,
  type Value,
  wholeOf,
} from './value.ts';
import { deeper, spend, TooDeep, type Walk, withScope } from './walk.ts';

/** The result columns of a query inside a statement: SELECT, VALUES, or DML with RETURNING. */
export function queryColumns(walk: Walk, node: Node): Columns {
  const inner = deeper(walk);
  const select = as(node, 'SelectStmt');
  if (select !== null) return selectColumns(inner, select);
  const insert = as(node, 'InsertStmt');
  if (insert !== null) return insertColumns(inner, insert);
  const update = as(node, 'UpdateStmt');
  if (update !== null) return updateColumns(inner, update);
  const remove = as(node, 'DeleteStmt');
  if (remove !== null) return deleteColumns(inner, remove);
  const merge = as(node, 'MergeStmt');
  if (merge !== null) return mergeColumns(inner, merge);
  walk.statement.out.refuse('this statement holds a query of a kind that is not understood', null);
  return unknownColumns;
}

export function selectColumns(outer: Walk, select: SelectStmt): Columns {
  const walk = withCtes(deeper(outer), select.withClause);
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return setOperation(walk, select);
  if (select.valuesLists !== undefined) return valuesColumns(walk, select);
  const scope = fromScope(walk, select.fromClause ?? []);
  const inner = withScope(walk, scope);
  readWhere(select.whereClause, inner);
  const columns = targetColumns(inner, select.targetList ?? []);
  if (columns.named.length > 1664) throw new TooDeep('too many columns');
  readGrouping(inner, select, columns);
  readDistinct(inner, select, columns);
  readOrder(inner, select.sortClause, columns, 'ORDER BY');
  readLimit(walk, select);
  if (select.lockingClause !== undefined) lockRows(walk, select.lockingClause, select.fromClause ?? []);
  return columns;
}

/** UNION, INTERSECT, EXCEPT: by position. All but UNION ALL compare values, which is a use of them. */
function setOperation(walk: Walk, select: SelectStmt): Columns {
  const left = select.larg === undefined ? noColumns : selectColumns(walk, select.larg);
  const right = select.rarg === undefined ? noColumns : selectColumns(walk, select.rarg);
  const phrase = (select.op ?? '').replace('SETOP_', '');
  if (phrase !== 'UNION' || !select.all) {
    noteOperator(walk, ['=']);
    walk.statement.out.use(wholeOf(left).refs, 'compute', phrase);
    walk.statement.out.use(wholeOf(right).refs, 'compute', phrase);
  }
  const columns = eitherColumns(left, right);
  const only: Scope = {
    items: [{ alias: '', schema: null, columns, open: true, named: false, system: false }],
    parent: null,
  };
  readOrder(withScope(walk, only), select.sortClause, columns, 'ORDER BY');
  readLimit(walk, select);
  return columns;
}

function valuesColumns(walk: Walk, select: SelectStmt): Columns {
  let columns: Columns | null = null;
  for (const list of select.valuesLists ?? []) {
    const row = as(list, 'List')?.items ?? [];
    spend(walk, row.length);
    const values = row.flatMap((item) => rowValues(walk, item));
    const named = values.map(
      (value, index): NamedValue => ({ name: `column${index + 1}`, value: { ...value, origin: null } }),
    );
    if (columns === null) columns = { named, open: null };
    else if (!onlyPlain(named) || !onlyPlain(columns.named))
      columns = eitherColumns(columns, { named, open: null });
  }
  const result: Columns = {
    named: (columns ?? noColumns).named.map(({ name, value }) => ({
      name,
      value: { ...value, origin: null },
    })),
    open: columns?.open ?? null,
  };
  const only: Scope = {
    items: [{ alias: '', schema: null, columns: result, open: true, named: false, system: false }],
    parent: walk.scope,
  };
  readOrder(withScope(walk, only), select.sortClause, result, 'ORDER BY');
  readLimit(walk, select);
  return result;
}

/** The values of one item of a VALUES row: `t.*` stands for several. */
function rowValues(walk: Walk, item: Node): readonly Value[] {
  const star = starColumns(walk, item);
  if (star === null) return [readValue(item, walk)];
  return [...star.named.map(({ value }) => value), ...(star.open === null ? [] : [star.open])];
}

function onlyPlain(columns: readonly NamedValue[]): boolean {
  return columns.every(({ value }) => value.refs.length === 0 && !value.unknown);
}

function readGrouping(walk: Walk, select: SelectStmt, columns: Columns): void {
  for (const group of select.groupClause ?? []) readGroup(walk, group, columns);
  readCondition(select.havingClause, walk, 'HAVING');
  for (const window of select.windowClause ?? []) {
    readWindow(as(window, 'WindowDef') ?? undefined, (node, phrase) => readCondition(node, walk, phrase));
  }
}

function readGroup(walk: Walk, node: Node, columns: Columns): void {
  const set = as(node, 'GroupingSet');
  if (set !== null) {
    for (const part of set.content ?? []) readGroup(walk, part, columns);
    return;
  }
  const value = positionValue(node, columns) ?? aliasValue(node, walk, columns) ?? readValue(node, walk);
  noteOperator(walk, ['=']);
  walk.statement.out.use(value.refs, 'compute', 'GROUP BY');
}

function readDistinct(walk: Walk, select: SelectStmt, columns: Columns): void {
  if (select.distinctClause === undefined) return;
  noteOperator(walk, ['=']);
  const on = select.distinctClause.filter((node) => Object.keys(node).length > 0);
  if (on.length === 0) walk.statement.out.use(wholeOf(columns).refs, 'compute', 'DISTINCT');
  for (const node of on) {
    const value = positionValue(node, columns) ?? outputValue(node, columns) ?? readValue(node, walk);
    walk.statement.out.use(value.refs, 'compute', 'DISTINCT ON');
  }
}

function readOrder(walk: Walk, sorts: readonly Node[] | undefined, columns: Columns, phrase: string): void {
  for (const sort of sorts ?? []) {
    const by = as(sort, 'SortBy');
    const node = by?.node ?? sort;
    noteOperator(walk, ['<']);
    const operator = by?.useOp;
    if (operator !== undefined) {
      const names = operator.flatMap((part) => as(part, 'String')?.sval ?? []);
      noteOperator(walk, names);
    }
    const value = positionValue(node, columns) ?? outputValue(node, columns) ?? readValue(node, walk);
    walk.statement.out.use(value.refs, 'compute', phrase);
  }
}

function readLimit(walk: Walk, select: SelectStmt): void {
  readCondition(select.limitCount, walk, 'LIMIT');
  readCondition(select.limitOffset, walk, 'OFFSET');
}

/** `ORDER BY 2` */
function positionValue(node: Node, columns: Columns): Value | null {
  const constant = as(node, 'A_Const');
  if (constant?.ival === undefined) return null;
  const column = columns.named[(constant.ival.ival ?? 0) - 1];
  return column?.value ?? columns.open;
}

/** `ORDER BY alias`: an output column's name comes before a column of FROM. */
function outputValue(node: Node, columns: Columns): Value | null {
  const name = bareName(node);
  return name === null ? null : (columns.named.find((column) => column.name === name)?.value ?? null);
}

/** `GROUP BY alias`: a column of FROM comes before an output column's name; both count. */
function aliasValue(node: Node, walk: Walk, columns: Columns): Value | null {
  const output = outputValue(node, columns);
  if (output === null) return null;
  walk.statement.out.use(output.refs, 'compute', 'GROUP BY');
  const name = bareName(node);
  const inScope = walk.scope?.items.some((item) => item.columns.named.some((column) => column.name === name));
  return inScope ? readValue(node, walk) : output;
}

function bareName(node: Node): string | null {
  const fields = as(node, 'ColumnRef')?.fields;
  return fields?.length === 1 ? (as(fields[0], 'String')?.sval ?? null) : null;
}
