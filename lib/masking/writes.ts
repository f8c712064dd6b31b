import type { SqlFacts } from '#lib/sql/model';
import { constantText } from './constant.ts';
import { placeholderFinder } from './marks.ts';
import { columnKey, type MaskSpec, maskedColumn } from './model.ts';

export interface WrittenValues {
  readonly text: string;
  /** Bound parameters in text form; null: SQL's null. Binary ones as hex or UTF-8, whichever reads. */
  readonly parameters: readonly (string | null)[];
}

/**
 * Would the statement store a masked value that was read before? Null, or what to tell the agent. A
 * parameter whose column is not known counts for every masked column that is written.
 */
export function writesPlaceholder(
  facts: Pick<SqlFacts, 'columns' | 'literals' | 'parameters'>,
  masks: readonly MaskSpec[],
  { text, parameters }: WrittenValues,
): { readonly message: string; readonly hint: string } | null {
  const masked = new Set(masks.flatMap((mask) => maskedColumn(mask) ?? []).map(columnKey));
  const written = facts.columns.filter(
    ({ kind, column }) => kind === 'written' && masked.has(columnKey(column)),
  );
  const [first] = written;
  if (!first) return null;
  const names = new Set(written.map(({ column }) => columnKey(column)));
  const placeOf = new Map(facts.parameters.map(({ number, column }) => [number, columnKey(column)]));
  const isMasked = placeholderFinder(masks.filter(({ column }) => names.has(column)));
  const concerned = (column: string | undefined) => column === undefined || names.has(column);

  const literal = facts.literals.find(
    ({ start, end, column }) =>
      concerned(column ? columnKey(column) : undefined) && isMasked(constantText(text.slice(start, end))),
  );
  const parameter = parameters.findIndex(
    (value, index) => value !== null && concerned(placeOf.get(index + 1)) && isMasked(value),
  );
  if (!literal && parameter === -1) return null;
  const known = literal?.column ? columnKey(literal.column) : placeOf.get(parameter + 1);
  return {
    message: `it would store a masked value in ${known ?? columnKey(first.column)}, and the real one would be lost`,
    hint: 'Leave the column out of the write, or write a real value.',
  };
}
