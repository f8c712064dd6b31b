import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TokenOptions {
  readonly issuer?: string;
  readonly audience?: string;
  readonly subject?: string;
  readonly expiresIn?: string;
  readonly claims?: Record<string, unknown>;
}

export interface TokenIssuer {
  readonly issuer: string;
  token(agent: string, options?: TokenOptions): Promise<string>;
  close(): void;
}

/** An issuer of agents' tokens, its keys at `ISSUER/jwks`. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
  const server = createServer((request, response) => {
    const isKeys = request.url === '/jwks';
    const body = isKeys ? keys : JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    token: (agent, wanted = {}) =>
      new SignJWT(wanted.claims ?? {})
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuer(wanted.issuer ?? issuer)
        .setAudience(wanted.audience ?? 'countersign')
        .setSubject(wanted.subject ?? agent)
        .setIssuedAt()
        .setExpirationTime(wanted.expiresIn ?? '5m')
        .sign(privateKey),
    close: () => server.close(),
  };
}
