import type { Node } from 'libpg-query';
import { findCte } from './cte.ts';
import { as } from './nodes.ts';
import { resolveRelation } from './relation.ts';
import type { Walk } from './walk.ts';

/** FOR UPDATE and its kin: every table of the FROM clause, or those that OF names. */
export function lockRows(walk: Walk, clauses: readonly Node[], from: readonly Node[]): void {
  const named = clauses.map((node) => as(node, 'LockingClause')?.lockedRels ?? []);
  const only = named.every((list) => list.length > 0)
    ? new Set(named.flat().flatMap((node) => as(node, 'RangeVar')?.relname ?? []))
    : null;
  for (const node of from) lockIn(walk, node, only);
}

function lockIn(walk: Walk, node: Node, only: ReadonlySet<string> | null): void {
  const range = as(node, 'RangeVar');
  if (range !== null) {
    const name = range.alias?.aliasname ?? range.relname ?? '';
    if (only !== null && !only.has(name)) return;
    if (range.schemaname === undefined && findCte(walk.ctes, range.relname ?? '') !== null) return;
    const found = resolveRelation(walk.statement, range);
    walk.statement.out.request('lock_rows', { kind: 'table', schema: found.schema, name: found.name });
    return;
  }
  const join = as(node, 'JoinExpr');
  for (const side of [join?.larg, join?.rarg, as(node, 'RangeTableSample')?.relation]) {
    if (side !== undefined) lockIn(walk, side, only);
  }
  const subselect = as(node, 'RangeSubselect');
  if (subselect === null || (only !== null && !only.has(subselect.alias?.aliasname ?? ''))) return;
  for (const inner of as(subselect.subquery, 'SelectStmt')?.fromClause ?? []) lockIn(walk, inner, null);
}
