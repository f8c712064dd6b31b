import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib';
import {
  blockBytesMax,
  blockHeaderBytes,
  compressions,
  frameTypes,
  nonceBytes,
  RecordingFault,
  tagBytes,
} from './format.ts';

const compress = promisify(zstdCompress);
const compressionLevel = 1;

/** What stands, in clear and authenticated, before each block's ciphertext. */
export interface BlockHead {
  readonly type: 'header' | 'records';
  readonly compression: number;
  /** 0 is the session's header; blocks of records count from 1. */
  readonly index: number;
  /** Sequence of its first record (0 in the header block). */
  readonly firstSeq: number;
  readonly records: number;
  /** Intents among the records. */
  readonly statements: number;
  /** Microseconds since the session's start, of its first record. */
  readonly firstAtUs: number;
  readonly plainBytes: number;
  readonly cipherBytes: number;
}

export interface BlockFacts {
  readonly type: 'header' | 'records';
  readonly index: number;
  readonly firstSeq: number;
  readonly records: number;
  readonly statements: number;
  readonly firstAtUs: number;
}

/** The chain's start: the digest of every byte before the first block. */
export function chainStart(prelude: Buffer): Buffer {
  return createHash('sha256').update('countersign recording v1\0').update(prelude).digest();
}

/** The chain after a block: SHA-256 of the chain before it and the block's bytes without its chain value. */
export function chainNext(before: Buffer, ...frame: readonly Buffer[]): Buffer {
  const hash = createHash('sha256').update(before);
  for (const part of frame) hash.update(part);
  return hash.digest();
}

/** A block's bytes, compressed where that made them fewer. */
export interface PackedBlock {
  readonly compression: number;
  readonly body: Buffer;
}

/** Compresses off the main thread. */
export async function packBlock(plain: Buffer): Promise<PackedBlock> {
  const packed = await compress(plain, {
    params: { [constants.ZSTD_c_compressionLevel]: compressionLevel },
  });
  return packed.length < plain.length
    ? { compression: compressions.zstd, body: packed }
    : { compression: compressions.none, body: plain };
}

/** Encrypts; returns header, ciphertext and tag (not yet the chain value). */
export function sealBlock(
  dataKey: Uint8Array,
  fileId: Buffer,
  facts: BlockFacts,
  plainBytes: number,
  packed: PackedBlock,
): Buffer {
  const head = Buffer.alloc(blockHeaderBytes);
  head[0] = frameTypes[facts.type];
  head[1] = packed.compression;
  head.writeUInt32LE(facts.index, 4);
  head.writeUInt32LE(facts.firstSeq, 8);
  head.writeUInt32LE(facts.records, 12);
  head.writeUInt32LE(facts.statements, 16);
  head.writeBigUInt64LE(BigInt(facts.firstAtUs), 20);
  head.writeUInt32LE(plainBytes, 28);
  head.writeUInt32LE(packed.body.length, 32);
  randomBytes(nonceBytes).copy(head, 36);
  const cipher = createCipheriv('aes-256-gcm', dataKey, head.subarray(36));
  cipher.setAAD(Buffer.concat([fileId, head]));
  return Buffer.concat([head, cipher.update(packed.body), cipher.final(), cipher.getAuthTag()]);
}

/** Reads a block's head; `offset` is where it stands in the file. Bounds are checked before any read. */
export function readBlockHead(bytes: Buffer, offset: number): BlockHead {
  const type = bytes[0] === frameTypes.header ? 'header' : 'records';
  const head: BlockHead = {
    type,
    compression: bytes[1] ?? 0,
    index: bytes.readUInt32LE(4),
    firstSeq: bytes.readUInt32LE(8),
    records: bytes.readUInt32LE(12),
    statements: bytes.readUInt32LE(16),
    firstAtUs: Number(bytes.readBigUInt64LE(20)),
    plainBytes: bytes.readUInt32LE(28),
    cipherBytes: bytes.readUInt32LE(32),
  };
  const place = `block ${head.index}`;
  if (bytes[0] !== frameTypes.header && bytes[0] !== frameTypes.records) {
    throw new RecordingFault('block', offset, `${bytes[0]} is not a kind of block`);
  }
  if (head.compression > compressions.zstd || bytes.readUInt16LE(2) !== 0) {
    throw new RecordingFault(place, offset + 1, 'it uses a feature that this version does not know');
  }
  if (head.cipherBytes > blockBytesMax || head.plainBytes > blockBytesMax) {
    throw new RecordingFault(place, offset + 28, 'its declared length is not possible');
  }
  return head;
}

/** Decrypts and unpacks `frame` (header, ciphertext, tag). Throws `integrity` when it does not open. */
export function openBlock(dataKey: Uint8Array, fileId: Buffer, frame: Buffer, offset: number): Buffer {
  const head = readBlockHead(frame, offset);
  const place = `block ${head.index}`;
  const bodyEnd = blockHeaderBytes + head.cipherBytes;
  if (frame.length < bodyEnd + tagBytes) throw new RecordingFault(place, offset, 'it is cut short');
  const decipher = createDecipheriv('aes-256-gcm', dataKey, frame.subarray(36, blockHeaderBytes));
  decipher.setAAD(Buffer.concat([fileId, frame.subarray(0, blockHeaderBytes)]));
  decipher.setAuthTag(frame.subarray(bodyEnd, bodyEnd + tagBytes));
  try {
    const body = Buffer.concat([
      decipher.update(frame.subarray(blockHeaderBytes, bodyEnd)),
      decipher.final(),
    ]);
    const plain =
      head.compression === compressions.none
        ? body
        : zstdDecompressSync(body, { maxOutputLength: head.plainBytes || 1 });
    if (plain.length !== head.plainBytes) throw new Error('its length is not what it declares');
    return plain;
  } catch (cause) {
    throw new RecordingFault(place, offset, 'it does not open with this key: its bytes were changed', cause);
  }
}
