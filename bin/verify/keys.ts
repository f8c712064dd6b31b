import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { UsageError } from '#bin/usage';
import { keyFingerprint, rawPublicKey } from '#lib/core/ed25519';
import { isCountersignError } from '#lib/core/errors';
import { pinnedKeyFiles } from '#lib/ledger/pinned-keys';
import { type NoteVerifier, parseVerifier } from '#lib/ledger/signed-note';

/** A key that the caller trusts, and where it came from. */
export interface TrustedKey extends NoteVerifier {
  readonly from: string;
  /** SHA-256 of the raw public key, hex. */
  readonly fingerprint: string;
}

/**
 * The keys to trust: those given by `--key`; without one, COUNTERSIGN_PINNED_KEY and the files in
 * `$COUNTERSIGN_HOME/pinned-keys`. Each is PEM, a line `name+hash+key`, or a file with one of them.
 */
export async function trustedKeys(given: readonly string[]): Promise<TrustedKey[]> {
  if (given.length > 0) return Promise.all(given.map((text) => readKey(text, '--key')));
  const keys: TrustedKey[] = [];
  const pinned = process.env.COUNTERSIGN_PINNED_KEY;
  if (pinned) keys.push(await readKey(pinned, 'COUNTERSIGN_PINNED_KEY'));
  const files = await pinnedKeyFiles(process.env.COUNTERSIGN_HOME || '.countersign');
  for (const { path, text } of files) keys.push(parseKey(text, path));
  return keys;
}

async function readKey(text: string, from: string): Promise<TrustedKey> {
  return parseKey(existsSync(text) ? await readFile(text, 'utf8') : text, from);
}

function parseKey(content: string, from: string): TrustedKey {
  try {
    const verifier = parseVerifier(content);
    return { ...verifier, from, fingerprint: keyFingerprint(rawPublicKey(verifier.key)).toString('hex') };
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    throw new UsageError(`${from}: ${error.message}`);
  }
}
