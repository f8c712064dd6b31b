import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heldClock, systemClock } from '#lib/core/clock';
import {
  claimOnce,
  createKeySource,
  type TokenResult,
  type TrustedIssuer,
  verifyToken,
} from '#lib/identity/index';
import { audience, startIssuer, type TestIssuer } from './issuer.ts';

let issuer: TestIssuer;
let stranger: TestIssuer;
const keys = createKeySource();
const used = new Set<string>();

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([startIssuer(), startIssuer()]);
});
afterAll(() => Promise.all([issuer.close(), stranger.close()]));

function verify(token: string, trusted: Partial<TrustedIssuer> = {}, clock = systemClock) {
  return verifyToken(token, [{ ...issuer.trusted, ...trusted }], { clock, keys });
}

/** Checked, then used up. */
async function spend(token: string, trusted: Partial<TrustedIssuer> = {}): Promise<string> {
  const result = await verify(token, trusted);
  if ('fault' in result) return result.fault;
  const spent = await claimOnce(result.ok, async (iss, id) => {
    const key = `${iss} ${id}`;
    if (used.has(key)) return false;
    used.add(key);
    return true;
  });
  return spent?.fault ?? 'none';
}

function fault(result: TokenResult): string {
  return 'ok' in result ? 'none' : result.fault;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

const inFiveMinutes = () => Math.floor(Date.now() / 1000) + 300;

describe('a good token', () => {
  test('gives issuer, subject, end and claims', async () => {
    const result = await verify(await issuer.token({ jti: 'one', purpose: 'fix orders' }));
    expect(result).toMatchObject({
      ok: { issuerId: 'iss_test', issuer: issuer.url, subject: 'migrator', tokenId: 'one' },
    });
    expect('ok' in result && result.ok.claims.purpose).toBe('fix orders');
  });

  test.each(['PS256', 'ES256', 'EdDSA'])('signed with %s', async (algorithm) => {
    const other = await startIssuer(algorithm);
    const result = await verifyToken(await other.token({}), [other.trusted], {
      clock: systemClock,
      keys: createKeySource(),
    });
    await other.close();
    expect(fault(result)).toBe('none');
  });

  test('for several audiences, ours among them', async () => {
    expect(fault(await verify(await issuer.token({ aud: ['other', audience] })))).toBe('none');
  });

  test('without a key id', async () => {
    expect(fault(await verify(await issuer.token({}, { keyId: null })))).toBe('none');
  });
});

describe('refused', () => {
  test('alg none, with and without the old signature', async () => {
    const claims = { iss: issuer.url, aud: audience, sub: 'migrator', exp: inFiveMinutes() };
    for (const alg of ['none', 'None', 'NONE']) {
      const unsigned = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}.`;
      expect(fault(await verify(unsigned))).toBe('algorithm');
      const [, , signature] = (await issuer.token({})).split('.');
      expect(fault(await verify(unsigned + signature))).toBe('algorithm');
    }
  });

  test('HS256 with the public key as the secret', async () => {
    const key = await importJWK(await issuer.publicJwk(), 'RS256', { extractable: true });
    if (key instanceof Uint8Array) throw new Error('expected an RSA key');
    const pem = await exportSPKI(key);
    const head = encode({ alg: 'HS256', kid: 'key-1' });
    const body = encode({ iss: issuer.url, aud: audience, sub: 'migrator', exp: inFiveMinutes() });
    for (const secret of [pem, pem.trim(), JSON.stringify(await issuer.publicJwk())]) {
      const mac = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url');
      expect(fault(await verify(`${head}.${body}.${mac}`))).toBe('algorithm');
    }
  });

  test('an algorithm that this issuer may not use', async () => {
    expect(fault(await verify(await issuer.token({}), { algorithms: ['ES256'] }))).toBe('algorithm');
  });

  test.each([
    ['another audience', { aud: 'somebody-else' }, 'audience'],
    ['no audience', { aud: undefined }, 'audience'],
    ['an audience that only starts like ours', { aud: 'countersign.evil' }, 'audience'],
    ['an audience in another case', { aud: 'Countersign' }, 'audience'],
    ['no subject', { sub: undefined }, 'malformed'],
    ['an empty subject', { sub: '' }, 'malformed'],
    ['not yet valid', { nbf: inFiveMinutes() }, 'not_yet_valid'],
  ])('%s', async (_, claims, expected) => {
    expect(fault(await verify(await issuer.token(claims as JWTPayload)))).toBe(expected);
  });

  test('expired, beyond 30 s of skew', async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(fault(await verify(await issuer.token({}, { expires: now - 31 })))).toBe('expired');
    expect(fault(await verify(await issuer.token({}, { expires: now - 20 })))).toBe('none');
  });

  test('expired by the clock that is held', async () => {
    const clock = heldClock(new Date());
    const token = await issuer.token({});
    clock.advance(331_000);
    expect(fault(await verify(token, {}, clock))).toBe('expired');
  });

  test('without an end', async () => {
    expect(fault(await verify(await issuer.token({}, { expires: null })))).toBe('malformed');
  });

  test('an end that is a text', async () => {
    const token = await issuer.token({ exp: 'never' as unknown as number }, { expires: null });
    expect(fault(await verify(token))).toBe('malformed');
  });

  test('of an issuer nobody trusts, also one that differs by a slash or a tenant', async () => {
    expect(fault(await verify(await stranger.token({})))).toBe('unknown_issuer');
    for (const iss of [`${issuer.url}/`, `${issuer.url}/other-tenant/v2.0`, issuer.url.toUpperCase()]) {
      expect(fault(await verify(await issuer.token({ iss })))).toBe('unknown_issuer');
    }
  });

  test('signed by another issuer that says it is ours', async () => {
    const forged = await stranger.token({ iss: issuer.url });
    expect(fault(await verify(forged))).toBe('signature');
  });

  test('one flipped character anywhere in the signature or the claims', async () => {
    const token = await issuer.token({});
    const [head = '', body = '', signature = ''] = token.split('.');
    const flip = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    expect(fault(await verify(`${head}.${body}.${flip(signature, 10)}`))).toBe('signature');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const changed = `${head}.${encode({ ...claims, sub: 'reporter' })}.${signature}`;
    expect(fault(await verify(changed))).toBe('signature');
  });

  test('key id tricks: paths, queries, prototypes, and keys brought along', async () => {
    const reads = issuer.keySetReads;
    for (const keyId of ['../../dev/null', "x' OR 1=1 --", '__proto__', 'constructor', '', 'http://evil/']) {
      expect(fault(await verify(await stranger.token({ iss: issuer.url }, { keyId })))).toBe('signature');
    }
    const jwk = await stranger.publicJwk();
    for (const header of [{ jwk }, { jku: `${stranger.url}/jwks` }, { x5u: `${stranger.url}/x5u` }]) {
      const token = await stranger.token({ iss: issuer.url }, { keyId: 'key-1', header });
      expect(fault(await verify(token))).toBe('signature');
    }
    expect(stranger.keySetReads).toBe(0);
    expect(issuer.keySetReads - reads).toBeLessThanOrEqual(1);
  });

  test('critical headers that nobody understands', async () => {
    const token = await issuer.token({});
    const [, body, signature] = token.split('.');
    const head = encode({ alg: 'RS256', kid: 'key-1', crit: ['exp'], exp: 1 });
    expect(fault(await verify(`${head}.${body}.${signature}`))).not.toBe('none');
  });

  test.each([
    ['nothing', ''],
    ['a password', 'hunter2'],
    ['two parts', 'e30.e30'],
    ['five parts (encrypted)', 'e30.e30.e30.e30.e30'],
    ['JSON that is no object', `${encode([])}.${encode(1)}.AA`],
    ['white space', 'e30. e30.AA'],
  ])('%s', async (_, token) => {
    expect(fault(await verify(token))).toBe('malformed');
  });

  test('a huge token, before anything is decoded', async () => {
    expect(fault(await verify(await issuer.token({ filler: 'x'.repeat(20_000) })))).toBe('malformed');
  });

  test('messages hold nothing of the token', async () => {
    const result = await verify(await issuer.token({ aud: 'secret-audience', sub: 'secret-subject' }));
    expect(JSON.stringify(result)).not.toContain('secret-');
  });
});

describe('single-use tokens', () => {
  test('open one session only', async () => {
    const token = await issuer.token({ jti: 'only-once' });
    const answers = await Promise.all([1, 2, 3].map(() => spend(token, { singleUse: true })));
    expect(answers.sort()).toEqual(['none', 'reused', 'reused']);
  });

  test('need a jti', async () => {
    expect(fault(await verify(await issuer.token({}), { singleUse: true }))).toBe('malformed');
  });

  test('a forged one uses nothing up', async () => {
    const forged = await stranger.token({ iss: issuer.url, jti: 'mine' });
    expect(await spend(forged, { singleUse: true })).toBe('signature');
    expect(await spend(await issuer.token({ jti: 'mine' }), { singleUse: true })).toBe('none');
  });

  test('are not used up by being looked at, and others never are', async () => {
    const token = await issuer.token({ jti: 'looked-at' });
    for (let time = 0; time < 3; time += 1) {
      expect(fault(await verify(token, { singleUse: true }))).toBe('none');
    }
    expect(await spend(token, { singleUse: true })).toBe('none');
    expect(await spend(token, { singleUse: true })).toBe('reused');
    const many = await issuer.token({ jti: 'many' });
    expect([await spend(many), await spend(many)]).toEqual(['none', 'none']);
  });
});
