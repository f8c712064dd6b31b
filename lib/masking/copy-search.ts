import type { CopyOptions } from './copy.ts';
import { escapeField, unescapeField } from './copy-text.ts';
import { type CsvDialect, CsvField, csvDialect, encodeCsv } from './csv-field.ts';
import { type BytesSearch, mayHold } from './detectors.ts';
import type { DetectorName } from './model.ts';

const newline = 0x0a;
const backslash = 0x5c;

/** Searches the rows of COPY's text and csv formats. Pieces that are no whole rows pass: an aid, not a boundary. */
export interface CopySearch {
  /** The same bytes where nothing is found. */
  push(piece: Uint8Array): Uint8Array;
  readonly hiddenFields: number;
}

/** `searchAt`: the detector's masker of a column, or null. The binary format is not searched: null. */
export function copySearch(
  options: CopyOptions,
  only: readonly DetectorName[],
  searchAt: (index: number) => BytesSearch | null,
): CopySearch | null {
  if (only.length === 0 || options.format === 'binary') return null;
  const split = options.format === 'text' ? textFields(options) : csvFields(csvDialect(options));
  return new Search(only, searchAt, split);
}

/** One field as it stands in a piece. */
interface Field {
  readonly start: number;
  readonly end: number;
  readonly index: number;
  /** Its value; null: SQL's null. */
  readonly value: Uint8Array | null;
  encode(value: Uint8Array): Uint8Array;
}

/** Null: the piece ends inside a field. */
type Split = (piece: Uint8Array) => readonly Field[] | null;

class Search implements CopySearch {
  readonly #only: readonly DetectorName[];
  readonly #searchAt: (index: number) => BytesSearch | null;
  readonly #split: Split;
  #atRowStart = true;
  hiddenFields = 0;

  constructor(only: readonly DetectorName[], searchAt: (index: number) => BytesSearch | null, split: Split) {
    this.#only = only;
    this.#searchAt = searchAt;
    this.#split = split;
  }

  push(piece: Uint8Array): Uint8Array {
    const isRows = this.#atRowStart && piece.at(-1) === newline;
    if (piece.length > 0) this.#atRowStart = piece.at(-1) === newline;
    if (!isRows || !mayHold(piece, this.#only)) return piece;
    const parts: Uint8Array[] = [];
    let from = 0;
    for (const { start, end, index, value, encode } of this.#split(piece) ?? []) {
      const search = value === null ? null : this.#searchAt(index);
      if (search === null || value === null) continue;
      const hidden = search(value, 0, value.length);
      if (hidden === null) continue;
      this.hiddenFields += 1;
      parts.push(piece.subarray(from, start), encode(hidden));
      from = end;
    }
    return from === 0 ? piece : Buffer.concat([...parts, piece.subarray(from)]);
  }
}

function textFields(options: Extract<CopyOptions, { format: 'text' }>): Split {
  const delimiter = (options.delimiter ?? '\t').charCodeAt(0);
  const nullText = Buffer.from(options.nullText ?? '\\N');
  const encode = (value: Uint8Array) => escapeField(value, delimiter);
  return (piece) => {
    const fields: Field[] = [];
    let start = 0;
    let index = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at];
      if (byte === backslash) at += 1;
      if (byte !== delimiter && byte !== newline) continue;
      const raw = Buffer.from(piece.buffer, piece.byteOffset + start, at - start);
      fields.push({ start, end: at, index, value: raw.equals(nullText) ? null : unescapeField(raw), encode });
      index = byte === newline ? 0 : index + 1;
      start = at + 1;
    }
    return start === piece.length ? fields : null;
  };
}

function csvFields(dialect: CsvDialect): Split {
  return (piece) => {
    const fields: Field[] = [];
    const field = new CsvField(dialect);
    let value: number[] = [];
    let start = 0;
    let index = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at] ?? 0;
      const added = field.read(byte);
      if (added !== null) {
        value.push(...added);
        continue;
      }
      const bytes = Buffer.from(value);
      const { wasQuoted } = field;
      const isNull = !wasQuoted && bytes.equals(dialect.nullText);
      const encode = (hidden: Uint8Array) => encodeCsv(Buffer.from(hidden), dialect, wasQuoted);
      fields.push({ start, end: at, index, value: isNull ? null : bytes, encode });
      value = [];
      index = byte === newline ? 0 : index + 1;
      start = at + 1;
      field.begin();
    }
    return start === piece.length ? fields : null;
  };
}
