import type { Node } from 'libpg-query';
import { readValue } from './expression.ts';
import { noteComparison } from './literals.ts';
import { as, constantOf, stringsOf } from './nodes.ts';
import { isBuiltinOperator, noteOperator } from './operator.ts';
import { noteType } from './type.ts';
import type { Walk } from './walk.ts';

/**
 * Reads a WHERE. A top-level AND term `column = constant or parameter` is a lookup of one value
 * (`equality`); every other use of a column is `compute`.
 */
export function readWhere(node: Node | undefined, walk: Walk, phrase = 'WHERE'): void {
  if (node === undefined) return;
  const all = as(node, 'BoolExpr');
  if (all?.boolop === 'AND_EXPR') {
    for (const term of all.args ?? []) readWhere(term, walk, phrase);
    return;
  }
  if (readEquality(node, walk)) return;
  readCondition(node, walk, phrase);
}

/** Any other condition: HAVING, ON, CHECK. */
export function readCondition(node: Node | undefined, walk: Walk, phrase: string): void {
  if (node === undefined) return;
  walk.statement.out.use(readValue(node, walk).refs, 'compute', phrase);
}

function readEquality(node: Node, walk: Walk): boolean {
  const expression = as(node, 'A_Expr');
  if (expression === null || (expression.kind ?? 'AEXPR_OP') !== 'AEXPR_OP') return false;
  const name = stringsOf(expression.name) ?? [];
  if (name.at(-1) !== '=' || !isBuiltinOperator(walk, name)) return false;
  const [column, constant] = isColumn(expression.lexpr)
    ? [expression.lexpr, expression.rexpr]
    : [expression.rexpr, expression.lexpr];
  if (column === undefined || constant === undefined) return false;
  if (!isColumn(column) || constantOf(constant) === null) return false;
  const value = readValue(column, walk);
  // What a generated column says of its sources is no lookup of one of their values.
  if (!value.direct || value.unknown || value.own !== undefined) return false;
  noteOperator(walk, name);
  noteCastsIn(constant, walk);
  walk.statement.out.use(value.refs, 'equality', '=');
  noteComparison(walk, value.refs, [constant]);
  return true;
}

function isColumn(node: Node | undefined): boolean {
  return as(node, 'ColumnRef') !== null;
}

function noteCastsIn(node: Node, walk: Walk): void {
  for (let cast = as(node, 'TypeCast'); cast !== null; cast = as(cast.arg, 'TypeCast'))
    noteType(cast.typeName, walk);
}

/** A WHERE that restricts nothing: `true`, `1 = 1`. It counts as none. */
export function isConstantCondition(node: Node | undefined): boolean {
  if (node === undefined) return true;
  if (constantOf(node) !== null) return true;
  const logic = as(node, 'BoolExpr');
  if (logic !== null) {
    const parts = (logic.args ?? []).map(isConstantCondition);
    return logic.boolop === 'OR_EXPR' ? parts.some(Boolean) : parts.every(Boolean);
  }
  const expression = as(node, 'A_Expr');
  if (expression !== null) {
    const same = columnName(expression.lexpr) === columnName(expression.rexpr);
    if (same && columnName(expression.lexpr) !== null) return true;
    return isConstantCondition(expression.lexpr) && isConstantCondition(expression.rexpr);
  }
  const list = as(node, 'List');
  return list !== null && (list.items ?? []).every(isConstantCondition);
}

/** `id = id` restricts nothing but nulls. */
function columnName(node: Node | undefined): string | null {
  return stringsOf(as(node, 'ColumnRef')?.fields)?.join('.') || null;
}
