import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { CountersignError } from './errors.ts';

/** An Ed25519 private key from PKCS#8 PEM. Throws `invalid` for anything else. */
export function readSigningKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new CountersignError('invalid', 'the signing key is not a private key in PEM (PKCS#8)', { cause });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new CountersignError('invalid', `the signing key must be Ed25519, not ${key.asymmetricKeyType}`);
  }
  return key;
}

/** The 32 bytes of a key's public half. */
export function rawPublicKey(key: KeyObject): Buffer {
  const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return Buffer.from(String(jwk.x), 'base64url');
}

/** A public key from its 32 bytes. */
export function publicKeyFromRaw(raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new CountersignError('invalid', 'an Ed25519 public key has 32 bytes');
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') },
  });
}

/** SHA-256 of the raw public key: what people compare. */
export function keyFingerprint(raw: Uint8Array): Buffer {
  return createHash('sha256').update(raw).digest();
}

export function signBytes(key: KeyObject, message: Uint8Array): Buffer {
  return sign(null, message, key);
}

export function signatureStands(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, message, key, signature);
}
