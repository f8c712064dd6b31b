import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password, startup } from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({ target, tls: true });
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

async function refusal(more: Record<string, unknown>): Promise<{ code: string; message: string }> {
  const client = new Client({ ...(await gateway.options()), ...more });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    return error as { code: string; message: string };
  }
  await client.end();
  throw new Error('the gateway let it in');
}

/** Everything that a socket gets back, until it is closed. */
function talk(socket: Socket, ...sent: Buffer[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const got: Buffer[] = [];
    const timer = setTimeout(() => reject(new Error('still open')), 20_000);
    socket.on('data', (chunk: Buffer) => got.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(got));
    });
    for (const bytes of sent) socket.write(bytes);
  });
}

const plain = () => connect(gateway.port, '127.0.0.1');
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const gssRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 48]);
const hello = startup(
  196_608,
  new Map([
    ['user', 'migrator'],
    ['database', 'shop'],
  ]),
);

describe('signing in', () => {
  it('works over TLS, by negotiation and directly', async () => {
    const client = await gateway.connect();
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    const secure = connectTls({
      host: '127.0.0.1',
      port: gateway.port,
      ca: gateway.caCertificate,
      servername: 'localhost',
      ALPNProtocols: ['postgresql'],
    });
    await new Promise((resolve) => secure.once('secureConnect', resolve));
    secure.write(hello);
    const first = await new Promise<Buffer>((resolve) => secure.once('data', resolve));
    expect(first[0]).toBe('R'.charCodeAt(0));
    secure.destroy();
  });

  it('needs ALPN when TLS is direct', async () => {
    const secure = connectTls({
      host: '127.0.0.1',
      port: gateway.port,
      ca: gateway.caCertificate,
      servername: 'localhost',
    });
    expect((await talk(secure, hello)).length).toBe(0);
  });

  it.each([
    ['an expired token', async () => gateway.token('migrator', { expiresIn: '-5m' }), /expired/],
    [
      'a token for somebody else',
      async () => gateway.token('migrator', { audience: 'another' }),
      /somebody else/,
    ],
    [
      'a token of a foreign issuer',
      async () => gateway.token('migrator', { issuer: 'http://127.0.0.1:1' }),
      /not trusted/,
    ],
    ['another agent’s token', async () => gateway.token('reporter'), /not of the agent "migrator"/],
    ['a token of nobody', async () => gateway.token('nobody'), /belongs to no agent/],
    ['no password at all', async () => '', /not a JWT|not a token/],
    ['a word', async () => 'secret', /not a JWT/],
    [
      'an unsigned token',
      async () =>
        new UnsecuredJWT({})
          .setSubject('migrator')
          .setAudience('countersign')
          .setIssuer(gateway.control.issuer.issuer)
          .encode(),
      /must be signed/,
    ],
    [
      'a token that another key signed',
      async () => {
        const { privateKey } = await generateKeyPair('ES256');
        return new SignJWT({})
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .setSubject('migrator')
          .setAudience('countersign')
          .setIssuer(gateway.control.issuer.issuer)
          .setExpirationTime('5m')
          .sign(privateKey);
      },
      /No key of local signed/,
    ],
    [
      'a token signed by HMAC',
      async () =>
        new SignJWT({})
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject('migrator')
          .setAudience('countersign')
          .setIssuer(gateway.control.issuer.issuer)
          .setExpirationTime('5m')
          .sign(Buffer.alloc(32)),
      /must be signed/,
    ],
  ])('refuses %s', async (_name, token, message) => {
    const error = await refusal({ password: await token() });
    expect(error.code).toBe('28000');
    expect(error.message).toMatch(message);
  });

  it('does not say whether a resource exists that nobody granted', async () => {
    const unknown = await refusal({ database: 'nowhere' });
    expect(unknown).toMatchObject({ code: '3D000', message: expect.stringContaining('no grant in force') });
    const agent = gateway.control.agents.get('agt_reporter');
    if (!agent) throw new Error('no reporter');
    const grants = agent.grants;
    agent.grants = [];
    gateway.control.changed();
    const refused = await refusal({ user: 'reporter', password: await gateway.token('reporter') });
    expect(refused.message.replace('shop', 'nowhere').replace('reporter', 'migrator')).toBe(unknown.message);
    agent.grants = grants;
    gateway.control.changed();
  });

  it('refuses plain text with a reason, before any password is asked', async () => {
    const told = (await talk(plain(), hello)).toString();
    expect(told).toContain('FATAL');
    expect(told).toContain('sslmode=require');
  });

  it('answers N to GSS encryption, and goes on', async () => {
    const socket = plain();
    socket.write(gssRequest);
    const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(answer.toString()).toBe('N');
    expect((await talk(socket, hello)).toString()).toContain('sslmode=require');
  });

  it('refuses what was sent in the clear behind a TLS request', async () => {
    const told = await talk(plain(), Buffer.concat([sslRequest, hello]));
    expect(told.toString('latin1').startsWith('S')).toBe(false);
    expect(told.toString()).toContain('before encryption');
  });

  it.each([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['zeros', Buffer.alloc(64)],
    ['a length of 2 GiB', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0])],
    ['protocol 2', Buffer.from([0, 0, 0, 8, 0, 2, 0, 0])],
    ['a TLS hello that is none', Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5])],
  ])('closes on %s', async (_name, bytes) => {
    await talk(plain(), bytes);
    const client = await gateway.connect();
    await client.end();
  });

  it('refuses replication, pinned settings and unknown options at startup', async () => {
    expect((await refusal({ replication: 'database' })).message).toContain('Replication');
    for (const options of [
      '-c standard_conforming_strings=off',
      '-c session_replication_role=replica',
      '-c row_security=off',
      '--client-encoding=latin1',
      '-c role=postgres',
      '-d 5',
    ]) {
      expect((await refusal({ options })).code).toMatch(/^(28000|22023)$/);
    }
    const client = await gateway.connect('migrator', {
      options: '-c search_path=pg_catalog -c countersign.purpose=release\\ 5',
    });
    expect((await client.query('show search_path')).rows).toEqual([{ search_path: 'pg_catalog' }]);
    await client.end();
    expect(gateway.control.sessions.at(-1)?.purpose).toMatchObject({ text: 'release 5', tier: 'claimed' });
  });

  it('speaks 3.2 with long cancel keys, and negotiates what it does not know', async () => {
    const secure = connectTls({
      host: '127.0.0.1',
      port: gateway.port,
      ca: gateway.caCertificate,
      servername: 'localhost',
      ALPNProtocols: ['postgresql'],
    });
    await new Promise((resolve) => secure.once('secureConnect', resolve));
    secure.write(
      startup(
        196_612,
        new Map([
          ['user', 'migrator'],
          ['database', 'shop'],
          ['_pq_.future', '1'],
        ]),
      ),
    );
    let got = await new Promise<Buffer>((resolve) => secure.once('data', resolve));
    expect(got[0]).toBe('v'.charCodeAt(0));
    expect(got.readInt32BE(5)).toBe(196_610);
    expect(got.toString()).toContain('_pq_.future');
    secure.write(password(await gateway.token('migrator')));
    const all: Buffer[] = [];
    secure.on('data', (chunk: Buffer) => all.push(chunk));
    await expect.poll(() => Buffer.concat(all).toString('latin1').includes('Z\0\0\0\x05I')).toBe(true);
    got = Buffer.concat(all);
    const key = got.indexOf(Buffer.from([75, 0, 0, 0, 40]));
    expect(key).toBeGreaterThan(0);
    secure.destroy();
  });

  it('counts refusals by source and cause, not by packet', async () => {
    await Promise.all(Array.from({ length: 5 }, () => talk(plain(), Buffer.alloc(16))));
    const metrics = await (await fetch(`http://127.0.0.1:${gateway.adminPort}/metrics`)).text();
    expect(metrics).toMatch(/countersign_refusals_total \d+/);
    const health = await (await fetch(`http://127.0.0.1:${gateway.adminPort}/health`)).json();
    expect(health).toMatchObject({ status: 'ok', trouble: null });
  });
});
