import type { Node, ResTarget } from 'libpg-query';
import { itemOf } from './column.ts';
import { readValue, rowFields } from './expression.ts';
import { as, kindOf, stringsOf } from './nodes.ts';
import { type Item, starOf } from './scope.ts';
import { type Columns, computedFrom, type NamedValue, unknownValue, type Value } from './value.ts';
import { spend, type Walk } from './walk.ts';

/** The columns of a target list or RETURNING, stars expanded. */
export function targetColumns(walk: Walk, targets: readonly Node[]): Columns {
  const named: NamedValue[] = [];
  const open: Value[] = [];
  const add = (columns: Columns) => {
    spend(walk, columns.named.length);
    for (const column of columns.named) named.push(column);
    if (columns.open !== null) open.push(columns.open);
  };
  for (const node of targets) {
    const target = as(node, 'ResTarget');
    if (target?.val === undefined) continue;
    const star = starColumns(walk, target.val);
    if (star !== null) add(star);
    else named.push({ name: outputName(target), value: readValue(target.val, walk) });
  }
  return { named, open: open.length === 0 ? null : computedFrom(open) };
}

/** `*`, `t.*`, `(row).*`; null when the expression is none of them. */
export function starColumns(walk: Walk, node: Node): Columns | null {
  const indirection = as(node, 'A_Indirection');
  if (indirection !== null) {
    const steps = indirection.indirection ?? [];
    if (as(steps.at(-1), 'A_Star') === null || indirection.arg === undefined) return null;
    if (steps.length === 1) return rowFields(indirection.arg, walk);
    return rowFields({ A_Indirection: { ...indirection, indirection: steps.slice(0, -1) } }, walk);
  }
  const fields = as(node, 'ColumnRef')?.fields ?? [];
  if (as(fields.at(-1), 'A_Star') === null) return null;
  const names = stringsOf(fields.slice(0, -1)) ?? [];
  if (names.length === 0) return walk.scope === null ? { named: [], open: unknownValue } : starOf(walk.scope);
  const item: Item | null = itemOf(names, walk);
  if (item !== null) return item.columns;
  walk.statement.out.notResolved('column', `${names.join('.')}.*`);
  return { named: [], open: unknownValue };
}

function outputName(target: ResTarget): string {
  return target.name ?? figuredName(target.val).name;
}

interface Figured {
  readonly name: string;
  /** How strongly: a cast's name gives way to that of what it casts. */
  readonly strength: 0 | 1 | 2;
}

const nameless: Figured = { name: '?column?', strength: 0 };
const strong = (name: string): Figured => ({ name, strength: 2 });

/** The name that Postgres gives an expression without an alias (FigureColname). */
export function figuredName(node: Node | undefined): Figured {
  if (node === undefined) return nameless;
  const fields = as(node, 'ColumnRef')?.fields;
  if (fields !== undefined) return strongLast(fields);
  const indirection = as(node, 'A_Indirection');
  if (indirection !== null) {
    const last = [...(indirection.indirection ?? [])].reverse().find((step) => as(step, 'String') !== null);
    return last === undefined ? figuredName(indirection.arg) : strongLast([last]);
  }
  const call = as(node, 'FuncCall');
  if (call !== null) return strongLast(call.funcname ?? []);
  const expression = as(node, 'A_Expr');
  if (expression !== null) return expression.kind === 'AEXPR_NULLIF' ? strong('nullif') : nameless;
  const cast = as(node, 'TypeCast');
  if (cast !== null) {
    const inner = figuredName(cast.arg);
    const type = stringsOf(cast.typeName?.names)?.at(-1);
    return inner.strength > 1 || type === undefined ? inner : { name: type, strength: 1 };
  }
  const collate = as(node, 'CollateClause');
  if (collate !== null) return figuredName(collate.arg);
  const link = as(node, 'SubLink');
  if (link !== null) return linkName(link.subLinkType ?? '', link.subselect);
  const branch = as(node, 'CaseExpr');
  if (branch !== null) {
    const inner = figuredName(branch.defresult);
    return inner.strength === 2 ? inner : { name: 'case', strength: 1 };
  }
  return namedByKind(node);
}

function strongLast(nodes: readonly Node[]): Figured {
  const last = [...nodes].reverse().find((node) => as(node, 'String') !== null);
  return last === undefined ? nameless : strong(as(last, 'String')?.sval ?? '');
}

function linkName(type: string, subselect: Node | undefined): Figured {
  if (type === 'EXISTS_SUBLINK') return strong('exists');
  if (type === 'ARRAY_SUBLINK') return strong('array');
  if (type !== 'EXPR_SUBLINK') return nameless;
  let select = as(subselect, 'SelectStmt');
  while (select?.larg !== undefined) select = select.larg;
  if (select?.valuesLists !== undefined) return strong('column1');
  const target = as(select?.targetList?.[0], 'ResTarget');
  if (target === null) return nameless;
  return target.name === undefined ? figuredName(target.val) : strong(target.name);
}

const kindNames: Readonly<Record<string, string>> = {
  CoalesceExpr: 'coalesce',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  GroupingFunc: 'grouping',
  MergeSupportFunc: 'merge_action',
  XmlSerialize: 'xmlserialize',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
};

function namedByKind(node: Node): Figured {
  const minMax = as(node, 'MinMaxExpr');
  if (minMax !== null) return strong(minMax.op === 'IS_LEAST' ? 'least' : 'greatest');
  const value = as(node, 'SQLValueFunction');
  if (value !== null) {
    const name = (value.op ?? '').replace('SVFOP_', '').replace(/_N$/, '').toLowerCase();
    return strong(name);
  }
  const xml = as(node, 'XmlExpr');
  if (xml !== null && xml.op !== 'IS_DOCUMENT')
    return strong((xml.op ?? '').replace('IS_', '').toLowerCase());
  const json = as(node, 'JsonFuncExpr');
  if (json !== null) return strong((json.op ?? '').replace('_OP', '').toLowerCase());
  const name = kindNames[kindOf(node)];
  return name === undefined ? nameless : strong(name);
}
