import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Environment } from '#bin/environment';
import { keyFingerprint, rawPublicKey, readSigningKey } from '#lib/core/ed25519';
import { type Check, type Finding, unwell, well } from './check.ts';

const dayMs = 86_400_000;
const renewDays = 14;

export function keyChecks(environment: Environment): Check[] {
  return [
    {
      name: 'sealing key',
      look: async () => {
        const [path, content] = await read(environment.COUNTERSIGN_KEY_FILE, 'COUNTERSIGN_KEY_FILE');
        if (Buffer.from(content.trim(), 'base64').length !== 32) {
          return unwell(`${path} does not hold 32 bytes in base64.`);
        }
        return ifPrivate(path, '32 bytes');
      },
    },
    {
      name: 'signing key',
      look: async () => {
        const [path, content] = await read(
          environment.COUNTERSIGN_SIGNING_KEY_FILE,
          'COUNTERSIGN_SIGNING_KEY_FILE',
        );
        const fingerprint = keyFingerprint(rawPublicKey(readSigningKey(content))).toString('hex');
        return ifPrivate(path, `Ed25519, fingerprint ${fingerprint.slice(0, 32)}…`);
      },
    },
    {
      name: 'certificate',
      look: async () => {
        const [path, content] = await read(
          environment.COUNTERSIGN_TLS_CERT_FILE,
          'COUNTERSIGN_TLS_CERT_FILE',
        );
        const [keyPath, key] = await read(environment.COUNTERSIGN_TLS_KEY_FILE, 'COUNTERSIGN_TLS_KEY_FILE');
        const certificate = new X509Certificate(content);
        const days = Math.floor((new Date(certificate.validTo).getTime() - Date.now()) / dayMs);
        if (!certificate.publicKey.equals(createPublicKey(createPrivateKey(key)))) {
          return unwell(`${keyPath} is not the key of ${path}.`);
        }
        if (days < renewDays) return unwell(`${path} is good for ${days} more days. Renew it.`);
        return well(`for ${certificate.subjectAltName ?? certificate.subject}, good for ${days} days`);
      },
    },
  ];
}

async function read(path: string | undefined, variable: string): Promise<[path: string, content: string]> {
  if (path === undefined) throw new Error(`${variable} is not set.`);
  return [path, await readFile(path, 'utf8')];
}

async function ifPrivate(path: string, text: string): Promise<Finding> {
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return well(text);
  return unwell(`${path} can be read by others. Run: chmod 600 ${path}`);
}
