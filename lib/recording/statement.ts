import type { RecordingRecord, StatementRecords } from './model.ts';

/** The outcome is looked for so far behind the intent; others of a pipeline may stand between. */
const lookedAtMax = 10_000;
/** Of a longer one only the first is kept, and its outcome. */
const keptCharsMax = 8 * 1024 * 1024;

/** Gathers the records of one statement from those that are read from its sequence on. */
export class StatementGatherer implements StatementRecords {
  readonly records: RecordingRecord[] = [];
  truncated = false;
  readonly #seq: number;
  #lookedAt = 0;
  #chars = 0;

  constructor(seq: number) {
    this.#seq = seq;
  }

  /** False: nothing that follows belongs to it. */
  take(record: RecordingRecord): boolean {
    const { body } = record;
    if (record.seq === this.#seq) {
      this.records.push(record);
      return body.kind === 'intent';
    }
    this.#lookedAt += 1;
    if ('of' in body && body.of === this.#seq) {
      const isLast = body.kind === 'outcome';
      const fits = this.#chars < keptCharsMax;
      if (fits || isLast) this.records.push(record);
      if (fits) this.#chars += JSON.stringify(body).length;
      else this.truncated ||= !isLast;
      if (isLast) return false;
    }
    if (this.#lookedAt < lookedAtMax) return true;
    this.truncated = true;
    return false;
  }
}
