import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { TrustedIssuer } from '#lib/identity/model';

/** A real issuer on a loopback port: discovery, key set, and keys that can be rotated. */
export interface TestIssuer {
  readonly url: string;
  readonly trusted: TrustedIssuer;
  keySetReads: number;
  /** Answers every request so from now on; null: as it should. */
  failing: number | null;
  token(claims: JWTPayload, options?: TokenOptions): Promise<string>;
  publicJwk(): Promise<Record<string, unknown>>;
  rotate(): Promise<void>;
  close(): Promise<void>;
}

export interface TokenOptions {
  readonly algorithm?: string;
  readonly expires?: string | number | null;
  readonly keyId?: string | null;
  readonly header?: Record<string, unknown>;
}

export const audience = 'countersign';

export async function startIssuer(algorithm = 'RS256'): Promise<TestIssuer> {
  let number = 0;
  let keyId = '';
  let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  async function rotate() {
    number += 1;
    keyId = `key-${number}`;
    keys = await generateKeyPair(algorithm, { extractable: true });
  }
  await rotate();

  const server: Server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (issuer.failing !== null) {
      response.writeHead(issuer.failing).end('{}');
    } else if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }));
    } else {
      issuer.keySetReads += 1;
      response.end(JSON.stringify({ keys: [await issuer.publicJwk()] }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const issuer: TestIssuer = {
    url,
    trusted: {
      id: 'iss_test',
      name: 'test',
      issuer: url,
      audience,
      jwksUri: null,
      algorithms: [],
      singleUse: false,
    },
    keySetReads: 0,
    failing: null,
    rotate,
    publicJwk: async () => ({
      ...(await exportJWK(keys.publicKey)),
      kid: keyId,
      alg: algorithm,
      use: 'sig',
    }),
    async token(claims, options = {}) {
      const jwt = new SignJWT({ iss: url, aud: audience, sub: 'migrator', ...claims }).setProtectedHeader({
        alg: options.algorithm ?? algorithm,
        ...(options.keyId === null ? {} : { kid: options.keyId ?? keyId }),
        ...options.header,
      });
      if (options.expires !== null) jwt.setExpirationTime(options.expires ?? '5m');
      return jwt.sign(keys.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return issuer;
}
