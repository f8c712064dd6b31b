import { openBlock, readBlockHead } from './block.ts';
import type { ByteSource } from './bytes.ts';
import { type ClearHeader, parseClearHeader, readPreludeHead } from './clear-header.ts';
import {
  checkFooterMac,
  type FooterFacts,
  type IndexEntry,
  readFooterHead,
  readIndexEntry,
  readTrailer,
} from './footer.ts';
import {
  blockHeaderBytes,
  footerHeadBytes,
  indexEntryBytes,
  nonceBytes,
  pageBytesMax,
  preludeBytes,
  RecordingFault,
  tagBytes,
  trailerBytes,
} from './format.ts';
import type { RecordingHeader, RecordingRecord, StatementRecords } from './model.ts';
import { decodeRecords, recordSpans } from './record.ts';
import { fileIdOf, type RecordingKeys, unwrapDataKey } from './seal.ts';
import { StatementGatherer } from './statement.ts';

/**
 * Reads a sealed recording in pieces: at most one block is in memory. Every block it hands out
 * has been authenticated with the data key, and so has the index; the whole file's digest has not
 * (that is `verifyRecording`).
 */
export class RecordingReader {
  readonly clear: ClearHeader;
  readonly header: RecordingHeader;
  readonly footer: FooterFacts;
  readonly #source: ByteSource;
  readonly #dataKey: Buffer;
  readonly #fileId: Buffer;
  readonly #index: Buffer;

  private constructor(
    source: ByteSource,
    clear: ClearHeader,
    keys: { readonly dataKey: Buffer; readonly fileId: Buffer },
    footer: FooterFacts,
    index: Buffer,
    header: RecordingHeader,
  ) {
    this.#source = source;
    this.clear = clear;
    this.#dataKey = keys.dataKey;
    this.#fileId = keys.fileId;
    this.footer = footer;
    this.#index = index;
    this.header = header;
  }

  /** `apart`: the wrapped data key of a file that does not hold its own. */
  static async open(
    source: ByteSource,
    keys: RecordingKeys,
    apart: string | null = null,
  ): Promise<RecordingReader> {
    if (source.size < preludeBytes) throw new RecordingFault('header', 0, 'the file is cut short');
    const length = readPreludeHead(await source.read(0, preludeBytes));
    if (source.size < preludeBytes + length + trailerBytes) {
      throw new RecordingFault('header', 0, 'the file is cut short');
    }
    const prelude = Buffer.from(await source.read(0, preludeBytes + length));
    const clear = parseClearHeader(prelude.subarray(preludeBytes));
    const opened = { dataKey: unwrapDataKey(keys, clear, apart), fileId: fileIdOf(prelude) };
    const [footer, index] = await readFooter(source, opened);
    const block = await readBlock(source, opened, readIndexEntry(index, 0), 0);
    const header = JSON.parse(block.toString('utf8')) as RecordingHeader;
    return new RecordingReader(source, clear, opened, footer, index, header);
  }

