import type { Node } from 'libpg-query';
import { callValue } from './call.ts';
import { attributeValue, columnValue } from './column.ts';
import { jsonExpressions } from './json.ts';
import { as, bodyOf, kindOf, type NodeBody, type NodeKind, stringsOf } from './nodes.ts';
import { noteOperator, operatorValue } from './operator.ts';
import { queryColumns } from './query.ts';
import { isTotalCast, namedType, noteType } from './type.ts';
import { type Columns, computedFrom, plain, unknownValue, type Value, wholeOf } from './value.ts';
import { deeper, type Walk } from './walk.ts';

type Reader<Kind extends NodeKind> = (body: NodeBody<Kind>, walk: Walk) => Value;

/** How each kind of expression is read. What is not here is refused. */
export const expressions: { readonly [Kind in NodeKind]?: Reader<Kind> } = {
  A_Const: () => plain,
  ParamRef: () => plain,
  SetToDefault: () => plain,
  SQLValueFunction: () => plain,
  CaseTestExpr: () => plain,
  MergeSupportFunc: () => plain,
  CurrentOfExpr: () => plain,
  ColumnRef: columnValue,
  FuncCall: (body, walk) => callValue(body, walk),
  A_Expr: operatorValue,
  BoolExpr: (body, walk) => passed(body.args, walk),
  NullTest: (body, walk) => composed([body.arg], walk, 'IS NULL', 'derived'),
  BooleanTest: (body, walk) => composed([body.arg], walk, 'IS TRUE'),
  CaseExpr: caseValue,
  CoalesceExpr: (body, walk) => composed(body.args, walk, 'COALESCE', 'derived'),
  MinMaxExpr: (body, walk) => composed(body.args, walk, body.op === 'IS_LEAST' ? 'LEAST' : 'GREATEST'),
  GroupingFunc: (body, walk) => composed(body.args, walk, 'GROUPING'),
  RowExpr: (body, walk) => composed(body.args, walk, 'ROW', 'derived'),
  A_ArrayExpr: (body, walk) => composed(body.elements, walk, 'ARRAY'),
  List: (body, walk) => composed(body.items, walk, 'a list'),
  NamedArgExpr: (body, walk) => readValue(body.arg, walk),
  MultiAssignRef: (body, walk) => multiAssigned(body.source, body.colno ?? 1, walk),
  TypeCast: castValue,
  CollateClause: (body, walk) => composed([body.arg], walk, 'COLLATE'),
  A_Indirection: indirectionValue,
  A_Indices: (body, walk) => composed([body.lidx, body.uidx], walk, 'a subscript'),
  SubLink: subLinkValue,
  XmlExpr: (body, walk) =>
    composed([...(body.named_args ?? []), ...(body.args ?? [])], walk, 'an XML function'),
  XmlSerialize: (body, walk) => {
    noteType(body.typeName, walk);
    return composed([body.expr], walk, 'XMLSERIALIZE');
  },
  ResTarget: (body, walk) => readValue(body.val, walk),
  GroupingSet: (body, walk) => composed(body.content, walk, 'GROUP BY'),
  SortBy: (body, walk) => composed([body.node], walk, 'ORDER BY'),
  ...jsonExpressions,
};

/** What a value is made of; everything that it reads, calls and compares is noted on the way. */
export function readValue(node: Node | undefined, walk: Walk): Value {
  if (node === undefined) return plain;
  const kind = kindOf(node);
  const reader = expressions[kind] as ((body: unknown, walk: Walk) => Value) | undefined;
  if (reader === undefined) {
    walk.statement.out.refuse(
      `this statement holds an expression that is not understood (${kind})`,
      'Write it in another way, or ask for support of this syntax.',
    );
    return unknownValue;
  }
  return reader(bodyOf(node), deeper(walk));
}

/** Values that go into something new: each is a computing use of its columns. */
export function composed(
  nodes: readonly (Node | undefined)[] | undefined,
  walk: Walk,
  phrase: string,
  kind: 'compute' | 'derived' = 'compute',
): Value {
  const values: Value[] = [];
  for (const node of nodes ?? []) values.push(readValue(node, walk));
  return compose(values, walk, phrase, kind);
}

export function compose(
  values: readonly Value[],
  walk: Walk,
  phrase: string,
  kind: 'compute' | 'derived' = 'compute',
): Value {
  for (const value of values) walk.statement.out.use(value.refs, kind, phrase);
  return computedFrom(values);
}

