import { blockBytesTarget } from '#lib/recording/format';
import type { RecordBody, RecordingRecord } from '#lib/recording/model';
import { decodeRecord, isShort, type RecordSpan, recordHeadBytes } from '#lib/recording/record';

interface Kept {
  readonly body: RecordBody;
  readonly at: number;
  readonly text: string;
}

/**
 * Decodes one session's records in order, wherever they come from. A short record names one of the block
 * that its worker wrote, so what lies further back than a block's length is forgotten. A file that was
 * recovered in part holds whole what was short in that block: the same text again counts as nothing.
 */
export class RecentRecords {
  readonly #whole = new Map<number, Kept>();
  /** The newest record of each text. */
  readonly #byText = new Map<string, number>();
  #at = 0;

  decode(plain: Buffer, span: RecordSpan): RecordingRecord {
    const record = decodeRecord(plain, span, (seq) => this.#whole.get(seq)?.body);
    const bytes = span.end - span.start;
    const isKept = isShort(span.code) ? false : this.#keep(span.seq, record.body, bytes);
    this.#at += recordHeadBytes + (isKept ? 0 : bytes);
    for (const [seq, { at, text }] of this.#whole) {
      if (at >= this.#at - blockBytesTarget) break;
      this.#whole.delete(seq);
      if (this.#byText.get(text) === seq) this.#byText.delete(text);
    }
    return record;
  }

  /** True when one with the same text is kept. */
  #keep(seq: number, body: RecordBody, bytes: number): boolean {
    const text = textOf(body);
    if (text === null) return false;
    const like = this.#byText.get(text);
    const known = like === undefined ? undefined : this.#whole.get(like);
    const at = this.#at + recordHeadBytes + (known === undefined ? bytes : 0);
    this.#whole.set(seq, { body: slim(body, known?.body), at, text: known?.text ?? text });
    this.#byText.set(text, seq);
    return known !== undefined;
  }
}

/** What is long in it and may be short in one that is like it; null: none is like it. */
function textOf(body: RecordBody): string | null {
  if (body.kind === 'intent') return `intent ${body.text}`;
  return body.kind === 'rows' ? `rows ${JSON.stringify(body.columns)}` : null;
}

/** What a short record may take of it; long values once for all that have them. */
function slim(body: RecordBody, known: RecordBody | undefined): RecordBody {
  if (body.kind === 'intent' && known?.kind === 'intent') return { ...body, text: known.text };
  if (body.kind !== 'rows') return body;
  return { ...body, columns: known?.kind === 'rows' ? known.columns : body.columns, rows: [] };
}
