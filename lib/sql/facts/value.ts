import type { ColumnOrigin, ColumnRef, OutputColumn, SqlFacts } from '../model.ts';

/** What a value is made of. */
export interface Value {
  readonly refs: readonly ColumnRef[];
  /** The value is one of `refs` unchanged. */
  readonly direct: boolean;
  /** It may hold anything: an unresolved name, a function that reads what it likes. */
  readonly unknown: boolean;
  /** So many of `refs` are the column itself; the others are what it is generated from. */
  readonly own?: number;
  /** What RowDescription would report; undefined: not known. */
  readonly origin: ColumnOrigin | null | undefined;
  /** Fields of a composite value whose make-up is known. */
  readonly row: readonly NamedValue[] | null;
}

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/** Columns of a query or FROM item; `open`: further ones of unknown names and number have this value. */
export interface Columns {
  readonly named: readonly NamedValue[];
  readonly open: Value | null;
}

export const plain: Value = { refs: [], direct: false, unknown: false, origin: null, row: null };
export const unknownValue: Value = { refs: [], direct: false, unknown: true, origin: undefined, row: null };
export const noColumns: Columns = { named: [], open: null };
export const unknownColumns: Columns = { named: [], open: unknownValue };

export function sameColumn(a: ColumnRef, b: ColumnRef): boolean {
  return a === b || (a.column === b.column && a.table === b.table && a.schema === b.schema);
}

export function joinRefs(a: readonly ColumnRef[], b: readonly ColumnRef[]): readonly ColumnRef[] {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  if (a.length * b.length > 400) return [...new Set([...a, ...b])];
  const more = b.filter((ref) => !a.some((known) => sameColumn(known, ref)));
  return more.length === 0 ? a : [...a, ...more];
}

/** A value computed from others: an expression over them. */
export function computedFrom(values: readonly Value[]): Value {
  let refs: readonly ColumnRef[] = [];
  let unknown = false;
  for (const value of values) {
    refs = joinRefs(refs, value.refs);
    unknown ||= value.unknown;
  }
  return refs.length === 0 && !unknown ? plain : { refs, direct: false, unknown, origin: null, row: null };
}

/** One of two values unchanged: branches of a UNION, sides of a merged join column. */
export function eitherOf(a: Value, b: Value): Value {
  return {
    refs: joinRefs(a.refs, b.refs),
    direct: (a.direct || b.direct) && unchanging(a) && unchanging(b) && isWholly(a) && isWholly(b),
    unknown: a.unknown || b.unknown,
    origin: undefined,
    row: a.row !== null && b.row !== null ? mergeNamed(a.row, b.row) : null,
  };
}

/** No generated column, which its sources' masks hide whole. */
function isWholly({ own }: Value): boolean {
  return own === undefined;
}

/** A plain column or a constant: a mask on the column may be put on either. */
function unchanging(value: Value): boolean {
  return value.direct || (value.refs.length === 0 && !value.unknown);
}

function mergeNamed(a: readonly NamedValue[], b: readonly NamedValue[]): readonly NamedValue[] | null {
  if (a.length !== b.length) return null;
  return a.map((field, index) => {
    const other = b[index];
    return other === undefined ? field : { name: field.name, value: eitherOf(field.value, other.value) };
  });
}

/** Columns of a set operation: by position. Where numbers differ or are unknown, all of it is one value. */
export function eitherColumns(a: Columns, b: Columns): Columns {
  if (a.open === null && b.open === null && a.named.length === b.named.length) {
    return { named: mergeNamed(a.named, b.named) ?? [], open: null };
  }
  return { named: [], open: computedFrom([wholeOf(a), wholeOf(b)]) };
}

/** Everything in some columns as one computed value. */
export function wholeOf(columns: Columns): Value {
  const values = columns.named.map((column) => column.value);
  return computedFrom(columns.open === null ? values : [...values, columns.open]);
}

/** A whole row as one composite value. */
export function rowOf(columns: Columns): Value {
  const whole = wholeOf(columns);
  return { ...whole, origin: undefined, row: columns.open === null ? columns.named : null };
}

/** New names for the first columns: an alias list. */
export function renamed(columns: Columns, names: readonly string[]): Columns {
  if (names.length === 0) return columns;
  if (columns.open !== null && names.length > columns.named.length) {
    const whole = wholeOf(columns);
    return { named: names.map((name) => ({ name, value: whole })), open: whole };
  }
  return {
    named: columns.named.map((column, index) => ({ name: names[index] ?? column.name, value: column.value })),
    open: columns.open,
  };
}

export function outputOf(column: NamedValue): OutputColumn {
  const { name, value } = column;
  const base = value.origin === undefined ? { name } : { name, origin: value.origin };
  if (value.unknown) return { ...base, kind: 'unknown' };
  const first = value.refs[0];
  if (!value.direct || first === undefined) return { ...base, kind: 'computed', from: value.refs };
  if (value.refs.length === 1) return { ...base, kind: 'column', column: first };
  const made = value.own === undefined ? {} : { own: value.own };
  return { ...base, kind: 'union', columns: value.refs, ...made };
}

/** A statement's result columns as values again: what FETCH gives of a cursor. */
export function columnsOfOutputs(facts: Pick<SqlFacts, 'outputs' | 'outputsUnknown'>): Columns {
  const named = (facts.outputs ?? []).map((output): NamedValue => {
    const refs =
      output.kind === 'column'
        ? [output.column]
        : output.kind === 'union'
          ? output.columns
          : output.kind === 'computed'
            ? output.from
            : [];
    const direct = output.kind === 'column' || output.kind === 'union';
    const own = output.kind === 'union' && output.own !== undefined ? { own: output.own } : {};
    const unknown = output.kind === 'unknown';
    return { name: output.name, value: { refs, direct, unknown, origin: output.origin, row: null, ...own } };
  });
  return { named, open: facts.outputsUnknown ? unknownValue : null };
}
