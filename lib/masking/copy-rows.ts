import type { CopyOptions } from './copy.ts';

/** Rows in the data of a COPY … FROM STDIN, as it passes. Never fewer than the target will take. */
export interface CopyRows {
  push(bytes: Buffer): void;
  /** Null: it can't be told. */
  readonly rows: number | null;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
/** Signature, flags and length of the header's extension. */
const binaryHeadBytes = 19;

/** `options` null: the format is not known, and no count either. */
export function copyRows(options: CopyOptions | null): CopyRows {
  if (options === null) return { push: () => {}, rows: null };
  return options.format === 'binary' ? new BinaryRows() : new TextRows(options.header === true);
}

/**
 * Text and csv: lines. A line break that an escape or a quote makes part of a value counts as one more row,
 * so that no quoting hides rows from the count.
 */
class TextRows implements CopyRows {
  #feeds = 0;
  #returns = 0;
  #last = newline;
  readonly #header: number;

  constructor(hasHeader: boolean) {
    this.#header = hasHeader ? 1 : 0;
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#feeds += occurrences(bytes, newline);
    this.#returns += occurrences(bytes, carriageReturn);
    this.#last = bytes[bytes.length - 1] ?? newline;
  }

  get rows(): number {
    const open = this.#last === newline || this.#last === carriageReturn ? 0 : 1;
    return Math.max(0, Math.max(this.#feeds, this.#returns) + open - this.#header);
  }
}

function occurrences(bytes: Buffer, byte: number): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) count += 1;
  return count;
}

/** Binary: tuples, each a number of fields and their lengths. What does not read so can't be told. */
class BinaryRows implements CopyRows {
  #rows = 0;
  #isOdd = false;
  #hasEnded = false;
  #rest = Buffer.alloc(0);
  /** Bytes of values that pass unread. */
  #skip = 0;
  /** Fields of the tuple that are left; null: a tuple begins. */
  #fields: number | 'head' | null = 'head';

  push(bytes: Buffer): void {
    if (this.#isOdd || this.#hasEnded) return;
    let data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (let used = this.#step(data); used > 0; used = this.#step(data)) data = data.subarray(used);
    this.#rest = Buffer.from(data);
  }

  /** Bytes that were read; 0: more is needed, or nothing more is read. */
  #step(data: Buffer): number {
    if (this.#isOdd || this.#hasEnded || data.length === 0) return 0;
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, data.length);
      this.#skip -= passed;
      return passed;
    }
    if (this.#fields === 'head') return this.#head(data);
    return this.#fields === null ? this.#tuple(data) : this.#field(data, this.#fields);
  }

  #head(data: Buffer): number {
    if (data.length < binaryHeadBytes) return 0;
    this.#fields = null;
    this.#skipped(data.readInt32BE(binaryHeadBytes - 4));
    return binaryHeadBytes;
  }

  #tuple(data: Buffer): number {
    if (data.length < 2) return 0;
    const fields = data.readInt16BE(0);
    if (fields === -1) this.#hasEnded = true;
    else if (fields < 0) this.#isOdd = true;
    else {
      this.#rows += 1;
      this.#fields = fields === 0 ? null : fields;
    }
    return 2;
  }

  #field(data: Buffer, left: number): number {
    if (data.length < 4) return 0;
    const length = data.readInt32BE(0);
    if (length !== -1) this.#skipped(length);
    this.#fields = left === 1 ? null : left - 1;
    return 4;
  }

  #skipped(length: number): void {
    if (length < 0) this.#isOdd = true;
    else this.#skip = length;
  }

  get rows(): number | null {
    return this.#isOdd ? null : this.#rows;
  }
}
