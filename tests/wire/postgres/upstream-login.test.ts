import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceSettings } from '#lib/resources/model';
import type { TargetRecord } from '#proxy/control/control-plane';
import { entraTokens } from '#proxy/listeners/entra-tokens';
import { sealForTarget, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { startTlsPostgres, type TlsPostgres } from '#tests/support/tls-postgres';

let server: TlsPostgres;
let gateway: TestGateway;
let issuer: Server;
let asked: { url: string; secret: string | undefined }[] = [];
let token = '';

beforeAll(async () => {
  server = await startTlsPostgres();
  // What App Service and Container Apps give a managed identity: an address and a secret.
  issuer = createServer((request, response) => {
    asked.push({ url: request.url ?? '', secret: request.headers['x-identity-header']?.toString() });
    const body = {
      access_token: token,
      expires_on: Math.floor(Date.now() / 1000) + 3600,
      token_type: 'Bearer',
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const { port } = issuer.address() as { port: number };
  process.env.IDENTITY_ENDPOINT = `http://127.0.0.1:${port}/msi/token`;
  process.env.IDENTITY_HEADER = 'a-secret';
  gateway = await startTestGateway({ target: server.target, policies: 'permit-all' });
});

afterAll(async () => {
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  await gateway?.close();
  await server?.stop();
  issuer?.close();
});

/** The target with other ways in; what a test does not say is over verified TLS. */
function reach(more: Partial<TargetRecord>): void {
  const record = gateway.control.targets.get('shop');
  if (!record) throw new Error('no target');
  const { clientCertificate: _, settings: __, ...rest } = record;
  gateway.control.targets.set('shop', {
    ...rest,
    host: 'localhost',
    tls: 'verify-full',
    caCertificate: server.caCertificate,
    ...more,
  });
}

const settings = (of: ResourceSettings) => ({ settings: of });

async function value(text: string): Promise<unknown> {
  const client = await gateway.connect();
  try {
    const { rows } = await client.query({ text, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

describe('a login', () => {
  it('by a certificate needs no password, catalog and cancel included', async () => {
    reach({
      username: 'gw_cert',
      credentialSealed: null,
      clientCertificate: {
        certificate: server.client.certificate,
        keySealed: sealForTarget(gateway, server.client.key, 'resource-tls:res_shop'),
      },
    });
    expect(await value('select current_user')).toBe('gw_cert');
    expect(await value('select client_dn from pg_stat_ssl where pid = pg_backend_pid()')).toBe('/CN=gw_cert');
  });

  it('without the certificate that the target asks for is refused', async () => {
    reach({ username: 'gw_cert', credentialSealed: null });
    await expect(gateway.connect()).rejects.toThrow(/login was not accepted/);
  });

  it('by an Entra token asks the managed identity, and gives the token as the password', async () => {
    token = `ey.${'t'.repeat(1_800)}`;
    await server.query(`create role gw_entra login password '${token}'`);
    asked = [];
    reach({ username: 'gw_entra', credentialSealed: null, ...settings({ login: 'entra' }) });
    expect(await value('select current_user')).toBe('gw_entra');
    expect(asked[0]?.secret).toBe('a-secret');
    expect(decodeURIComponent(asked[0]?.url ?? '')).toContain(
      'resource=https://ossrdbms-aad.database.windows.net',
    );
    expect(JSON.stringify(gateway.logged)).not.toContain(token);
  });

  it('by an Entra token that the target does not take says so without showing it', async () => {
    await server.query("alter role gw_entra password 'another'");
    const error: Error = await gateway.connect().then(
      () => new Error('let in'),
      (refused: Error) => refused,
    );
    expect(error.message).toContain('login was not accepted');
    expect(error.message).not.toContain('ey.');
  });

  it('by an identity that gets no token fails closed', async () => {
    issuer.removeAllListeners('request');
    issuer.on('request', (_, response) => response.writeHead(403).end('{}'));
    await expect(entraTokens('another-identity').token()).rejects.toThrow(/no token for the database/);
  });
});

describe('a role that the resource declares', () => {
  beforeAll(async () => {
    await server.query('create role shop_migrator; create role shop_reader');
    await server.query("create role gw login password 'gw'; grant shop_migrator, shop_reader to gw");
    reach({
      username: 'gw',
      credentialSealed: sealForTarget(gateway, 'gw', 'resource:res_shop'),
      ...settings({ roles: { migrator: 'shop_migrator', '*': 'shop_reader' } }),
    });
  });

  it('is what the sessions of that agent run under, and another one’s of the others', async () => {
    expect(await value('select current_user')).toBe('shop_migrator');
    const reporter = await gateway.connect('reporter');
    const { rows } = await reporter.query('select current_user, session_user');
    expect(rows).toEqual([{ current_user: 'shop_reader', session_user: 'gw' }]);
    await reporter.end();
  });

  it.each([
    ['set role none', 'simple'],
    ['set role shop_reader', 'simple'],
    ['set local role none', 'simple'],
    ['begin; set role none; select current_user', 'simple'],
    ['set session authorization gw', 'simple'],
    ['set role none', 'extended'],
  ])('is not left by %s (%s)', async (text, protocol) => {
    const client = await gateway.connect();
    const question = protocol === 'extended' ? { text, values: [], queryMode: 'extended' } : text;
    await expect(client.query(question as string)).rejects.toThrow(/stays there|pinned|refused/);
    await client.query('rollback');
    const { rows } = await client.query('select current_user');
    expect(rows).toEqual([{ current_user: 'shop_migrator' }]);
    await client.end();
  });

  it.each(['reset role', 'discard all', 'reset session authorization', 'reset all'])(
    'stands after %s',
    async (text) => {
      const client = await gateway.connect();
      // Some of them are refused: what counts is who acts afterwards.
      await client.query(text).catch(() => {});
      const { rows } = await client.query('select current_user');
      expect(rows).toEqual([{ current_user: 'shop_migrator' }]);
      await client.end();
    },
  );

  it('ends the session that leaves it by other means', async () => {
    await server.query(
      "create function public.leave() returns void language plpgsql security invoker as $$ begin execute 'set role none'; end $$",
    );
    const client = await gateway.connect();
    await client.query('select public.leave()').catch(() => {});
    await expect(client.query('select current_user')).rejects.toThrow(/left the role|ended|closed/i);
    await client.end().catch(() => {});
  });
});

describe('a session on the target', () => {
  beforeAll(() => reach({}));

  it('carries its id, is looked after, and has a key that can not be guessed', async () => {
    const client = await gateway.connect();
    await client.query('select 1');
    const [row] = await server.query(
      "select application_name from pg_stat_activity where application_name like 'countersign ses_%'",
    );
    expect(row?.application_name).toBe(`countersign ${gateway.control.sessions.at(-1)?.id}`);
    const { rows } = await client.query('show client_connection_check_interval');
    expect(rows).toEqual([{ client_connection_check_interval: '1s' }]);
    await client.end();
  });

  it('counts against the agent’s limit, and frees its place when it ends', async () => {
    reach(settings({ connectionsMax: 2 }));
    const first = await gateway.connect();
    const second = await gateway.connect();
    await expect(gateway.connect()).rejects.toMatchObject({ code: '53300' });
    const other = await gateway.connect('reporter');
    await first.end();
    await expect
      .poll(() =>
        gateway
          .connect()
          .then((client) => client.end())
          .then(
            () => true,
            () => false,
          ),
      )
      .toBe(true);
    await second.end();
    await other.end();
  });
});
