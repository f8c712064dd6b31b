import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureHome, type Home, homeOf } from '#bin/home';
import { freePort } from '#bin/ports';
import { issuerKeys } from '#bin/sandbox/issuer/keys';
import { startIssuer } from '#bin/sandbox/issuer/server';
import { requestToken } from '#bin/sandbox/request-token';
import { ensureSecrets, type SandboxSecrets } from '#bin/sandbox/secrets';

let home: Home;
let port: number;
let server: Server;
let secrets: SandboxSecrets;
const webUrl = 'http://localhost:3999';

beforeAll(async () => {
  home = homeOf(await mkdtemp(join(tmpdir(), 'issuer-')));
  await ensureHome(home);
  port = await freePort();
  secrets = await ensureSecrets(home);
  server = await startIssuer(port, { webUrl, secrets, keys: await issuerKeys(home) });
});

afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(home.folder, { recursive: true, force: true });
});

const issuer = () => `http://localhost:${port}`;
const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${issuer()}/jwks`)), {
    issuer: issuer(),
    audience: 'countersign',
    algorithms: ['RS256'],
  });

describe('an agent', () => {
  it('gets an RS256 token with its name, the audience, an id and its purpose', async () => {
    const token = await requestToken(home, {
      agent: 'migrator',
      issuerPort: port,
      purpose: 'PAY-17: add a column',
      ttlSeconds: 300,
    });
    const { payload } = await verify(token);
    expect(payload).toMatchObject({ sub: 'migrator', aud: 'countersign', purpose: 'PAY-17: add a column' });
    expect(payload.jti).toBeTruthy();
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(decodeProtectedHeader(token).kid).toBeTruthy();
  });

  it('gets no purpose that it did not say, and ten minutes', async () => {
    const { payload } = await verify(await requestToken(home, { agent: 'reporter', issuerPort: port }));
    expect(payload).not.toHaveProperty('purpose');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  });

  it('gets nothing with another secret', async () => {
    const response = await fetch(`${issuer()}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('migrator:wrong').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(response.status).toBe(401);
  });

  it('gets its tokens from the same key after a restart', async () => {
    const again = await freePort();
    const second = await startIssuer(again, { webUrl, secrets, keys: await issuerKeys(home) });
    const keysOf = async (at: number) => (await fetch(`http://localhost:${at}/jwks`)).json();
    expect(await keysOf(again)).toEqual(await keysOf(port));
    second.close();
    second.closeAllConnections();
  });
});

describe('a person', () => {
  it('signs in by choosing a name, and the web application learns e-mail and name', async () => {
    const jar = new Map<string, string>();
    const redirect = `${webUrl}/api/auth/callback/oidc`;
    const query = new URLSearchParams({
      client_id: 'countersign-web',
      response_type: 'code',
      scope: 'openid email profile',
      redirect_uri: redirect,
      state: 'abc',
    });
    const page = await browse(jar, `${issuer()}/auth?${query}`);
    expect(page.body).toContain('Sandbox issuer');
    expect(page.body).not.toMatch(/<link|<script|@import|url\((?!\/geist\.woff2\))/);
    const back = await browse(jar, page.url, new URLSearchParams({ email: 'linus@example.com' }));
    const url = new URL(back.url);
    expect(url.origin + url.pathname).toBe(redirect);
    const response = await fetch(`${issuer()}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`countersign-web:${secrets.webClientSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: url.searchParams.get('code') ?? '',
        redirect_uri: redirect,
      }),
    });
    const { id_token } = (await response.json()) as { id_token: string };
    const { payload } = await jwtVerify(id_token, createRemoteJWKSet(new URL(`${issuer()}/jwks`)), {
      audience: 'countersign-web',
    });
    expect(payload).toMatchObject({ sub: 'linus@example.com', email: 'linus@example.com', name: 'Linus' });
  });

  it('is sent back to no other page', async () => {
    const query = new URLSearchParams({
      client_id: 'countersign-web',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://elsewhere.example/',
    });
    const response = await fetch(`${issuer()}/auth?${query}`, { redirect: 'manual' });
    expect(response.status).toBe(400);
  });
});

/** Follows redirects with cookies, as a browser does, until a page or a foreign address. */
async function browse(jar: Map<string, string>, start: string, form?: URLSearchParams) {
  let url = start;
  let body = form;
  for (let hop = 0; hop < 10; hop += 1) {
    if (new URL(url).port !== String(port)) return { url, body: '' };
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body ? { method: 'POST', body } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = (cookie.split(';')[0] ?? '').split('=');
      if (name && value) jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) return { url, body: await response.text() };
    url = new URL(location, url).href;
    body = undefined;
  }
  throw new Error('too many redirects');
}
