import {
  type BytesSearch,
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

/** What hides a column's fields: a mask, or a detector's search, which hides what it finds. */
export type ColumnMasker = { readonly mask: FieldMasker } | { readonly search: BytesSearch };

/** Hides fields of one result's rows. Made when its columns are known, before its first row. */
export class RowMasker {
  readonly columns: number;
  /** Fields hidden so far; the caller reads and adds them up. */
  maskedFields = 0;
  /** Of these: by a detector, where no mask says so. */
  detectedFields = 0;
  readonly #masks: readonly (FieldMasker | null)[];
  readonly #searches: readonly (BytesSearch | null)[];
  #room = Buffer.allocUnsafe(4096);

  constructor(maskers: readonly (ColumnMasker | null)[]) {
    this.#masks = maskers.map((masker) => (masker !== null && 'mask' in masker ? masker.mask : null));
    this.#searches = maskers.map((masker) => (masker !== null && 'search' in masker ? masker.search : null));
    this.columns = maskers.length;
    this.searchesOnly = this.#masks.every((mask) => mask === null);
  }

  /** No mask hides a column of it. */
  readonly searchesOnly: boolean;

  hides(index: number): boolean {
    return this.#masks[index] != null;
  }

  /** The DataRow in `buffer` from `start` to `end`, masked; null when it passes as it came. */
  mask(buffer: Buffer, start: number, end: number): Buffer | null {
    if (end - start < 7 || buffer.readInt16BE(start + 5) !== this.columns) {
      throw new FrameFault('a row has another number of fields than its description');
    }
    let at = start + 7;
    /** Up to here the row is copied; what stays as it came is copied in one piece. */
    let copied = at;
    let out = 7;
    for (let index = 0; index < this.columns; index += 1) {
      if (at + 4 > end) throw new FrameFault('a row ends too early');
      const length = buffer.readInt32BE(at);
      at += 4;
      if (length < -1 || (length > 0 && at + length > end)) throw new FrameFault('a row ends too early');
      if (length === -1) continue;
      const masked = this.#hidden(buffer, at, at + length, index);
      if (masked !== undefined) {
        out = this.#put(this.#copy(out, buffer, copied, at - 4), masked);
        copied = at + length;
      }
      at += length;
    }
    if (at !== end) throw new FrameFault('a row is longer than its fields');
    if (out === 7 && copied === start + 7) return null;
    out = this.#copy(out, buffer, copied, end);
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

  /** What stands in a field's place; undefined: it stays. */
  #hidden(buffer: Buffer, from: number, to: number, index: number): Uint8Array | null | undefined {
    const mask = this.#masks[index];
    if (mask != null) {
      this.maskedFields += 1;
      return mask(buffer.subarray(from, to));
    }
    const found = this.#searches[index]?.(buffer, from, to) ?? undefined;
    if (found === undefined) return undefined;
    this.maskedFields += 1;
    this.detectedFields += 1;
    return found;
  }

  #copy(at: number, buffer: Buffer, from: number, to: number): number {
    const end = at + to - from;
    this.#make(at, end);
    buffer.copy(this.#room, at, from, to);
    return end;
  }

  #put(at: number, value: Uint8Array | null): number {
    const length = value === null ? 0 : value.length;
    const end = at + 4 + length;
    this.#make(at, end);
    this.#room.writeInt32BE(value === null ? -1 : length, at);
    if (value !== null) this.#room.set(value, at + 4);
    return end;
  }

  #make(used: number, end: number): void {
    if (end <= this.#room.length) return;
    const grown = Buffer.allocUnsafe(2 * end);
    this.#room.copy(grown, 0, 0, used);
    this.#room = grown;
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
  const maskers = columns.map(({ typeOid }, index): ColumnMasker | null => {
    const mask = plan.everything ? 'full' : byIndex.get(index);
    const format = formatOf(formats, index);
    if (mask !== undefined) return { mask: fieldMasker(mask, typeOid, format, key) };
    const search = detectingMasker(typeOid, format, detect);
    return search === null ? null : { search };
  });
  return maskers.some((masker) => masker !== null) ? new RowMasker(maskers) : null;
}
