import { createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Home } from '#bin/home';
import { readOrMake, writePrivate } from '#bin/private-file';
import { makeServerCertificates } from './certificates.ts';

const renewBeforeMs = 30 * 86_400_000;

/** The sandbox's keys and certificate, made once and kept in its home. */
export async function ensureKeys(home: Home): Promise<void> {
  await readOrMake(home.sealingKey, () => `${randomBytes(32).toString('base64')}\n`);
  const signingKey = await readOrMake(home.signingKey, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  // `countersign verify` trusts it here without being told; elsewhere the reader pins it by hand.
  const publicKey = createPublicKey(signingKey).export({ type: 'spki', format: 'pem' }).toString();
  await writePrivate(home.pinnedKey, publicKey, 0o644);
  if (await certificateStands(home)) return;
  const made = await makeServerCertificates();
  // The certificate last: it is what the check above looks at.
  await writePrivate(home.caCertificate, made.caCertificate, 0o644);
  await writePrivate(home.serverKey, made.key);
  await writePrivate(home.serverCertificate, made.certificate);
}

async function certificateStands(home: Home): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(home.serverCertificate));
    const authority = new X509Certificate(await readFile(home.caCertificate));
    const ends = new Date(certificate.validTo).getTime();
    return certificate.verify(authority.publicKey) && ends - Date.now() > renewBeforeMs;
  } catch {
    return false;
  }
}
