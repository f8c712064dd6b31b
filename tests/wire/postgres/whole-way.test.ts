import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgent, createIssuer } from '#lib/agents/index';
import { approveRequest } from '#lib/approvals/index';
import { revokeGrant } from '#lib/grants/index';
import { publishPolicies } from '#lib/policies/publish';
import { createMask, createResource } from '#lib/resources/index';
import { type Gateway, startGateway } from '#proxy/main';
import { type AccessWorld, createAccessWorld } from '#tests/domain/access-world';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';
import { startTokenIssuer, type TokenIssuer } from '#tests/support/token-issuer';

const patient = { timeout: 20_000, interval: 50 };

// The control database, the recorder and the policies are the real ones here.

let world: AccessWorld;
let target: TargetDatabase;
let tokens: TokenIssuer;
let gateway: Gateway;
let home: string;
let agentId: string;
let resourceId: string;

beforeAll(async () => {
  [world, target, tokens] = await Promise.all([
    createAccessWorld(),
    createTargetDatabase(),
    startTokenIssuer(),
  ]);
  home = await mkdtemp(join(tmpdir(), 'countersign-worker-'));
  const key = { id: 'default', bytes: randomBytes(32) };
  await writeFile(join(home, 'sealing.key'), key.bytes.toString('base64'));
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(join(home, 'signing.pem'), pem);
  const ada = world.by('ada');
  const { id: issuerId } = await createIssuer(ada, {
    name: 'test',
    issuer: tokens.issuer,
    audience: 'countersign',
  });
  agentId = (
    await createAgent(ada, {
      name: 'worker',
      ownerId: world.people.olga.id,
      issuerId,
      matchClaims: { sub: 'worker' },
    })
  ).id;
  resourceId = (
    await createResource(
      ada,
      {
        name: 'target',
        kind: 'postgres',
        environment: 'production',
        host: target.host,
        port: target.port,
        database: target.database,
        username: target.user,
        password: target.password,
        tls: 'disable',
        durability: 'disk',
        approverGroupIds: [world.dba],
      },
      key,
    )
  ).id;
  await createMask(ada, { resourceId, column: 'public.customers.ssn', kind: 'fixed' });
  const text = await readFile('policies/defaults.cedar', 'utf8');
  await publishPolicies(ada, { files: [{ name: 'defaults.cedar', text }], reason: 'safe defaults' });
  gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    tls: null,
    adminPort: 0,
    home,
    keyFile: join(home, 'sealing.key'),
    signingKeyFile: join(home, 'signing.pem'),
    databaseUrl: world.database.url,
    holdMs: 10_000,
    connectionsMax: 50,
  });
});

afterAll(async () => {
  await gateway?.close();
  tokens?.close();
  await target?.drop();
  await world?.database.drop();
  if (home) await rm(home, { recursive: true, force: true });
});

async function connect(): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port: gateway.port,
    user: 'worker',
    database: 'target',
    password: await tokens.token('worker', { claims: { purpose: 'clean up orders' } }),
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function grant(): Promise<string> {
  const { createGrant } = await import('#lib/grants/index');
  const { id } = await createGrant(world.by('ada'), {
    agentId,
    resourceId,
    actions: ['read', 'write', 'schema'],
    scope: ['public.*'],
    reason: 'cleaning up',
    endsAt: null,
  });
  return id;
}

describe('the whole way', () => {
  it('from token to sealed recording, through a hold that a person answers', async () => {
    await expect(connect()).rejects.toMatchObject({ code: '3D000' });
    const grantId = await grant();
    await expect
      .poll(
        () =>
          connect().then(
            (client) => client.end().then(() => true),
            () => false,
          ),
        patient,
      )
      .toBe(true);
    const client = await connect();
    const { rows } = await client.query('SELECT id, ssn FROM customers WHERE id = $1', [1]);
    expect(rows).toEqual([{ id: 1, ssn: '[masked]' }]);
    await expect(client.query('DROP TABLE customers')).rejects.toMatchObject({ code: '42501' });
    const again = await connect();
    const running = again.query('DELETE FROM orders WHERE id < 4');
    const held = await expect
      .poll(() => world.database.db.approvalRequest.findFirst({ where: { state: 'pending' } }), patient)
      .not.toBeNull()
      .then(() => world.database.db.approvalRequest.findFirstOrThrow({ where: { state: 'pending' } }));
    expect(held.text).toBe('DELETE FROM orders WHERE id < 4');
    await approveRequest(world.by('alan'), { id: held.id, reason: 'agreed', dwellMs: 5_000 });
    expect((await running).rowCount).toBe(3);

    const ended = new Promise<Error>((resolve) => client.once('error', resolve));
    await revokeGrant(world.by('ada'), { grantId, reason: 'the task is done' });
    expect((await ended).message).toContain('the task is done');
    await expect
      .poll(
        () =>
          connect().then(
            () => 'in',
            (error: { code: string }) => error.code,
          ),
        patient,
      )
      .toBe('3D000');
  });

  it('leaves statements, sessions and recordings that say what happened', async () => {
    const { db } = world.database;
    await expect
      .poll(
        async () =>
          (await readdir(join(home, 'recordings'))).filter((name) => name.endsWith('.csrec')).length,
        patient,
      )
      .toBeGreaterThanOrEqual(3);
    await expect.poll(() => db.statement.count({ where: { agentId } }), patient).toBeGreaterThanOrEqual(3);
    const statements = await db.statement.findMany({ where: { agentId }, orderBy: { at: 'asc' } });
    expect(statements.map(({ decision, outcome, tag }) => `${tag} ${decision} ${outcome}`)).toEqual(
      expect.arrayContaining(['SELECT allow completed', 'DROP TABLE deny refused', 'DELETE hold completed']),
    );
    const sessions = await db.session.findMany({ where: { agentId } });
    expect(sessions.map(({ state }) => state)).toContain('cut');
    expect(sessions[0]).toMatchObject({ purpose: 'clean up orders', purposeTier: 'verified' });
  });
});
