import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import type { SealingKey } from '#lib/core/sealing';
import { type BlockFacts, chainNext, chainStart, type PackedBlock, packBlock, sealBlock } from './block.ts';
import { type ClearHeader, encodePrelude } from './clear-header.ts';
import {
  encodeFooterHead,
  encodeIndexEntry,
  encodeTrailerHead,
  type FooterFacts,
  footerMac,
  type SealState,
} from './footer.ts';
import { endMagic } from './format.ts';
import type { RecordingHeader } from './model.ts';
import type { ScanState } from './scan.ts';
import { fileIdOf, signSeal, wrapDataKey } from './seal.ts';

/** A closed block of encoded records, not yet sealed. */
export interface PlainBlock {
  readonly plain: Buffer;
  readonly firstSeq: number;
  readonly records: number;
  readonly statements: number;
  readonly firstAtUs: number;
}

export interface FinishedRecording {
  readonly bytes: number;
  readonly records: number;
  readonly blocks: number;
  readonly statements: number;
  /** SHA-256 of the whole file, hex: what the ledger's entry holds. */
  readonly digest: string;
  readonly state: SealState;
  /** The data key in its envelope, when the file does not hold it; base64. */
  readonly wrappedKey: string | null;
}

interface DataKey {
  readonly dataKey: Buffer;
  /** When it is kept apart. */
  readonly wrappedKey: string | null;
}

/**
 * Turns records into the bytes of a recording, front to end. It writes nothing itself: each call
 * returns the bytes that come next in the file. Blocks may be packed (`packBlock`) ahead and at once.
 */
export class RecordingWriter {
  /** The data key in its envelope, when the file does not hold it. Keep it before anything else. */
  readonly wrappedKey: string | null;
  readonly #dataKey: Buffer;
  readonly #state: ScanState;
  readonly #entries: Buffer[];
  #offset: number;
  #lastAtUs = 0;

  private constructor(key: DataKey, state: ScanState, entries: Buffer[], offset: number) {
    this.#dataKey = key.dataKey;
    this.wrappedKey = key.wrappedKey;
    this.#state = state;
    this.#entries = entries;
    this.#offset = offset;
  }

  /** Starts a file; the second value is its first bytes. */
  static async start(options: {
    readonly key: SealingKey;
    readonly workerId: string;
    readonly createdAt: Date;
    readonly header: RecordingHeader;
    /** True: the file does not hold its data key, not even wrapped. */
    readonly keyApart?: boolean;
  }): Promise<[RecordingWriter, Buffer]> {
    const dataKey = randomBytes(32);
    const wrapped = wrapDataKey(options.key, dataKey, options.header.sessionId);
    const apart = options.keyApart === true;
    const clear: ClearHeader = {
      sessionId: options.header.sessionId,
      workerId: options.workerId,
      createdAt: options.createdAt.toISOString(),
      cipher: 'aes-256-gcm',
      keyId: options.key.id,
      wrappedKey: apart ? null : wrapped,
    };
    const prelude = encodePrelude(clear);
    const state: ScanState = {
      header: clear,
      fileId: fileIdOf(prelude),
      chain: chainStart(prelude),
      blocks: 0,
      records: 0,
      statements: 0,
      plainBytes: 0,
      lastFirstAtUs: 0,
      fileHash: createHash('sha256').update(prelude),
      indexHash: createHash('sha256'),
    };
    const writer = new RecordingWriter(
      { dataKey, wrappedKey: apart ? wrapped : null },
      state,
      [],
      prelude.length,
    );
    const plain = Buffer.from(JSON.stringify(options.header), 'utf8');
    const facts = { plain, firstSeq: 0, records: 0, statements: 0, firstAtUs: 0 };
    const block = writer.#seal('header', facts, await packBlock(plain));
    return [writer, Buffer.concat([prelude, block])];
  }

  /** Goes on with a file of which `state` and `entries` were read; its bytes end at `offset`. */
  static resume(key: DataKey, state: ScanState, entries: Buffer[], offset: number): RecordingWriter {
    return new RecordingWriter(key, state, entries, offset);
  }

  /** Sequence of the last record that a block holds. */
  get lastSeq(): number {
    return this.#state.records;
  }

  get offset(): number {
    return this.#offset;
  }

  block(block: PlainBlock, packed: PackedBlock): Buffer {
    return this.#seal('records', block, packed);
  }

  /** Footer and trailer. With `signingKey`, the seal can be checked without the ledger. */
  finish(
    state: SealState,
    sealedAt: Date,
    lastAtUs: number,
    signingKey: KeyObject | null,
  ): [Buffer, FinishedRecording] {
    const scan = this.#state;
    const facts: FooterFacts = {
      state,
      blocks: scan.blocks,
      records: scan.records,
      statements: scan.statements,
      lastAtUs: Math.max(lastAtUs, this.#lastAtUs),
      sealedAtMs: sealedAt.getTime(),
      plainBytes: scan.plainBytes,
      root: scan.chain,
    };
    const footer = Buffer.concat([encodeFooterHead(facts), ...this.#entries]);
    const mac = footerMac(this.#dataKey, scan.fileId, footer);
    const hash = scan.fileHash.update(footer).update(mac);
    const seal = signingKey ? signSeal(signingKey, scan.header.sessionId, hash.copy().digest()) : null;
    const trailer = encodeTrailerHead(this.#offset, seal);
    const digest = hash.update(trailer).copy().digest();
    const bytes = Buffer.concat([footer, mac, trailer, digest, endMagic]);
    const finished: FinishedRecording = {
      bytes: this.#offset + bytes.length,
      records: scan.records,
      blocks: scan.blocks,
      statements: scan.statements,
      digest: hash.update(digest).update(endMagic).digest('hex'),
      state,
      wrappedKey: this.wrappedKey,
    };
    return [bytes, finished];
  }

  #seal(type: BlockFacts['type'], block: PlainBlock, packed: PackedBlock): Buffer {
    const scan = this.#state;
    const facts: BlockFacts = { ...block, type, index: scan.blocks };
    const frame = sealBlock(this.#dataKey, scan.fileId, facts, block.plain.length, packed);
    const chain = chainNext(scan.chain, frame);
    const entry = encodeIndexEntry({
      offset: this.#offset,
      firstSeq: block.firstSeq,
      records: block.records,
      statementsBefore: scan.statements,
      firstAtUs: block.firstAtUs,
    });
    this.#entries.push(entry);
    scan.indexHash.update(entry);
    scan.chain = chain;
    scan.blocks += 1;
    scan.records += block.records;
    scan.statements += block.statements;
    scan.plainBytes += block.plain.length;
    scan.lastFirstAtUs = block.firstAtUs;
    this.#lastAtUs = Math.max(this.#lastAtUs, block.firstAtUs);
    const bytes = Buffer.concat([frame, chain]);
    scan.fileHash.update(bytes);
    this.#offset += bytes.length;
    return bytes;
  }
}
