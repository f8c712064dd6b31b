import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  digestBytes,
  endMagic,
  footerHeadBytes,
  frameTypes,
  indexEntryBytes,
  nonceBytes,
  RecordingFault,
  tagBytes,
  trailerBytes,
} from './format.ts';

/** How a recording ended: its session closed, or its worker was gone. */
export type SealState = 'sealed' | 'interrupted';

const stateCodes: Readonly<Record<SealState, number>> = { sealed: 1, interrupted: 2 };

/** What the footer says of the whole file. */
export interface FooterFacts {
  readonly state: SealState;
  /** Blocks, the header's among them. */
  readonly blocks: number;
  readonly records: number;
  readonly statements: number;
  readonly lastAtUs: number;
  readonly sealedAtMs: number;
  readonly plainBytes: number;
  /** The chain's last value. */
  readonly root: Buffer;
}

/** Where a block stands and what it starts with. */
export interface IndexEntry {
  readonly offset: number;
  readonly firstSeq: number;
  readonly records: number;
  /** Statements in the blocks before it. */
  readonly statementsBefore: number;
  readonly firstAtUs: number;
}

export function encodeIndexEntry(entry: IndexEntry): Buffer {
  const bytes = Buffer.alloc(indexEntryBytes);
  bytes.writeBigUInt64LE(BigInt(entry.offset), 0);
  bytes.writeUInt32LE(entry.firstSeq, 8);
  bytes.writeUInt32LE(entry.records, 12);
  bytes.writeUInt32LE(entry.statementsBefore, 16);
  bytes.writeBigUInt64LE(BigInt(entry.firstAtUs), 20);
  return bytes;
}

export function readIndexEntry(bytes: Buffer, at: number): IndexEntry {
  return {
    offset: Number(bytes.readBigUInt64LE(at)),
    firstSeq: bytes.readUInt32LE(at + 8),
    records: bytes.readUInt32LE(at + 12),
    statementsBefore: bytes.readUInt32LE(at + 16),
    firstAtUs: Number(bytes.readBigUInt64LE(at + 20)),
  };
}

export function encodeFooterHead(facts: FooterFacts): Buffer {
  const head = Buffer.alloc(footerHeadBytes);
  head[0] = frameTypes.footer;
  head[1] = stateCodes[facts.state];
  head.writeUInt32LE(facts.blocks, 4);
  head.writeUInt32LE(facts.records, 8);
  head.writeUInt32LE(facts.statements, 12);
  head.writeBigUInt64LE(BigInt(facts.lastAtUs), 16);
  head.writeBigUInt64LE(BigInt(facts.sealedAtMs), 24);
  head.writeBigUInt64LE(BigInt(facts.plainBytes), 32);
  facts.root.copy(head, 40);
  return head;
}

export function readFooterHead(head: Buffer, offset: number): FooterFacts {
  const state = head[1] === 1 ? 'sealed' : head[1] === 2 ? 'interrupted' : null;
  if (head[0] !== frameTypes.footer || state === null || head.readUInt16LE(2) !== 0) {
    throw new RecordingFault('footer', offset, 'it is damaged or of an unknown kind');
  }
  return {
    state,
    blocks: head.readUInt32LE(4),
    records: head.readUInt32LE(8),
    statements: head.readUInt32LE(12),
    lastAtUs: Number(head.readBigUInt64LE(16)),
    sealedAtMs: Number(head.readBigUInt64LE(24)),
    plainBytes: Number(head.readBigUInt64LE(32)),
    root: head.subarray(40, 40 + digestBytes),
  };
}

/** Nonce and tag that bind head and index to the data key: who lacks it can't shorten the file unseen. */
export function footerMac(dataKey: Uint8Array, fileId: Buffer, footer: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', dataKey, nonce);
  cipher.setAAD(Buffer.concat([fileId, footer]));
  cipher.final();
  return Buffer.concat([nonce, cipher.getAuthTag()]);
}

export function checkFooterMac(
  dataKey: Uint8Array,
  fileId: Buffer,
  footer: Buffer,
  mac: Buffer,
  offset: number,
): void {
  const decipher = createDecipheriv('aes-256-gcm', dataKey, mac.subarray(0, nonceBytes));
  decipher.setAAD(Buffer.concat([fileId, footer]));
  decipher.setAuthTag(mac.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    decipher.final();
  } catch (cause) {
    throw new RecordingFault('footer', offset, 'it was not written with this key', cause);
  }
}

/** The file's last bytes: where the footer is, who sealed it, and the digest of everything before. */
export interface Trailer {
  readonly footerOffset: number;
  /** SHA-256 of the signer's raw public key, and the signature; null: not signed. */
  readonly seal: { readonly fingerprint: Buffer; readonly signature: Buffer } | null;
  readonly digest: Buffer;
}

/** The trailer up to its digest, which covers these bytes too. */
export function encodeTrailerHead(footerOffset: number, seal: Trailer['seal']): Buffer {
  const bytes = Buffer.alloc(trailerBytes - digestBytes - endMagic.length);
  bytes.writeBigUInt64LE(BigInt(footerOffset), 0);
  if (seal) {
    bytes[8] = 1;
    seal.fingerprint.copy(bytes, 12);
    seal.signature.copy(bytes, 44);
  }
  return bytes;
}

export function readTrailer(bytes: Buffer, offset: number): Trailer {
  if (bytes.length < trailerBytes || !bytes.subarray(-endMagic.length).equals(endMagic)) {
    throw new RecordingFault(
      'trailer',
      offset,
      'the file does not end as a recording ends: it is cut short, unfinished or damaged',
    );
  }
  return {
    footerOffset: Number(bytes.readBigUInt64LE(0)),
    seal: bytes[8] === 1 ? { fingerprint: bytes.subarray(12, 44), signature: bytes.subarray(44, 108) } : null,
    digest: bytes.subarray(108, 140),
  };
}
