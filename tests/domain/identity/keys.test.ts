import { expect, test } from 'vitest';
import { systemClock } from '#lib/core/clock';
import { isHttpsOrLoopback } from '#lib/core/input';
import { createKeySource, verifyToken } from '#lib/identity/index';
import { startIssuer, type TestIssuer } from './issuer.ts';

async function faultOf(issuer: TestIssuer, token: string, keys = createKeySource(), trusted = {}) {
  const result = await verifyToken(token, [{ ...issuer.trusted, ...trusted }], {
    clock: systemClock,
    keys,
  });
  return 'ok' in result ? 'none' : result.fault;
}

test('the key set is read once, whatever number of tokens come', async () => {
  const issuer = await startIssuer();
  const keys = createKeySource();
  for (let i = 0; i < 5; i += 1) expect(await faultOf(issuer, await issuer.token({}), keys)).toBe('none');
  expect(issuer.keySetReads).toBe(1);
  await issuer.close();
});

test('a rotated key is found; the old one no longer counts', async () => {
  const issuer = await startIssuer();
  const old = await issuer.token({});
  await issuer.rotate();
  const keys = createKeySource();
  expect(await faultOf(issuer, await issuer.token({}), keys)).toBe('none');
  expect(await faultOf(issuer, old, keys)).toBe('signature');
  await issuer.close();
});

test('unknown key ids do not flood the issuer', async () => {
  const issuer = await startIssuer();
  const keys = createKeySource();
  await faultOf(issuer, await issuer.token({}), keys);
  for (let i = 0; i < 20; i += 1) {
    expect(await faultOf(issuer, await issuer.token({}, { keyId: `made-up-${i}` }), keys)).toBe('signature');
  }
  expect(issuer.keySetReads).toBeLessThanOrEqual(2);
  await issuer.close();
});

test('an issuer that fails refuses, and works again when asked afresh', async () => {
  const issuer = await startIssuer();
  issuer.failing = 500;
  expect(await faultOf(issuer, await issuer.token({}))).toBe('keys_unavailable');
  issuer.failing = null;
  expect(await faultOf(issuer, await issuer.token({}))).toBe('none');
  await issuer.close();
  expect(await faultOf(issuer, await issuer.token({}))).toBe('keys_unavailable');
});

test('a discovery document that speaks for another issuer is refused', async () => {
  const [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
  const lying = createKeySource((url, options) => fetch(String(url).replace(issuer.url, other.url), options));
  expect(await faultOf(issuer, await issuer.token({}), lying)).toBe('keys_unavailable');
  await Promise.all([issuer.close(), other.close()]);
});

test('redirects are not followed, and endless answers end', async () => {
  const issuer = await startIssuer();
  const endless = createKeySource(
    async () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
        }),
      ),
  );
  expect(await faultOf(issuer, await issuer.token({}), endless)).toBe('keys_unavailable');
  let redirect: string | undefined;
  const watched = createKeySource((url, options) => {
    redirect = options?.redirect;
    return fetch(url, options);
  });
  await faultOf(issuer, await issuer.token({}), watched);
  expect(redirect).toBe('error');
  await issuer.close();
});

test.each([
  ['https://login.microsoftonline.com/tenant/v2.0', true],
  ['http://localhost:4400', true],
  ['http://127.0.0.1:4400/jwks', true],
  ['http://[::1]:4400', true],
  ['http://issuer.example.com', false],
  ['http://localhost.evil.example', false],
  ['http://127.0.0.1.evil.example', false],
  ['http://user:pass@localhost', false],
  ['file:///etc/passwd', false],
  ['ftp://localhost', false],
  ['no address', false],
])('%s may be fetched: %s', (url, expected) => {
  expect(isHttpsOrLoopback(url)).toBe(expected);
});