  /** Records with `fromSeq` ≤ seq < `toSeq`, in order. */
  async *records(fromSeq = 1, toSeq = Number.POSITIVE_INFINITY): AsyncGenerator<RecordingRecord> {
    for (let block = this.#blockOf(fromSeq); block < this.footer.blocks; block += 1) {
      const entry = this.#entry(block);
      if (entry.firstSeq >= toSeq) return;
      yield* decodeRecords(await this.#plain(block, entry), fromSeq, toSeq);
    }
  }

  /**
   * At most `limit` records from `fromSeq`, fewer where they are long, and where the next page starts
   * (null: no more).
   */
  async page(
    fromSeq: number,
    limit: number,
  ): Promise<{ readonly records: readonly RecordingRecord[]; readonly nextSeq: number | null }> {
    const records: RecordingRecord[] = [];
    const first = Math.max(1, fromSeq);
    let bytes = 0;
    for (let block = this.#blockOf(first); block < this.footer.blocks && bytes < pageBytesMax; block += 1) {
      const entry = this.#entry(block);
      if (entry.firstSeq >= first + limit) break;
      const plain = await this.#plain(block, entry);
      bytes += plain.length;
      records.push(...decodeRecords(plain, first, first + limit));
    }
    const next = (records.at(-1)?.seq ?? this.footer.records) + 1;
    return { records, nextSeq: next <= this.footer.records ? next : null };
  }

  /** At most `limit` records before `toSeq`, in order: the nearest, fewer where they are long. */
  async before(toSeq: number, limit: number): Promise<readonly RecordingRecord[]> {
    const first = Math.max(1, toSeq - limit);
    const parts: RecordingRecord[][] = [];
    let bytes = 0;
    const last = Math.min(this.#blockOf(toSeq - 1), this.footer.blocks - 1);
    for (let block = last; block > 0 && bytes < pageBytesMax; block -= 1) {
      const entry = this.#entry(block);
      const plain = await this.#plain(block, entry);
      bytes += plain.length;
      parts.unshift([...decodeRecords(plain, first, toSeq)]);
      if (entry.firstSeq <= first) break;
    }
    return parts.flat();
  }

  /** The record at this sequence and what belongs to it, as far as `StatementGatherer` keeps it. */
  async statement(seq: number): Promise<StatementRecords> {
    const found = new StatementGatherer(seq);
    for await (const record of this.records(seq)) if (!found.take(record)) break;
    return { records: found.records, truncated: found.truncated };
  }

  /** Sequence of the first record at or after this moment of the session. */
  async seqAt(atUs: number): Promise<number | null> {
    let block = this.#lastBlock((entry) => entry.firstAtUs <= atUs);
    for (; block < this.footer.blocks; block += 1) {
      for (const span of recordSpans(await this.#plain(block, this.#entry(block)))) {
        if (span.atUs >= atUs) return span.seq;
      }
    }
    return null;
  }

  #blockOf(seq: number): number {
    return this.#lastBlock((entry) => entry.firstSeq <= seq);
  }

  /** The last block of records for which `before` holds, or the first one (1). */
  #lastBlock(before: (entry: IndexEntry) => boolean): number {
    let low = 1;
    let high = this.footer.blocks - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (before(this.#entry(middle))) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #entry(block: number): IndexEntry {
    return readIndexEntry(this.#index, block * indexEntryBytes);
  }

  #plain(block: number, entry: IndexEntry): Promise<Buffer> {
    return readBlock(this.#source, { dataKey: this.#dataKey, fileId: this.#fileId }, entry, block);
  }
}

interface Opened {
  readonly dataKey: Buffer;
  readonly fileId: Buffer;
}

async function readFooter(source: ByteSource, opened: Opened): Promise<[FooterFacts, Buffer]> {
  const trailerAt = source.size - trailerBytes;
  const trailer = readTrailer(await source.read(trailerAt, trailerBytes), trailerAt);
  const at = trailer.footerOffset;
  if (at < preludeBytes || at + footerHeadBytes > trailerAt) {
    throw new RecordingFault('trailer', trailerAt, 'it points to no footer');
  }
  const facts = readFooterHead(Buffer.from(await source.read(at, footerHeadBytes)), at);
  const bytes = footerHeadBytes + facts.blocks * indexEntryBytes;
  if (at + bytes + nonceBytes + tagBytes !== trailerAt || facts.blocks === 0) {
    throw new RecordingFault('footer', at, 'its length is not what its counts need');
  }
  const footer = Buffer.from(await source.read(at, bytes));
  const mac = await source.read(at + bytes, nonceBytes + tagBytes);
  checkFooterMac(opened.dataKey, opened.fileId, footer, mac, at);
  return [facts, footer.subarray(footerHeadBytes)];
}

async function readBlock(
  source: ByteSource,
  opened: Opened,
  entry: IndexEntry,
  index: number,
): Promise<Buffer> {
  const headBytes = await source.read(entry.offset, blockHeaderBytes);
  const head = readBlockHead(headBytes, entry.offset);
  if (head.index !== index || head.firstSeq !== entry.firstSeq) {
    throw new RecordingFault(`block ${index}`, entry.offset, 'another block stands in its place');
  }
  const frame = await source.read(entry.offset, blockHeaderBytes + head.cipherBytes + tagBytes);
  return openBlock(opened.dataKey, opened.fileId, frame, entry.offset);
}
