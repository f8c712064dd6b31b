import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
/** The authority's key is thrown away after signing one certificate, so it lives no longer than that. */
const validDays = 397;

export interface ServerCertificates {
  /** PEM: what clients trust (`sslrootcert`). */
  readonly caCertificate: string;
  /** PEM: the gateway's certificate, for `names`. */
  readonly certificate: string;
  /** PEM, PKCS#8. */
  readonly key: string;
}

/**
 * A development authority and one server certificate for `names` (host names and addresses). Nobody
 * keeps the authority's key, so nothing else can ever be signed by it.
 */
export async function makeServerCertificates(
  names: readonly string[] = ['localhost', '127.0.0.1', '::1'],
  now: Date = new Date(),
): Promise<ServerCertificates> {
  const authority = await keyPair();
  const server = await keyPair();
  const validity = {
    notBefore: new Date(now.getTime() - dayMs),
    notAfter: new Date(now.getTime() + validDays * dayMs),
  };
  const name = 'CN=Countersign development authority';
  const ca = await X509CertificateGenerator.createSelfSigned(
    {
      name,
      keys: authority,
      signingAlgorithm: algorithm,
      ...validity,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(authority.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const certificate = await X509CertificateGenerator.create(
    {
      subject: `CN=${names[0] ?? 'localhost'}`,
      issuer: name,
      publicKey: server.publicKey,
      signingKey: authority.privateKey,
      signingAlgorithm: algorithm,
      ...validity,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(names.map(alternativeName)),
        await AuthorityKeyIdentifierExtension.create(authority.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return {
    caCertificate: `${ca.toString('pem')}\n`,
    certificate: `${certificate.toString('pem')}\n`,
    key: await privateKeyPem(server.privateKey),
  };
}

function keyPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function alternativeName(name: string): { type: 'dns' | 'ip'; value: string } {
  return { type: isAddress(name) ? 'ip' : 'dns', value: name };
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^[0-9.]+$/.test(name);
}

async function privateKeyPem(key: CryptoKey): Promise<string> {
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  const lines = bytes.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN PRIVATE KEY-----\n${lines.trimEnd()}\n-----END PRIVATE KEY-----\n`;
}
