import type { Node } from 'libpg-query';
import { literalEnd } from '../literal-end.ts';
import type { ColumnRef } from '../model.ts';
import type { Condensed } from '../parser/condense.ts';
import { as, constantOf } from './nodes.ts';
import type { StatementContext, Walk } from './walk.ts';

/** Constants and parameters among some nodes belong to these columns: they are masked as the columns are. */
export function noteComparison(walk: Walk, columns: readonly ColumnRef[], nodes: readonly Node[]): void {
  if (columns.length === 0) return;
  for (const node of nodes) {
    const constant = constantOf(node);
    if (constant === null) noteInside(walk, columns, node);
    else noteConstant(walk.statement, columns, constant.location, constant.parameter);
  }
}

/** `lower('x')`, `'a' || 'b'`: what is inside the other side belongs to the column too. */
function noteInside(walk: Walk, columns: readonly ColumnRef[], node: Node): void {
  const call = as(node, 'FuncCall');
  if (call !== null) noteComparison(walk, columns, call.args ?? []);
  const expression = as(node, 'A_Expr');
  if (expression !== null) {
    const sides = [expression.lexpr, expression.rexpr].filter((side) => side !== undefined);
    noteComparison(walk, columns, sides);
    return;
  }
  const cast = as(node, 'TypeCast');
  if (cast?.arg !== undefined) noteComparison(walk, columns, [cast.arg]);
  const items = as(node, 'List')?.items ?? as(node, 'RowExpr')?.args ?? as(node, 'A_ArrayExpr')?.elements;
  if (items !== undefined) noteComparison(walk, columns, items);
}

function noteConstant(
  statement: StatementContext,
  columns: readonly ColumnRef[],
  location: number,
  parameter: number | null,
): void {
  if (statement.toUnits === null) return;
  if (parameter !== null) {
    for (const column of columns) statement.out.parameter(parameter, column);
    return;
  }
  const start = statement.toUnits(location);
  const end = literalEnd(statement.text, start);
  for (const column of columns) statement.out.literal({ start, end, column, password: false });
}

/** Rows of constants that are not in the tree: one span over all of them, for each column stored in. */
export function noteCondensed(
  walk: Walk,
  condensed: Condensed | null,
  stored: readonly (readonly ColumnRef[])[],
): void {
  const { toUnits, text, out } = walk.statement;
  if (condensed === null || toUnits === null) return;
  const start = toUnits(condensed.first);
  const end = literalEnd(text, toUnits(condensed.last));
  for (const columns of stored) {
    for (const column of columns) out.literals.push({ start, end, column, password: false });
  }
  for (let index = 0; index < condensed.parameters.length; index += 2) {
    for (const column of stored[condensed.parameters[index + 1] ?? 0] ?? []) {
      out.parameter(condensed.parameters[index] ?? 0, column);
    }
  }
}

/** A secret in the text: the string that comes next after a keyword's place. */
export function notePassword(statement: StatementContext, location: number): void {
  if (statement.toUnits === null) return;
  const from = statement.toUnits(location);
  const match = /(?:[eEnN]|[uU]&)?'|\$[^$\s]*\$/g;
  match.lastIndex = from;
  const found = match.exec(statement.text);
  if (found === null) return;
  const start = found.index;
  statement.out.literal({ start, end: literalEnd(statement.text, start), column: null, password: true });
}
