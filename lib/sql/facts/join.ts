import type { JoinExpr } from 'libpg-query';
import { stringsOf } from './nodes.ts';
import { noteOperator } from './operator.ts';
import { columnOf, type Item, starOf } from './scope.ts';
import {
  type Columns,
  computedFrom,
  eitherOf,
  type NamedValue,
  renamed,
  unknownValue,
  type Value,
  wholeOf,
} from './value.ts';
import type { Walk } from './walk.ts';

/**
 * The namespace of a join: its columns are merged as USING or NATURAL say; what it joins stays
 * reachable by name, unless the join has an alias of its own.
 */
export function joinItems(
  walk: Walk,
  join: JoinExpr,
  left: readonly Item[],
  right: readonly Item[],
): readonly Item[] {
  const leftColumns = starOf({ items: left, parent: null });
  const rightColumns = starOf({ items: right, parent: null });
  const using = join.isNatural ? common(leftColumns, rightColumns) : (stringsOf(join.usingClause) ?? []);
  if (join.isNatural && (leftColumns.open !== null || rightColumns.open !== null)) {
    walk.statement.out.use(wholeOf(leftColumns).refs, 'compute', 'NATURAL JOIN');
    walk.statement.out.use(wholeOf(rightColumns).refs, 'compute', 'NATURAL JOIN');
  }
  const merged = using.map((name) => mergedColumn(walk, join, name, leftColumns, rightColumns));
  const columns: Columns = {
    named: [
      ...merged,
      ...leftColumns.named.filter((column) => !using.includes(column.name)),
      ...rightColumns.named.filter((column) => !using.includes(column.name)),
    ],
    open: openOf(leftColumns, rightColumns),
  };
  const alias = join.alias?.aliasname ?? '';
  const shown = renamed(columns, stringsOf(join.alias?.colnames) ?? []);
  const whole: Item = {
    alias,
    schema: null,
    columns: shown,
    open: true,
    named: alias !== '',
    system: [...left, ...right].some((item) => item.open && item.system),
  };
  const parts = alias === '' ? [...left, ...right].map((item) => ({ ...item, open: false })) : [];
  const usingAlias = join.join_using_alias?.aliasname;
  const items = [...parts.filter((item) => item.named), whole];
  if (usingAlias === undefined) return items;
  const columnsOfAlias = { named: merged, open: null };
  return [
    ...items,
    { alias: usingAlias, schema: null, columns: columnsOfAlias, open: false, named: true, system: false },
  ];
}

function openOf(left: Columns, right: Columns): Value | null {
  if (left.open === null) return right.open;
  return right.open === null ? left.open : computedFrom([left.open, right.open]);
}

/** NATURAL: columns of the same name. Where one side's columns aren't known, any of them may be meant. */
function common(left: Columns, right: Columns): readonly string[] {
  const names = new Set(right.named.map((column) => column.name));
  return left.named.map((column) => column.name).filter((name) => names.has(name));
}

/** A merged column is that of the left side (of the right in a RIGHT JOIN), compared with the other's. */
function mergedColumn(walk: Walk, join: JoinExpr, name: string, left: Columns, right: Columns): NamedValue {
  const ofLeft = sideValue(left, name);
  const ofRight = sideValue(right, name);
  noteOperator(walk, ['=']);
  walk.statement.out.use(ofLeft.refs, 'compute', 'JOIN … USING');
  walk.statement.out.use(ofRight.refs, 'compute', 'JOIN … USING');
  if (join.jointype === 'JOIN_FULL')
    return { name, value: { ...computedFrom([ofLeft, ofRight]), origin: undefined } };
  return { name, value: eitherOf(ofLeft, ofRight) };
}

function sideValue(columns: Columns, name: string): Value {
  const item: Item = { alias: '', schema: null, columns, open: true, named: false, system: false };
  return columnOf(item, name) ?? unknownValue;
}
