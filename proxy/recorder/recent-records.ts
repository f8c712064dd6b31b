import { blockBytesTarget } from '#lib/recording/format';
import type { RecordBody, RecordingRecord } from '#lib/recording/model';
import { decodeRecord, type RecordSpan, recordHeadBytes } from '#lib/recording/record';

/**
 * Decodes one session's records in order, wherever they come from. A short record names one of its
 * block, so what lies further back than a block's length is forgotten.
 */
export class RecentRecords {
  readonly #whole = new Map<number, { readonly body: RecordBody; readonly at: number }>();
  #at = 0;

  decode(plain: Buffer, span: RecordSpan): RecordingRecord {
    const record = decodeRecord(plain, span, (seq) => this.#whole.get(seq)?.body);
    const { kind } = record.body;
    if (kind === 'intent' || kind === 'rows') this.#whole.set(span.seq, { body: record.body, at: this.#at });
    this.#at += recordHeadBytes + span.end - span.start;
    for (const [seq, { at }] of this.#whole) {
      if (at >= this.#at - blockBytesTarget) break;
      this.#whole.delete(seq);
    }
    return record;
  }
}
