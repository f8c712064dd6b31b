import { readFile } from 'node:fs/promises';
import { rawPublicKey } from '#lib/core/ed25519';
import type { TrustedKey } from './keys.ts';
import { printable, type Verdict } from './verdict.ts';

/** Checks an evidence pack. */
export async function verifyPackAt(path: string, keys: readonly TrustedKey[]): Promise<Verdict> {
  const { verifyPack } = await import('#lib/reviews/pack/verify');
  const found = await verifyPack(await readFile(path), {
    pinnedKeys: keys.map((key) => ({
      name: key.name ?? key.from,
      publicKey: rawPublicKey(key.key).toString('base64'),
    })),
  });
  const [fault] = found.faults;
  if (fault || !found.intact) {
    return {
      kind: 'broken',
      place: fault?.file ?? 'the pack',
      message: fault?.message ?? 'it does not check',
    };
  }
  const facts = Object.entries(found.facts).map(([name, value]): [string, string] => [
    name,
    printable(value),
  ]);
  if (found.trusted) return { kind: 'intact', facts };
  return {
    kind: 'unknown-signer',
    facts,
    advice: `Compare the key's fingerprint ${found.facts.key} with what the operator published, then give --key.`,
  };
}
