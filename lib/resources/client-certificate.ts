import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { invalid } from '#lib/core/errors';

/**
 * Refuses a client certificate or key that no login could use, and a pair that does not belong together.
 * PEM each; null: none; `key` undefined: it is not known here, and the certificate is looked at alone.
 */
export function requireClientCertificate(
  certificate: string | null | undefined,
  key: string | null | undefined,
): void {
  const leaf = certificate ? readCertificate(certificate) : null;
  const own = key ? readKey(key) : null;
  if (leaf === null || own === null || leaf.checkPrivateKey(own)) return;
  throw refused('tlsKey', 'does not belong to the certificate');
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw refused(
      'tlsCertificate',
      'is no certificate in PEM; the gateway’s own comes first, its chain after it',
    );
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw refused('tlsKey', 'is no private key in PEM, or it needs a passphrase');
  }
}

function refused(at: 'tlsCertificate' | 'tlsKey', message: string) {
  const what = at === 'tlsKey' ? 'The key of the client certificate' : 'The client certificate';
  return invalid(`${what} ${message}.`, [{ at, message }]);
}
