import type { CommonTableExpr, WithClause } from 'libpg-query';
import { as, stringsOf } from './nodes.ts';
import { queryColumns, selectColumns } from './query.ts';
import {
  type Columns,
  computedFrom,
  plain,
  renamed,
  sameColumn,
  unknownColumns,
  type Value,
  wholeOf,
} from './value.ts';
import type { CteEntry, CteScope, Walk } from './walk.ts';

/** Rounds until the lineage of a recursive query must have settled; after that it is one computed value. */
const roundsMax = 6;

/** Reads a WITH clause; every query in it counts, whether it is named later or not. */
export function withCtes(walk: Walk, clause: WithClause | undefined): Walk {
  if (clause === undefined) return walk;
  const expressions = (clause.ctes ?? []).flatMap((node) => as(node, 'CommonTableExpr') ?? []);
  if (clause.recursive) return recursive(walk, expressions);
  let inner = walk;
  for (const expression of expressions) {
    const columns = shaped(expression, queryOf(inner, expression));
    const entry: CteEntry = { name: expression.ctename ?? '', columns: () => columns };
    inner = { ...inner, ctes: { entries: [entry], parent: inner.ctes } };
  }
  return inner;
}

/** The query that a FROM names, innermost first. */
export function findCte(scope: CteScope | null, name: string): CteEntry | null {
  for (let level = scope; level !== null; level = level.parent) {
    const found = level.entries.find((entry) => entry.name === name);
    if (found !== undefined) return found;
  }
  return null;
}

function queryOf(walk: Walk, expression: CommonTableExpr): Columns {
  return expression.ctequery === undefined ? unknownColumns : queryColumns(walk, expression.ctequery);
}

/** All queries of a WITH RECURSIVE see each other; each is read on first use. */
function recursive(walk: Walk, expressions: readonly CommonTableExpr[]): Walk {
  const entries: CteEntry[] = [];
  const inner: Walk = { ...walk, ctes: { entries, parent: walk.ctes } };
  for (const expression of expressions) {
    let state: Columns | 'new' | 'busy' = 'new';
    let soFar: Columns = { named: [], open: plain };
    entries.push({
      name: expression.ctename ?? '',
      columns() {
        if (state === 'busy') return renamed(soFar, stringsOf(expression.aliascolnames) ?? []);
        if (state !== 'new') return state;
        state = 'busy';
        soFar = firstTerm(inner, expression);
        let last = soFar;
        for (let round = 0; round < roundsMax; round++) {
          last = soFar;
          soFar = queryOf(inner, expression);
          if (sameColumns(last, soFar)) break;
        }
        const settled = sameColumns(last, soFar) ? soFar : allOf(soFar);
        state = shaped(expression, settled);
        return state;
      },
    });
  }
  for (const entry of entries) entry.columns();
  return inner;
}

/** The part of a recursive query that doesn't name itself gives it its columns. */
function firstTerm(walk: Walk, expression: CommonTableExpr): Columns {
  const select = as(expression.ctequery, 'SelectStmt');
  if (select?.larg === undefined) return { named: [], open: plain };
  return selectColumns(withCtes(walk, select.withClause), select.larg);
}

function allOf(columns: Columns): Columns {
  const whole: Value = computedFrom([wholeOf(columns)]);
  return { named: columns.named.map(({ name }) => ({ name, value: whole })), open: columns.open && whole };
}

function sameColumns(a: Columns, b: Columns): boolean {
  if ((a.open === null) !== (b.open === null) || a.named.length !== b.named.length) return false;
  if (a.open !== null && b.open !== null && !sameValue(a.open, b.open)) return false;
  return a.named.every((column, index) => {
    const other = b.named[index];
    return other !== undefined && sameValue(column.value, other.value);
  });
}

function sameValue(a: Value, b: Value): boolean {
  return (
    a.direct === b.direct &&
    a.unknown === b.unknown &&
    a.refs.length === b.refs.length &&
    a.refs.every((ref) => b.refs.some((other) => sameColumn(ref, other)))
  );
}

/** Alias names, and the columns that SEARCH and CYCLE add. */
function shaped(expression: CommonTableExpr, columns: Columns): Columns {
  const shown = renamed(columns, stringsOf(expression.aliascolnames) ?? []);
  const whole = computedFrom([wholeOf(shown)]);
  const added = [
    expression.search_clause?.search_seq_column,
    expression.cycle_clause?.cycle_mark_column,
    expression.cycle_clause?.cycle_path_column,
  ].flatMap((name) => (name === undefined ? [] : [{ name, value: whole }]));
  return added.length === 0 ? shown : { named: [...shown.named, ...added], open: shown.open };
}
