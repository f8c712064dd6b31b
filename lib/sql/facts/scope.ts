import { type Columns, computedFrom, eitherOf, plain, type Value } from './value.ts';

/** One named thing in a FROM clause. */
export interface Item {
  /** The name that qualifies its columns; empty for an unnamed join. */
  readonly alias: string;
  /** Schema of a relation without an alias: `schema.table.column` finds it too. */
  readonly schema: string | null;
  readonly columns: Columns;
  /** Its columns are found without a qualifier and by `*`. */
  readonly open: boolean;
  /** It is found by its name. */
  readonly named: boolean;
  /** It is a table and has ctid, xmin and so on. */
  readonly system: boolean;
}

export interface Scope {
  readonly items: readonly Item[];
  readonly parent: Scope | null;
}

const systemColumns = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

export function columnOf(item: Item, name: string): Value | null {
  const found = item.columns.named.filter((column) => column.name === name);
  const first = found[0];
  if (first !== undefined)
    return found.slice(1).reduce((value, more) => eitherOf(value, more.value), first.value);
  if (item.system && systemColumns.has(name)) return plain;
  return item.columns.open;
}

/**
 * An unqualified name among the columns of a scope and those around it: the innermost level that has
 * it. More than one: the server will refuse, any of them counts. Null: no such column.
 */
export function findColumn(scope: Scope | null, name: string): Value | null {
  for (let level = scope; level !== null; level = level.parent) {
    const exact: Value[] = [];
    const possible: Value[] = [];
    for (const item of level.items) {
      if (!item.open) continue;
      const named = item.columns.named.find((column) => column.name === name);
      if (named !== undefined) exact.push(columnOf(item, name) ?? named.value);
      else if (item.system && systemColumns.has(name)) exact.push(plain);
      else if (item.columns.open !== null) possible.push(item.columns.open);
    }
    const first = exact[0];
    if (first !== undefined && possible.length === 0) {
      return exact.slice(1).reduce((value, more) => eitherOf(value, more), first);
    }
    if (exact.length + possible.length > 0) {
      const outer = exact.length > 0 ? null : findColumn(level.parent, name);
      return computedFrom([...exact, ...possible, ...(outer === null ? [] : [outer])]);
    }
  }
  return null;
}

/** The FROM item that a qualifier means: the innermost one. */
export function findItem(scope: Scope | null, schema: string | null, name: string): Item | null {
  for (let level = scope; level !== null; level = level.parent) {
    for (const item of level.items) {
      if (!item.named || item.alias !== name) continue;
      if (schema === null || item.schema === schema) return item;
    }
  }
  return null;
}

/** Columns that `*` stands for in a scope. */
export function starOf(scope: Scope): Columns {
  const named = scope.items.filter((item) => item.open).flatMap((item) => item.columns.named);
  const open = scope.items.filter((item) => item.open && item.columns.open !== null);
  if (open.length === 0) return { named, open: null };
  return { named, open: computedFrom(open.map((item) => item.columns.open ?? plain)) };
}
