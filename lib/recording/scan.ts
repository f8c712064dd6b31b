import { createHash, type Hash } from 'node:crypto';
import { type BlockHead, chainNext, chainStart, readBlockHead } from './block.ts';
import type { ByteCursor } from './bytes.ts';
import { type ClearHeader, parseClearHeader, readPreludeHead } from './clear-header.ts';
import { encodeIndexEntry, type IndexEntry } from './footer.ts';
import {
  blockHeaderBytes,
  digestBytes,
  frameTypes,
  preludeBytes,
  RecordingFault,
  tagBytes,
} from './format.ts';
import { fileIdOf } from './seal.ts';

/** Everything that the bytes so far add up to; the same sums that a writer keeps. */
export interface ScanState {
  readonly header: ClearHeader;
  readonly fileId: Buffer;
  chain: Buffer;
  blocks: number;
  records: number;
  statements: number;
  plainBytes: number;
  lastFirstAtUs: number;
  /** Over every byte taken so far. */
  readonly fileHash: Hash;
  /** Over the index entries that the blocks so far must have. */
  readonly indexHash: Hash;
}

export interface ScannedBlock {
  readonly head: BlockHead;
  readonly offset: number;
  readonly entry: IndexEntry;
  /** Header, ciphertext and tag; valid until the next block is read. */
  readonly frame: Buffer;
}

/** Reads and checks everything before the first block. */
export async function scanPrelude(cursor: ByteCursor): Promise<ScanState> {
  const head = await cursor.take(preludeBytes);
  if (!head) throw new RecordingFault('header', 0, 'the file is cut short');
  const length = readPreludeHead(head);
  const start = Buffer.from(head);
  const json = await cursor.take(length);
  if (!json) throw new RecordingFault('header', preludeBytes, 'the file is cut short');
  const prelude = Buffer.concat([start, json]);
  return {
    header: parseClearHeader(json),
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
}

/** The next block, checked against the chain and the sequence; null where the footer begins. No key needed. */
export async function scanBlock(cursor: ByteCursor, state: ScanState): Promise<ScannedBlock | null> {
  const offset = cursor.offset;
  const place = `block ${state.blocks}`;
  const first = await cursor.peek(1);
  if (first && first[0] === frameTypes.footer) return null;
  const peeked = await cursor.peek(blockHeaderBytes);
  if (!peeked) throw new RecordingFault(place, offset, 'the file is cut short');
  const head = readBlockHead(peeked, offset);
  checkOrder(head, state, place, offset);
  const frameBytes = blockHeaderBytes + head.cipherBytes + tagBytes;
  const bytes = await cursor.take(frameBytes + digestBytes);
  if (!bytes) throw new RecordingFault(place, offset, 'the file is cut short');
  const frame = bytes.subarray(0, frameBytes);
  const chain = chainNext(state.chain, frame);
  if (!chain.equals(bytes.subarray(frameBytes))) {
    throw new RecordingFault(
      place,
      offset,
      'the chain breaks here: its bytes, or those before it, were changed',
    );
  }
  const entry: IndexEntry = {
    offset,
    firstSeq: head.firstSeq,
    records: head.records,
    statementsBefore: state.statements,
    firstAtUs: head.firstAtUs,
  };
  state.chain = chain;
  state.blocks += 1;
  state.records += head.records;
  state.statements += head.statements;
  state.plainBytes += head.plainBytes;
  state.lastFirstAtUs = head.firstAtUs;
  state.fileHash.update(bytes);
  state.indexHash.update(encodeIndexEntry(entry));
  return { head, offset, entry, frame };
}

function checkOrder(head: BlockHead, state: ScanState, place: string, offset: number): void {
  if (head.index !== state.blocks) {
    throw new RecordingFault(
      place,
      offset,
      `block ${head.index} stands here: blocks were removed, added, doubled or moved`,
    );
  }
  if ((head.type === 'header') !== (head.index === 0)) {
    throw new RecordingFault(place, offset, 'a block of this kind does not belong here');
  }
  if (head.type === 'records' && (head.firstSeq !== state.records + 1 || head.records === 0)) {
    throw new RecordingFault(place, offset, `record ${head.firstSeq} stands where ${state.records + 1} must`);
  }
  if (head.type === 'header' && (head.records !== 0 || head.firstSeq !== 0)) {
    throw new RecordingFault(place, offset, 'the header block claims records');
  }
  if (head.firstAtUs < state.lastFirstAtUs) {
    throw new RecordingFault(place, offset, 'it is earlier than the block before it');
  }
}
