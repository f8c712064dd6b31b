import { timingSafeEqual } from 'node:crypto';
import { unseal } from '#lib/core/sealing';
import type { Planning } from './plan-model.ts';

interface Sealed {
  readonly id: string;
  readonly credentialSealed: Uint8Array | null;
  readonly tlsKeySealed: Uint8Array | null;
}

/** What is declared of a resource's secrets and is not what is stored: an unchanged file changes nothing. */
export function newSecrets(planning: Planning, name: string, before: Sealed) {
  const { passwords, certificateKeys } = planning.input;
  const password = passwords.get(name);
  const tlsKey = certificateKeys?.get(name);
  const isNew = (secret: string | undefined, sealed: Uint8Array | null, purpose: string) =>
    secret !== undefined && !sealsThis(planning, sealed, `${purpose}:${before.id}`, secret);
  const newPassword = isNew(password, before.credentialSealed, 'resource');
  const newKey = isNew(tlsKey, before.tlsKeySealed, 'resource-tls');
  return {
    changed: [...(newPassword ? ['password'] : []), ...(newKey ? ['certificate_key'] : [])],
    terms: { ...(newPassword ? { password } : {}), ...(newKey ? { tlsKey } : {}) },
  };
}

function sealsThis(planning: Planning, sealed: Uint8Array | null, purpose: string, secret: string): boolean {
  const { key } = planning.input;
  if (key === null || sealed === null) return false;
  try {
    const stored = unseal(key, sealed, purpose);
    const given = Buffer.from(secret, 'utf8');
    return stored.length === given.length && timingSafeEqual(stored, given);
  } catch {
    // Sealed under another key: the gateway could not open it either, so it is sealed anew.
    return false;
  }
}
