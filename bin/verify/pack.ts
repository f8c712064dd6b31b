import { readFile } from 'node:fs/promises';
import { rawPublicKey } from '#lib/core/ed25519';
import type { TrustedKey } from './keys.ts';
import type { Verdict } from './verdict.ts';

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
  return { kind: 'intact', facts: Object.entries(found.facts) };
}
