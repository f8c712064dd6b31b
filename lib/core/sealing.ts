import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CountersignError } from './errors.ts';

// Envelope: version (1 byte, 0x01) · nonce (12) · tag (16) · ciphertext. AES-256-GCM.
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** A 32-byte sealing key; `id` names it in what it sealed. */
export interface SealingKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Seals bytes under `key`, bound to `context` (what it is and whose): it opens nowhere else. */
export function seal(key: SealingKey, plain: Uint8Array, context: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Uint8Array.from(Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body]));
}

/** Opens what `seal` made. Throws `integrity` for another key, another context or changed bytes. */
export function unseal(key: SealingKey, sealed: Uint8Array, context: string): Buffer {
  if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== version) {
    throw new CountersignError('integrity', 'the sealed value is damaged or of an unknown version');
  }
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce);
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new CountersignError('integrity', 'the sealed value does not open with this key', { cause });
  }
}
