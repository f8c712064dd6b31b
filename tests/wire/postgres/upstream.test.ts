import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { superuser } from '#bin/sandbox/postgres';
import type { TargetRecord } from '#proxy/control/control-plane';
import { authentication, int32, message, readyForQuery } from '#proxy/listeners/postgres/codec/write';
import { connectUpstream } from '#proxy/listeners/postgres/upstream';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { startTlsPostgres, type TlsPostgres } from '#tests/support/tls-postgres';

let server: TlsPostgres;
let gateway: TestGateway;
let password: string;

beforeAll(async () => {
  server = await startTlsPostgres();
  password = server.password;
  gateway = await startTestGateway({ target: server.target, policies: 'permit-all' });
});

afterAll(async () => {
  await gateway?.close();
  await server?.stop();
});

function target(more: Partial<TargetRecord>): TargetRecord {
  return {
    resource: { id: 'res', name: 'tls', kind: 'postgres', environment: 'test', masks: [] },
    host: 'localhost',
    port: server.port,
    database: 'postgres',
    username: superuser,
    credentialSealed: null,
    tls: 'verify-full',
    caCertificate: server.caCertificate,
    durability: 'process',
    ...more,
  };
}

const login = (more: Partial<TargetRecord>, secret: string | null = password) =>
  connectUpstream({ target: target(more), password: secret, applicationName: 'test', settings: new Map() });

describe('a target', () => {
  it('is reached over verified TLS, with SCRAM', async () => {
    const upstream = await login({});
    expect('encrypted' in upstream.socket).toBe(true);
    expect(upstream.parameters.get('standard_conforming_strings')).toBe('on');
    upstream.socket.destroy();
    const byAddress = await login({ host: '127.0.0.1' });
    byAddress.socket.destroy();
  });

  it('serves whole sessions over it, catalog and estimates too', async () => {
    const record = gateway.control.targets.get('shop');
    if (!record) throw new Error('no target');
    gateway.control.targets.set('shop', {
      ...record,
      host: 'localhost',
      tls: 'verify-full',
      caCertificate: server.caCertificate,
    });
    const client = await gateway.connect();
    const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    expect(rows).toEqual([{ ssl: true }]);
    await client.end();
  });

  it.each<[string, Partial<TargetRecord>, RegExp]>([
    ['another name than its certificate’s', { host: '127.0.0.2' }, /can't be reached|altnames|Hostname/i],
    ['a certificate that nobody trusts', { caCertificate: null }, /certificate/i],
  ])('with %s is refused', async (_name, more, why) => {
    await expect(login(more)).rejects.toThrow(why);
  });

  it('with a wrong password says so without naming the login', async () => {
    const error: Error = await login({}, 'wrong').then(
      () => new Error('let in'),
      (refused: Error) => refused,
    );
    expect(error.message).toContain('login was not accepted');
    expect(error.message).not.toContain(superuser);
  });
});

describe('a server that plays foul', () => {
  let fake: Server;
  let port: number;
  let play: (socket: Socket) => void;

  beforeAll(async () => {
    fake = createServer((socket) => {
      socket.on('error', () => {});
      play(socket);
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    port = (fake.address() as { port: number }).port;
  });

  afterAll(() => {
    fake.close();
  });

  it.each<[string, Partial<TargetRecord>, (socket: Socket) => void, RegExp]>([
    ['offers no TLS', {}, (socket) => socket.once('data', () => socket.write('N')), /offers no TLS/],
    [
      'sends data before TLS',
      {},
      (socket) => socket.once('data', () => socket.write(Buffer.from('SR'))),
      /before TLS/,
    ],
    [
      'asks for the password in clear text',
      { tls: 'disable' },
      (socket) => socket.once('data', () => socket.write(authentication(3))),
      /clear text/,
    ],
    [
      'lets in without proving that it knows the password',
      { tls: 'disable' },
      (socket) => {
        socket.once('data', () => {
          socket.write(message('R'.charCodeAt(0), int32(10), 'SCRAM-SHA-256', Buffer.from([0])));
          socket.once('data', () => socket.write(Buffer.concat([authentication(0), readyForQuery('I')])));
        });
      },
      /before it proved/,
    ],
    [
      'says ready at once',
      { tls: 'disable' },
      (socket) => socket.once('data', () => socket.write(readyForQuery('I'))),
      /before the login/,
    ],
    [
      'declares 2 GiB',
      { tls: 'disable' },
      (socket) => socket.once('data', () => socket.write(Buffer.from([0x52, 0x7f, 0xff, 0xff, 0xff]))),
      /declares/,
    ],
    ['closes', { tls: 'disable' }, (socket) => socket.once('data', () => socket.destroy()), /closed/],
  ])('and %s is refused', async (_name, more, foul, why) => {
    play = foul;
    await expect(login({ host: '127.0.0.1', port, ...more })).rejects.toThrow(why);
  });
});
