import type { Alias, JoinExpr, JsonTable, Node, RangeSubselect, RangeTableFunc, RangeVar } from 'libpg-query';
import { mentionFunction } from './call.ts';
import { readCondition } from './condition.ts';
import { findCte } from './cte.ts';
import { compose, composed, readValue } from './expression.ts';
import { functionItem } from './from-function.ts';
import { joinItems } from './join.ts';
import { as, kindOf, stringsOf } from './nodes.ts';
import { queryColumns } from './query.ts';
import {
  type NamedRelation,
  relationColumns,
  requestRead,
  resolveRelation,
  viewSentence,
} from './relation.ts';
import type { Item, Scope } from './scope.ts';
import { noteType } from './type.ts';
import { type Columns, type NamedValue, renamed, unknownColumns, type Value } from './value.ts';
import { deeper, type Walk, withScope } from './walk.ts';

/** The namespace of a FROM clause, inside what surrounds it. */
export function fromScope(walk: Walk, nodes: readonly Node[], first: readonly Item[] = []): Scope {
  const items: Item[] = [...first];
  for (const node of nodes) items.push(...fromItems(walk, node, items));
  return { items, parent: walk.scope };
}

/** What one FROM element adds; `before`: what LATERAL ones may refer to. */
export function fromItems(walk: Walk, node: Node, before: readonly Item[]): readonly Item[] {
  const inner = deeper(walk);
  const lateral = withScope(inner, { items: before, parent: walk.scope });
  const range = as(node, 'RangeVar');
  if (range !== null) return [rangeItem(inner, range)];
  const join = as(node, 'JoinExpr');
  if (join !== null) return joinOf(inner, join, before);
  const subselect = as(node, 'RangeSubselect');
  if (subselect !== null) return [subselectItem(subselect.lateral ? lateral : inner, subselect)];
  const call = as(node, 'RangeFunction');
  if (call !== null) return [functionItem(lateral, call)];
  const sample = as(node, 'RangeTableSample');
  if (sample?.relation !== undefined) {
    mentionTableSample(walk, sample.method);
    composed([...(sample.args ?? []), sample.repeatable], lateral, 'TABLESAMPLE');
    return fromItems(inner, sample.relation, before);
  }
  const table = as(node, 'RangeTableFunc');
  if (table !== null) return [xmlTableItem(lateral, table)];
  const json = as(node, 'JsonTable');
  if (json !== null) return [jsonTableItem(lateral, json)];
  walk.statement.out.refuse(
    `this statement reads from something that is not understood (${kindOf(node)})`,
    null,
  );
  return [{ alias: '', schema: null, columns: unknownColumns, open: true, named: false, system: false }];
}

export function aliasNames(alias: Alias | undefined): readonly string[] {
  return stringsOf(alias?.colnames) ?? [];
}

function rangeItem(walk: Walk, range: RangeVar): Item {
  const name = range.relname ?? '';
  const cte = range.schemaname === undefined ? findCte(walk.ctes, name) : null;
  const alias = range.alias?.aliasname;
  if (cte !== null) {
    const columns = renamed(cte.columns(), aliasNames(range.alias));
    return { alias: alias ?? name, schema: null, columns, open: true, named: true, system: false };
  }
  const named = resolveRelation(walk.statement, range);
  requestRead(walk.statement, named);
  const sentence = viewSentence(named);
  if (sentence !== null) walk.statement.out.sets(sentence);
  return relationItem(walk, named, range.alias);
}

/** A relation in a namespace, under its alias or its own name. */
export function relationItem(walk: Walk, named: NamedRelation, alias: Alias | undefined): Item {
  return {
    alias: alias?.aliasname ?? named.name,
    schema: alias === undefined ? named.schema : null,
    columns: renamed(relationColumns(walk, named), aliasNames(alias)),
    open: true,
    named: true,
    system: named.relation === null || ['r', 'p', 'm', 'f', 'S'].includes(named.relation.kind),
  };
}

function subselectItem(walk: Walk, node: RangeSubselect): Item {
  const columns = node.subquery === undefined ? unknownColumns : queryColumns(walk, node.subquery);
  return {
    alias: node.alias?.aliasname ?? '',
    schema: null,
    columns: renamed(columns, aliasNames(node.alias)),
    open: true,
    named: node.alias !== undefined,
    system: false,
  };
}

function joinOf(walk: Walk, join: JoinExpr, before: readonly Item[]): readonly Item[] {
  const left = join.larg === undefined ? [] : fromItems(walk, join.larg, before);
  const right = join.rarg === undefined ? [] : fromItems(walk, join.rarg, [...before, ...left]);
  const items = joinItems(walk, join, left, right);
  const scope: Scope = { items: [...left, ...right], parent: walk.scope };
  readCondition(join.quals, withScope(walk, scope), 'JOIN … ON');
  return items;
}

/** Sampling methods are functions; the built-in ones are harmless. */
function mentionTableSample(walk: Walk, method: Node[] | undefined): void {
  const name = stringsOf(method)?.at(-1);
  if (name !== 'bernoulli' && name !== 'system') mentionFunction(walk, method);
}

function tableItem(alias: Alias | undefined, named: readonly NamedValue[], fallback: string): Item {
  const columns: Columns = renamed({ named, open: null }, aliasNames(alias));
  return {
    alias: alias?.aliasname ?? fallback,
    schema: null,
    columns,
    open: true,
    named: true,
    system: false,
  };
}

function xmlTableItem(walk: Walk, node: RangeTableFunc): Item {
  const parts = [node.docexpr, node.rowexpr, ...(node.namespaces ?? [])];
  const columns = (node.columns ?? []).flatMap((column) => as(column, 'RangeTableFuncCol') ?? []);
  for (const column of columns) {
    noteType(column.typeName, walk);
    parts.push(column.colexpr, column.coldefexpr);
  }
  const value = composed(parts, walk, 'XMLTABLE');
  return tableItem(
    node.alias,
    columns.map((column) => ({ name: column.colname ?? '', value })),
    'xmltable',
  );
}

function jsonTableItem(walk: Walk, node: JsonTable): Item {
  const item: Node | undefined = node.context_item && { JsonValueExpr: node.context_item };
  const names: string[] = [];
  const defaults: Value[] = [];
  readJsonColumns(walk, node.columns ?? [], names, defaults);
  const parts = [item, node.pathspec?.string, ...(node.passing ?? []), node.on_error?.expr];
  const value = compose([composed(parts, walk, 'JSON_TABLE'), ...defaults], walk, 'JSON_TABLE');
  return tableItem(
    node.alias,
    names.map((name) => ({ name, value })),
    'json_table',
  );
}

function readJsonColumns(walk: Walk, nodes: readonly Node[], names: string[], defaults: Value[]): void {
  for (const node of nodes) {
    const column = as(node, 'JsonTableColumn');
    if (column === null) continue;
    noteType(column.typeName, walk);
    if (column.coltype !== 'JTC_NESTED') names.push(column.name ?? '');
    for (const expression of [column.on_empty?.expr, column.on_error?.expr]) {
      if (expression !== undefined) defaults.push(readValue(expression, walk));
    }
    readJsonColumns(deeper(walk), column.columns ?? [], names, defaults);
  }
}
