import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSigningKey } from '#lib/core/ed25519';
import { CountersignError } from '#lib/core/errors';
import { defaultOrigin, type NoteVerifier, pinnedKeys } from '#lib/ledger/index';
import { environment } from './environment.ts';

let read: Promise<KeyObject> | undefined;

/** The ledger's Ed25519 key of COUNTERSIGN_SIGNING_KEY_FILE. */
export function signingKey(): Promise<KeyObject> {
  read ??= load(environment().signingKeyFile).catch((error: unknown) => {
    read = undefined;
    throw error;
  });
  return read;
}

/** Keys that signed checkpoints before this one: what is pinned in the product's home. */
export function earlierKeys(): Promise<readonly NoteVerifier[]> {
  return pinnedKeys(environment().home);
}

/** Where packs are kept and what signs them. */
export async function packKeeping(): Promise<{ directory: string; signingKey: KeyObject; keyName: string }> {
  const key = await signingKey();
  return { directory: join(environment().home, 'packs'), signingKey: key, keyName: defaultOrigin(key) };
}

async function load(path: string): Promise<KeyObject> {
  try {
    return readSigningKey(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CountersignError('unavailable', 'The signing key can’t be read. Ask an admin.', { cause });
  }
}
