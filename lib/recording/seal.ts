import { createHash, type KeyObject } from 'node:crypto';
import { keyFingerprint, rawPublicKey, signatureStands, signBytes } from '#lib/core/ed25519';
import { CountersignError } from '#lib/core/errors';
import { type SealingKey, seal, unseal } from '#lib/core/sealing';
import type { ClearHeader } from './clear-header.ts';
import type { Trailer } from './footer.ts';

/** Keys by id, for files that an older key wrapped. */
export type RecordingKeys = SealingKey | readonly SealingKey[];

/** Binds blocks to their file: 32 bytes of digest over every byte before the first block. */
export function fileIdOf(prelude: Buffer): Buffer {
  return createHash('sha256').update('countersign recording id\0').update(prelude).digest();
}

export function wrapDataKey(key: SealingKey, dataKey: Uint8Array, sessionId: string): string {
  return Buffer.from(seal(key, dataKey, `recording:${sessionId}`)).toString('base64');
}

/**
 * The data key of a file; `apart` is the wrapped key of one that does not hold its own. Throws
 * `integrity` when none of the keys wrapped it, or when it was destroyed.
 */
export function unwrapDataKey(keys: RecordingKeys, header: ClearHeader, apart: string | null): Buffer {
  const wrapped = header.wrappedKey ?? apart;
  if (wrapped === null) {
    throw new CountersignError(
      'integrity',
      'the recording’s data key is kept apart from it, and is not there: without it nobody can read this file',
    );
  }
  const ring: readonly SealingKey[] = 'id' in keys ? [keys] : keys;
  const key = ring.find((candidate) => candidate.id === header.keyId);
  if (!key) {
    throw new CountersignError(
      'integrity',
      `the recording was sealed with key ${header.keyId}, which is not among the keys here`,
    );
  }
  return unseal(key, Buffer.from(wrapped, 'base64'), `recording:${header.sessionId}`);
}

/** What a seal signs: the session and the digest of every byte before the trailer. */
function sealMessage(sessionId: string, digest: Buffer): Buffer {
  return Buffer.from(`countersign recording seal v1\n${sessionId}\n${digest.toString('hex')}\n`, 'utf8');
}

export function signSeal(key: KeyObject, sessionId: string, digest: Buffer): NonNullable<Trailer['seal']> {
  return {
    fingerprint: keyFingerprint(rawPublicKey(key)),
    signature: signBytes(key, sealMessage(sessionId, digest)),
  };
}

export function sealStands(
  key: KeyObject,
  sessionId: string,
  digest: Buffer,
  trailerSeal: NonNullable<Trailer['seal']>,
): boolean {
  return signatureStands(key, sealMessage(sessionId, digest), trailerSeal.signature);
}
