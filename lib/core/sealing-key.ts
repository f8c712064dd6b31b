import { createHash } from 'node:crypto';
import { CountersignError } from './errors.ts';
import type { SealingKey } from './sealing.ts';

/** The key of a key file: 32 bytes in base64 in one line. Its id is the start of its SHA-256. */
export function readSealingKey(content: string): SealingKey {
  const text = content.trim();
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== text) {
    throw new CountersignError(
      'invalid',
      'The sealing key file must hold 32 bytes in base64. Make one: openssl rand -base64 32 > sealing.key',
    );
  }
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes: new Uint8Array(bytes) };
}
