import {
  detectingMasker,
  type FieldFormat,
  type FieldMasker,
  fieldMasker,
  type MaskKey,
} from '#lib/masking/index';
import type { DetectorName, MaskPlan, MaskSpec } from '#lib/masking/model';
import { FrameFault } from '../codec/frames.ts';
import type { ColumnDescription } from '../codec/read.ts';
import { fromServer } from '../codec/types.ts';

/** Result formats as Bind gives them: none (all text), one for all, or one each. */
export function formatOf(formats: readonly number[], index: number): FieldFormat {
  const format = formats.length === 0 ? 0 : formats.length === 1 ? formats[0] : formats[index];
  return format === 1 ? 1 : 0;
}

/** Hides fields of one result's rows. Made when its columns are known, before its first row. */
export class RowMasker {
  readonly columns: number;
  /** Fields hidden so far; the caller reads and adds them up. */
  maskedFields = 0;
  /** Of these: by a detector, where no mask says so. */
  detectedFields = 0;
  readonly #maskers: readonly (FieldMasker | null)[];
  readonly #isSearched: readonly boolean[];
  #room = Buffer.allocUnsafe(4096);

  /** `isSearched`: columns whose masker is a detector's, which hides what it finds and nothing else. */
  constructor(maskers: readonly (FieldMasker | null)[], isSearched: readonly boolean[] = []) {
    this.#maskers = maskers;
    this.#isSearched = isSearched;
    this.columns = maskers.length;
    this.searchesOnly = maskers.every((masker, index) => masker === null || isSearched[index] === true);
  }

  /** No mask hides a column of it. */
  readonly searchesOnly: boolean;

  hides(index: number): boolean {
    return this.#maskers[index] != null && this.#isSearched[index] !== true;
  }

  /** The DataRow in `buffer` from `start` to `end`, masked: a frame that nobody else writes to. */
  mask(buffer: Buffer, start: number, end: number): Buffer {
    if (end - start < 7 || buffer.readInt16BE(start + 5) !== this.columns) {
      throw new FrameFault('a row has another number of fields than its description');
    }
    let at = start + 7;
    let out = 7;
    for (let index = 0; index < this.columns; index += 1) {
      if (at + 4 > end) throw new FrameFault('a row ends too early');
      const length = buffer.readInt32BE(at);
      at += 4;
      if (length < -1 || (length > 0 && at + length > end)) throw new FrameFault('a row ends too early');
      const masker = this.#maskers[index];
      if (length === -1) {
        out = this.#put(out, null);
        continue;
      }
      const value = buffer.subarray(at, at + length);
      at += length;
      if (masker == null) out = this.#put(out, value);
      else {
        const masked = masker(value);
        if (this.#isSearched[index] !== true) this.maskedFields += 1;
        else if (masked !== value) {
          this.maskedFields += 1;
          this.detectedFields += 1;
        }
        out = this.#put(out, masked);
      }
    }
    if (at !== end) throw new FrameFault('a row is longer than its fields');
    const row = Buffer.allocUnsafe(out);
    this.#room.copy(row, 0, 0, out);
    row[0] = fromServer.dataRow;
    row.writeInt32BE(out - 1, 1);
    row.writeInt16BE(this.columns, 5);
    return row;
  }

  /** A row that is too large to be masked field by field: every field is null. */
  hiddenRow(): Buffer {
    this.maskedFields += this.columns;
    const row = Buffer.alloc(7 + 4 * this.columns, 0xff);
    row[0] = fromServer.dataRow;
    row.writeInt32BE(row.length - 1, 1);
    row.writeInt16BE(this.columns, 5);
    return row;
  }

  #put(at: number, value: Uint8Array | null): number {
    const length = value === null ? 0 : value.length;
    const end = at + 4 + length;
    if (end > this.#room.length) {
      const grown = Buffer.allocUnsafe(2 * end);
      this.#room.copy(grown, 0, 0, at);
      this.#room = grown;
    }
    this.#room.writeInt32BE(value === null ? -1 : length, at);
    if (value !== null) this.#room.set(value, at + 4);
    return end;
  }
}

/** The masker of a plan, or null when it hides nothing. */
export function rowMasker(
  plan: MaskPlan,
  columns: readonly ColumnDescription[],
  formats: readonly number[],
  key: MaskKey,
  detect: readonly DetectorName[] = [],
): RowMasker | null {
  if (!plan.everything && plan.outputs.length === 0 && detect.length === 0) return null;
  const byIndex = new Map<number, MaskSpec | 'full'>();
  for (const { index, mask } of plan.outputs) byIndex.set(index, byIndex.has(index) ? 'full' : mask);
  const isSearched = columns.map((_, index) => !plan.everything && !byIndex.has(index));
  const maskers = columns.map(({ typeOid }, index) => {
    const mask = plan.everything ? 'full' : byIndex.get(index);
    const format = formatOf(formats, index);
    return mask === undefined
      ? detectingMasker(typeOid, format, detect)
      : fieldMasker(mask, typeOid, format, key);
  });
  return maskers.some((masker) => masker !== null) ? new RowMasker(maskers, isSearched) : null;
}
