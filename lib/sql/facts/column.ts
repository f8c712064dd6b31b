import { isBuiltinFunction } from '../builtin/functions.ts';
import { callValue } from './call.ts';
import { as, type NodeBody, stringsOf } from './nodes.ts';
import { columnOf, findColumn, findItem, type Item } from './scope.ts';
import { computedFrom, rowOf, unknownValue, type Value } from './value.ts';
import type { Walk } from './walk.ts';

/**
 * A column, a whole row (`c`, `c.*`), or a function in attribute notation (`c.initials`). `field`: only
 * a field of the row will be taken, so a whole row is no use of all its columns yet.
 */
export function columnValue(
  body: NodeBody<'ColumnRef'>,
  walk: Walk,
  purpose: 'value' | 'field' = 'value',
): Value {
  const fields = body.fields ?? [];
  const starred = as(fields.at(-1), 'A_Star') !== null;
  const names = stringsOf(starred ? fields.slice(0, -1) : fields) ?? [];
  if (starred) {
    const item = itemOf(names, walk);
    return item === null ? unresolved(`${names.join('.')}.*`, walk) : wholeRow(item, walk, purpose);
  }
  const [only] = names;
  if (names.length === 1 && only !== undefined) return unqualified(only, walk, purpose);
  const column = names.at(-1) ?? '';
  const item = itemOf(names.slice(0, -1), walk);
  if (item === null) return unresolved(names.join('.'), walk);
  const found = columnOf(item, column);
  if (found !== null) return purpose === 'field' ? asFields(found) : found;
  return attributeCall(item, column, walk);
}

function unqualified(name: string, walk: Walk, purpose: 'value' | 'field'): Value {
  const found = findColumn(walk.scope, name);
  if (found !== null) return purpose === 'field' ? asFields(found) : found;
  const item = findItem(walk.scope, null, name);
  return item === null ? unresolved(name, walk) : wholeRow(item, walk, purpose);
}

/** A column that holds a row: the server no longer knows where its fields come from. */
function asFields(value: Value): Value {
  if (value.row === null) return value;
  return {
    ...value,
    row: value.row.map((field) => ({ ...field, value: { ...field.value, origin: undefined } })),
  };
}

/** The FROM item that `table`, `schema.table` or `database.schema.table` means. */
export function itemOf(names: readonly string[], walk: Walk): Item | null {
  const { names: known, out } = walk.statement;
  const [last, schema, database] = [...names].reverse();
  if (last === undefined || names.length > 3) return null;
  if (database !== undefined && database !== known.catalog.database) {
    out.refuse(`cross-database references are not implemented: "${names.join('.')}"`, null, '0A000');
  }
  return findItem(walk.scope, schema === undefined ? null : known.schemaName(schema), last);
}

function wholeRow(item: Item, walk: Walk, purpose: 'value' | 'field'): Value {
  const row = rowOf(item.columns);
  if (purpose === 'value') walk.statement.out.use(row.refs, 'derived', 'whole row');
  return row;
}

/** `c.initials` where no such column is: the function `initials(c)`. */
function attributeCall(item: Item, name: string, walk: Walk): Value {
  const row = rowOf(item.columns);
  const call = attributeValue(row, name, walk);
  if (call !== null) return call;
  walk.statement.out.notResolved('column', `${item.alias}.${name}`);
  return unknownValue;
}

/** A function of a row in attribute notation; null: no function of this name is known. */
export function attributeValue(row: Value, name: string, walk: Walk): Value | null {
  const { names, out } = walk.statement;
  const known = isBuiltinFunction(name) || names.functions(null, name).length > 0;
  if (!known) return null;
  out.use(row.refs, 'compute', 'whole row');
  return computedFrom([row, callValue({ funcname: [{ String: { sval: name } }] }, walk, { given: [row] })]);
}

function unresolved(name: string, walk: Walk): Value {
  walk.statement.out.notResolved('column', name);
  return unknownValue;
}
