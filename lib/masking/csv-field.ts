import type { CopyOptions } from './copy.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;

export interface CsvDialect {
  readonly delimiter: number;
  readonly quote: number;
  readonly escape: number;
  readonly nullText: Buffer;
}

export function csvDialect(options: Extract<CopyOptions, { format: 'csv' }>): CsvDialect {
  return {
    delimiter: (options.delimiter ?? ',').charCodeAt(0),
    quote: (options.quote ?? '"').charCodeAt(0),
    escape: (options.escape ?? options.quote ?? '"').charCodeAt(0),
    nullText: Buffer.from(options.nullText ?? ''),
  };
}

/** Reads one csv field after the other, byte by byte. */
export class CsvField {
  readonly #dialect: CsvDialect;
  /** `quoteSeen`: a quote that may be the first of two. */
  #place: 'plain' | 'quoted' | 'quoteSeen' | 'escaped' = 'plain';
  wasQuoted = false;

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
  }

  begin(): void {
    this.#place = 'plain';
    this.wasQuoted = false;
  }

  /** The bytes of the value that this byte adds; null: it ends the field. */
  read(byte: number): readonly number[] | null {
    const { delimiter, quote, escape: escaper } = this.#dialect;
    if (this.#place === 'escaped') {
      this.#place = 'quoted';
      return byte === quote || byte === escaper ? [byte] : [escaper, byte];
    }
    if (this.#place === 'quoteSeen') {
      this.#place = byte === quote ? 'quoted' : 'plain';
      if (byte === quote) return [quote];
    }
    if (this.#place === 'quoted') {
      if (byte === quote) this.#place = escaper === quote ? 'quoteSeen' : 'plain';
      else if (byte === escaper) this.#place = 'escaped';
      return byte === quote || byte === escaper ? [] : [byte];
    }
    if (byte === delimiter || byte === newline) return null;
    if (byte !== quote) return [byte];
    this.#place = 'quoted';
    this.wasQuoted = true;
    return [];
  }
}

/** Writes a value as one csv field, quoted where it was or has to be. */
export function encodeCsv(bytes: Buffer, dialect: CsvDialect, wasQuoted: boolean): Buffer {
  const { delimiter, quote, escape: escaper, nullText } = dialect;
  const special = [delimiter, quote, newline, carriageReturn];
  const mustQuote =
    wasQuoted ||
    bytes.equals(nullText) ||
    bytes.toString() === '\\.' ||
    bytes.some((byte) => special.includes(byte));
  if (!mustQuote) return bytes;
  const inside = [...bytes].flatMap((byte) =>
    byte === quote || byte === escaper ? [escaper, byte] : [byte],
  );
  return Buffer.from([quote, ...inside, quote]);
}
