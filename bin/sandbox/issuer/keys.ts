import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Home } from '#bin/home';
import { readOrMake } from '#bin/private-file';

/** The issuer's signing key, kept: a token stays good over a restart. */
export async function issuerKeys(home: Home): Promise<JWK[]> {
  const text = await readOrMake(home.issuerKeys, async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true, modulusLength: 2048 });
    const key: JWK = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' };
    return JSON.stringify({ keys: [key] });
  });
  const { keys } = JSON.parse(text) as { keys: JWK[] };
  return keys;
}
