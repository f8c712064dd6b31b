import { invalid } from './errors.ts';

/** One page of a list. `next` is the cursor of the page after it; null: this was the last. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export const pageRowsDefault = 50;
export const pageRowsMax = 200;

export interface PageInput {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A cursor is the sort key of the last row shown: opaque to the page, checked when it comes back. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
}

/** Throws `invalid` for anything that `encodeCursor` did not make with `length` parts. */
export function decodeCursor(cursor: string, length: number): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === length && parts.every((part) => typeof part === 'string')) {
      return parts;
    }
  } catch {
    // falls through to the refusal
  }
  throw notOurs();
}

/** The cursor of a list by moment and id: `[row.at.toISOString(), row.id]`. */
export function decodeMomentCursor(cursor: string): readonly [at: Date, id: string] {
  const [time = '', id = ''] = decodeCursor(cursor, 2);
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) throw notOurs();
  return [at, id];
}

const notOurs = () => invalid('The page marker in the address is not one of ours; open the list anew.');

/** Cuts the one row too many that was asked for, and makes the next page's cursor from the last kept. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => readonly string[],
): Page<Row> {
  if (rows.length <= limit) return { rows, next: null };
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept, next: last === undefined ? null : encodeCursor(key(last)) };
}
