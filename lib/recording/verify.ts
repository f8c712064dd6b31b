import type { KeyObject } from 'node:crypto';
import { createHash } from 'node:crypto';
import { keyFingerprint, rawPublicKey } from '#lib/core/ed25519';
import { ByteCursor, type ByteSource } from './bytes.ts';
import type { ClearHeader } from './clear-header.ts';
import { type FooterFacts, readFooterHead, readTrailer, type SealState, type Trailer } from './footer.ts';
import {
  digestBytes,
  endMagic,
  footerHeadBytes,
  indexEntryBytes,
  nonceBytes,
  RecordingFault,
  tagBytes,
  trailerBytes,
} from './format.ts';
import { type ScanState, scanBlock, scanPrelude } from './scan.ts';
import { sealStands } from './seal.ts';

export interface VerifiedRecording {
  readonly header: ClearHeader;
  readonly state: SealState;
  readonly bytes: number;
  readonly records: number;
  readonly statements: number;
  readonly blocks: number;
  readonly sealedAt: Date;
  /** SHA-256 of the whole file, hex: must be the one in the ledger's `session.sealed` entry. */
  readonly digest: string;
  /** `trusted`: signed by one of the given keys. `unknown`: signed by another. `none`: not signed. */
  readonly signer: 'trusted' | 'unknown' | 'none';
  /** SHA-256 of the signer's public key, hex. */
  readonly fingerprint: string | null;
}

/**
 * Checks a whole recording without any decryption key: order, chain, sequence, counts, index,
 * digest and, when it is signed by one of `publicKeys`, the signature. Constant memory.
 * Throws `RecordingFault` with the first place that is wrong. It proves that nothing changed since
 * sealing only if the signer is trusted, or the returned digest stands in a trusted ledger.
 */
export async function verifyRecording(
  source: ByteSource,
  publicKeys: readonly KeyObject[] = [],
): Promise<VerifiedRecording> {
  const cursor = new ByteCursor(source);
  const state = await scanPrelude(cursor);
  while ((await scanBlock(cursor, state)) !== null);
  if (state.blocks === 0) throw new RecordingFault('block 0', cursor.offset, 'the session header is missing');
  const footerOffset = cursor.offset;
  const footer = await checkFooter(cursor, state);
  const trailerOffset = cursor.offset;
  const [trailer, sealed] = await checkTrailer(cursor, state, footerOffset);
  if (cursor.left > 0) {
    throw new RecordingFault(
      'trailer',
      cursor.offset,
      `${cursor.left} bytes follow the end of the recording`,
    );
  }
  return {
    header: state.header,
    state: footer.state,
    bytes: source.size,
    records: footer.records,
    statements: footer.statements,
    blocks: footer.blocks,
    sealedAt: new Date(footer.sealedAtMs),
    digest: state.fileHash.digest('hex'),
    ...signerOf(trailer, state.header.sessionId, sealed, publicKeys, trailerOffset),
  };
}

async function checkFooter(cursor: ByteCursor, state: ScanState): Promise<FooterFacts> {
  const offset = cursor.offset;
  const head = await cursor.take(footerHeadBytes);
  if (!head) throw new RecordingFault('footer', offset, 'the file is cut short');
  const footer = readFooterHead(Buffer.from(head), offset);
  state.fileHash.update(head);
  if (!footer.root.equals(state.chain))
    throw new RecordingFault('footer', offset + 40, 'it closes another chain');
  if (
    footer.blocks !== state.blocks ||
    footer.records !== state.records ||
    footer.statements !== state.statements ||
    footer.plainBytes !== state.plainBytes
  ) {
    throw new RecordingFault('footer', offset + 4, 'its counts are not those of the blocks');
  }
  const seen = createHash('sha256');
  for (let block = 0; block < footer.blocks; block += 1) {
    const entry = await cursor.take(indexEntryBytes);
    if (!entry) throw new RecordingFault('footer', cursor.offset, 'the index is cut short');
    seen.update(entry);
    state.fileHash.update(entry);
  }
  if (!seen.digest().equals(state.indexHash.digest())) {
    throw new RecordingFault('footer', offset + footerHeadBytes, 'the index does not fit the blocks');
  }
  const mac = await cursor.take(nonceBytes + tagBytes);
  if (!mac) throw new RecordingFault('footer', cursor.offset, 'the file is cut short');
  state.fileHash.update(mac);
  return footer;
}

async function checkTrailer(
  cursor: ByteCursor,
  state: ScanState,
  footerOffset: number,
): Promise<[Trailer, Buffer]> {
  const offset = cursor.offset;
  const bytes = await cursor.take(trailerBytes);
  if (!bytes) throw new RecordingFault('trailer', offset, 'the file is cut short');
  const copy = Buffer.from(bytes);
  const trailer = readTrailer(copy, offset);
  const sealed = state.fileHash.copy().digest();
  const headBytes = trailerBytes - digestBytes - endMagic.length;
  state.fileHash.update(copy.subarray(0, headBytes));
  if (!state.fileHash.copy().digest().equals(trailer.digest)) {
    throw new RecordingFault(
      'trailer',
      offset,
      'the digest of the file is another: a byte of it was changed',
    );
  }
  if (trailer.footerOffset !== footerOffset) {
    throw new RecordingFault('trailer', offset, 'it points to another footer');
  }
  state.fileHash.update(copy.subarray(headBytes));
  return [trailer, sealed];
}

function signerOf(
  trailer: Trailer,
  sessionId: string,
  sealed: Buffer,
  publicKeys: readonly KeyObject[],
  offset: number,
): Pick<VerifiedRecording, 'signer' | 'fingerprint'> {
  if (!trailer.seal) return { signer: 'none', fingerprint: null };
  const fingerprint = trailer.seal.fingerprint;
  const key = publicKeys.find((candidate) => keyFingerprint(rawPublicKey(candidate)).equals(fingerprint));
  if (!key) return { signer: 'unknown', fingerprint: fingerprint.toString('hex') };
  if (!sealStands(key, sessionId, sealed, trailer.seal)) {
    throw new RecordingFault('trailer', offset + 44, 'the signature is not by the key that it names');
  }
  return { signer: 'trusted', fingerprint: fingerprint.toString('hex') };
}