/** AND, OR, NOT: what is inside notes its own uses, a bare boolean column is one too. */
function passed(nodes: readonly Node[] | undefined, walk: Walk): Value {
  return composed(nodes, walk, 'a condition');
}

function caseValue(body: NodeBody<'CaseExpr'>, walk: Walk): Value {
  if (body.arg !== undefined) noteOperator(walk, ['=']);
  const parts: (Node | undefined)[] = [body.arg, body.defresult];
  for (const when of body.args ?? []) {
    const branch = as(when, 'CaseWhen');
    parts.push(branch?.expr, branch?.result);
  }
  return composed(parts, walk, 'CASE');
}

function castValue(body: NodeBody<'TypeCast'>, walk: Walk): Value {
  noteType(body.typeName, walk);
  const value = readValue(body.arg, walk);
  const kind = isTotalCast(body.typeName, walk) ? 'derived' : 'compute';
  walk.statement.out.use(value.refs, kind, `a cast to ${namedType(body.typeName)}`);
  return computedFrom([value]);
}

/** `(row).field`, `(row).*`, `array[1]`: a field of a known row stays what it is. */
function indirectionValue(body: NodeBody<'A_Indirection'>, walk: Walk): Value {
  const columnRef = as(body.arg, 'ColumnRef');
  let value = columnRef === null ? readValue(body.arg, walk) : columnValue(columnRef, walk, 'field');
  for (const [index, step] of (body.indirection ?? []).entries()) {
    const field = as(step, 'String');
    const isColumn = columnRef !== null && index === 0;
    if (field !== null) {
      const part = fieldOf(value, field.sval ?? '', walk);
      value = isColumn ? part : { ...part, origin: undefined };
    } else if (as(step, 'A_Star') === null)
      value = compose([value, readValue(step, walk)], walk, 'a subscript');
    else walk.statement.out.use(value.refs, 'compute', 'whole row');
  }
  return value;
}

/** One field of a composite value. A field that isn't there may be a function of the row. */
function fieldOf(value: Value, name: string, walk: Walk): Value {
  const found = value.row?.find((column) => column.name === name);
  if (found !== undefined) return found.value;
  const called = attributeValue(value, name, walk);
  if (called !== null) return called;
  if (value.row !== null) {
    walk.statement.out.notResolved('column', `.${name}`);
    return unknownValue;
  }
  walk.statement.out.use(value.refs, 'compute', `.${name} of a row`);
  return { ...computedFrom([value]), origin: undefined };
}

/** The columns that `(row).*` in a target list stands for. */
export function rowFields(node: Node, walk: Walk): Columns {
  const columnRef = as(node, 'ColumnRef');
  const value = columnRef === null ? readValue(node, walk) : columnValue(columnRef, walk, 'field');
  if (value.row !== null) return { named: value.row, open: null };
  return { named: [], open: computedFrom([value]) };
}

function subLinkValue(body: NodeBody<'SubLink'>, walk: Walk): Value {
  const { out } = walk.statement;
  const tested = readValue(body.testexpr, walk);
  const columns = body.subselect === undefined ? null : queryColumns(walk, body.subselect);
  const whole = columns === null ? unknownValue : wholeOf(columns);
  switch (body.subLinkType) {
    case 'EXPR_SUBLINK': {
      const only = columns?.open === null && columns.named.length === 1 ? columns.named[0]?.value : undefined;
      return only === undefined ? whole : { ...only, origin: null };
    }
    case 'EXISTS_SUBLINK':
      return plain;
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK':
      noteOperator(walk, stringsOf(body.operName) ?? ['=']);
      return compose([tested, whole], walk, 'IN (SELECT …)');
    case 'MULTIEXPR_SUBLINK':
      return whole;
    default:
      out.use(whole.refs, 'compute', 'ARRAY(SELECT …)');
      return compose([tested, whole], walk, 'a subquery');
  }
}

/** `SET (a, b) = (SELECT …)` or `ROW(…)`: the part for one column. */
function multiAssigned(source: Node | undefined, position: number, walk: Walk): Value {
  const row = as(source, 'RowExpr');
  if (row !== null) return readValue(row.args?.[position - 1], walk);
  const link = as(source, 'SubLink');
  if (link?.subselect === undefined) return readValue(source, walk);
  const columns = queryColumns(walk, link.subselect);
  const part = columns.open === null ? columns.named[position - 1]?.value : undefined;
  return part ?? wholeOf(columns);
}
