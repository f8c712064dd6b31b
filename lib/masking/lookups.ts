import type { SqlFacts } from '#lib/sql/model';
import { constantText } from './constant.ts';
import { columnKey, type MaskSpec } from './model.ts';
import type { WrittenValues } from './writes.ts';

/** Values of one column that a session may look up where its mask says nothing else. */
export const lookupsMaxDefault = 100;

export interface LookedUp {
  /** `schema.table.column` */
  readonly column: string;
  /** What it is compared with; the whole statement where that can't be told. */
  readonly value: string;
}

/**
 * What a statement looks up in masked columns, which MaskPlan.lookups names. Constants that it stores
 * in such a column count too.
 */
export function lookedUp(
  facts: Pick<SqlFacts, 'tag' | 'literals' | 'parameters'>,
  columns: readonly string[],
  { text, parameters }: WrittenValues,
): readonly LookedUp[] {
  // What a cursor looks up was counted when it was opened.
  if (facts.tag === 'FETCH' || facts.tag === 'MOVE') return [];
  return columns.flatMap((column) => {
    const literals = facts.literals
      .filter((literal) => literal.column !== null && columnKey(literal.column) === column)
      .map(({ start, end }) => constantText(text.slice(start, end)));
    const bound = facts.parameters
      .filter((parameter) => columnKey(parameter.column) === column)
      .map(({ number }) => parameters[number - 1] ?? null);
    const known = [...literals, ...bound].map((value) => (value === null ? 'null' : `'${bare(value)}`));
    const values = known.length > 0 ? known : [JSON.stringify([text, parameters])];
    return values.map((value) => ({ column, value }));
  });
}

function bare(value: string): string {
  return /^'.*'$/s.test(value) ? value.slice(1, -1) : value;
}

/** How many values of a column one session may look up: the mask's option `lookups`. */
export function lookupsMax(masks: readonly MaskSpec[], column: string): number {
  const limits = masks
    .filter((mask) => mask.column === column)
    .map(({ options }) => (typeof options.lookups === 'number' ? options.lookups : lookupsMaxDefault));
  return limits.length === 0 ? lookupsMaxDefault : Math.min(...limits);
}
