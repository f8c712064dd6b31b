import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeServerCertificates } from '#bin/sandbox/certificates';
import { readSealingKey } from '#lib/core/sealing-key';
import {
  createMask,
  createResource,
  type NewResource,
  type ResourceTest,
  testResource,
} from '#lib/resources/index';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';

const key = readSealingKey(randomBytes(32).toString('base64'));
const reader = `reader_${randomBytes(4).toString('hex')}`;
let world: AccessWorld;
let shop: TargetDatabase;
let superuser: Client;

beforeAll(async () => {
  world = await createAccessWorld();
  shop = await createTargetDatabase();
  superuser = new Client({ connectionString: shop.superuserUrl, application_name: 'countersign test setup' });
  await superuser.connect();
  await superuser.query(`CREATE ROLE ${reader} LOGIN PASSWORD 'reads'`);
  await superuser.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${reader}`);
  await superuser.query(`
    CREATE TABLE odd (id int, note text, contact varchar(200), "wierd""name" text, loops text);
    GRANT SELECT ON odd TO ${reader};
    INSERT INTO odd SELECT n, CASE n WHEN 3 THEN 'call +1 202 555 0101' ELSE 'nothing' END,
      'person' || n || '@example.com', '4111 1111 1111 1111', 'x' FROM generate_series(1, 60) n`);
});
afterAll(async () => {
  await superuser.query(`DROP OWNED BY ${reader}`);
  await superuser.query(`DROP ROLE ${reader}`);
  await superuser.end();
  await world.database.drop();
  await shop.drop();
});

async function resource(part: Partial<NewResource> = {}): Promise<string> {
  const { id } = await createResource(
    world.by('ada'),
    {
      name: `shop-${randomBytes(4).toString('hex')}`,
      kind: 'postgres',
      environment: 'production',
      host: '127.0.0.1',
      port: shop.port,
      database: shop.database,
      username: reader,
      password: 'reads',
      tls: 'disable',
      ...part,
    },
    key,
  );
  return id;
}

const run = (id: string) => testResource(world.by('ada'), id, key);
const failed = (result: ResourceTest) => result.steps.find(({ state }) => state === 'failed');
const openKinds = async (id: string) =>
  (await world.database.db.finding.findMany({ where: { subjectId: id, state: 'open' } }))
    .map(({ kind }) => kind)
    .sort();

describe('testResource', () => {
  test('tells name, port, TLS, login and rights apart', async () => {
    const cases: readonly (readonly [Partial<NewResource>, string, RegExp])[] = [
      [{ host: 'nowhere.invalid' }, 'dns', /name server/],
      [{ port: 1 }, 'tcp', /nothing listens/],
      [{ tls: 'require' }, 'tls', /speaks no TLS/],
      [{ password: 'wrong' }, 'login', /password is wrong/],
      [{ database: 'none_such' }, 'login', /no such database/],
    ];
    for (const [part, step, message] of cases) {
      const result = await run(await resource(part));
      expect(result.ok).toBe(false);
      expect(failed(result)).toMatchObject({ name: step, message: expect.stringMatching(message) });
      expect(result.steps.map(({ name }) => name)).toEqual(['dns', 'tcp', 'tls', 'login', 'rights']);
      expect(result.steps.at(-1)?.state).toBe('skipped');
      expect(JSON.stringify(result)).not.toContain('wrong"');
    }
  });

  test('says what a good connection sees, and leaves its entry', async () => {
    const id = await resource();
    const result = await run(id);
    expect(result).toMatchObject({ ok: true, role: { name: reader, superuser: false, owns: 0 } });
    expect(result.serverVersion).toMatch(/^18/);
    expect(result.role?.readable).toBeGreaterThan(2);
    expect(result.loginRoles).toContainEqual(expect.objectContaining({ name: reader, gateway: true }));
    expect(result.loginRoles.some((role) => role.superuser && !role.gateway)).toBe(true);
    const [entry] = await world.entries('resource.tested', id);
    expect(entry?.summary).toMatch(/ada tested .*: it works/);
    expect(JSON.stringify(entry)).not.toContain('reads');
  });

  test('fails where the role may read nothing', async () => {
    await superuser.query(
      `CREATE SCHEMA hidden; CREATE ROLE ${reader}_none LOGIN PASSWORD 'none'; REVOKE USAGE ON SCHEMA public FROM PUBLIC`,
    );
    try {
      const result = await run(await resource({ username: `${reader}_none`, password: 'none' }));
      expect(failed(result)).toMatchObject({
        name: 'rights',
        message: expect.stringContaining('may read no table'),
      });
    } finally {
      await superuser.query(`GRANT USAGE ON SCHEMA public TO PUBLIC; DROP ROLE ${reader}_none`);
    }
  });

  test('finds sessions beside the gateway, and resolves it when they are gone', async () => {
    const id = await resource();
    const beside = new Client({
      host: '127.0.0.1',
      port: shop.port,
      database: shop.database,
      user: reader,
      password: 'reads',
      application_name: 'old-pipeline',
    });
    const ours = new Client({
      host: '127.0.0.1',
      port: shop.port,
      database: shop.database,
      user: reader,
      password: 'reads',
      application_name: 'countersign ses_1',
    });
    await Promise.all([beside.connect(), ours.connect()]);
    const result = await run(id);
    expect(result.strangers).toHaveLength(1);
    expect(result.strangers[0]).toMatchObject({
      role: reader,
      application: 'old-pipeline',
      address: '127.0.0.1',
      sameRole: true,
    });
    expect(result.findings).toEqual(['session-beside-gateway']);
    expect(await openKinds(id)).toEqual(['session-beside-gateway']);
    await Promise.all([beside.end(), ours.end()]);
    for (let tries = 0; tries < 50 && (await run(id)).findings.length > 0; tries += 1);
    expect(await openKinds(id)).toEqual([]);
  });

  test('finds a role that is too mighty', async () => {
    const owner = await resource({ username: shop.user, password: shop.password });
    expect((await run(owner)).findings).toEqual(['gateway-role-owner']);
    const { username, password } = new URL(shop.superuserUrl);
    const mighty = await resource({ username, password: decodeURIComponent(password) });
    expect((await run(mighty)).findings).toEqual(['gateway-role-superuser']);
    expect(await openKinds(mighty)).toEqual(['gateway-role-superuser']);
  });

  test('suggests masks by names and by values, without a value in it', async () => {
    const id = await resource();
    const mask = { resourceId: id, column: 'public.customers.email', kind: 'partial' as const };
    await createMask(world.by('ada'), mask);
    const { suggestions } = await run(id);
    const by = new Map(suggestions.map((one) => [one.column, one]));
    expect(by.get('public.customers.ssn')).toEqual({
      column: 'public.customers.ssn',
      kind: 'fixed',
      why: 'called ssn',
    });
    expect(by.has('public.customers.email')).toBe(false);
    expect(by.get('public.odd.contact')?.why).toBe('50 of 50 values look like an e-mail address');
    expect(by.get('public.odd."wierd""name"')?.why).toContain('a card number');
    expect(by.has('public.odd.note')).toBe(false);
    const kept = JSON.stringify([
      suggestions,
      await world.entries('resource.tested'),
      await world.database.db.finding.findMany(),
    ]);
    expect(kept).not.toMatch(/4111|person\d+@/);
  });

  test('checks the certificate as a session does', async () => {
    const names = ['localhost'];
    const { caCertificate, certificate, key: privateKey } = await makeServerCertificates(names);
    const open = new Set<Socket>();
    const server = createServer((socket: Socket) => {
      open.add(socket);
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, cert: certificate, key: privateKey });
        secure.on('error', () => {}).once('data', () => socket.destroy());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const tlsOf = async (part: Partial<NewResource>) =>
      (await run(await resource({ port, ...part }))).steps.find(({ name }) => name === 'tls');
    const good = { host: 'localhost', tls: 'verify-full', caCertificate } as const;
    expect(await tlsOf(good)).toMatchObject({ state: 'passed', message: expect.stringContaining('TLSv1.3') });
    expect(await tlsOf({ ...good, caCertificate: null })).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('authority'),
    });
    expect(await tlsOf({ ...good, host: '127.0.0.1' })).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('another host'),
    });
    expect(await tlsOf({ host: '127.0.0.1', tls: 'require' })).toMatchObject({ state: 'passed' });
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('is an admin’s, of a Postgres that is there', async () => {
    const id = await resource();
    for (const name of ['alan', 'linus', 'olga', 'mallory'] as const) {
      await expect(testResource(world.by(name), id, key)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(run('res_none')).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(await resource({ kind: 'ssh' }))).rejects.toMatchObject({ code: 'invalid' });
  });
});
