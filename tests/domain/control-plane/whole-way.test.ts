import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '#lib/auth/context';
import { systemClock } from '#lib/core/clock';
import { readSealingKey } from '#lib/core/sealing-key';
import { applyDeclaration, planDeclaration, readDeclaration } from '#lib/declarations/index';
import { revokeGrant } from '#lib/grants/index';
import { personActor } from '#lib/people/index';
import { cutStatus, getSession, listStatements, openRecording } from '#lib/sessions/index';
import { permissionsWithUsage } from '#lib/usage/index';
import { type Gateway, startGateway } from '#proxy/main';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';
import { startTokenIssuer, type TokenIssuer } from '#tests/support/token-issuer';

// Declaration → gateway → target → recording → usage → revoke, every part the real one.

let control: ControlDatabase;
let target: TargetDatabase;
let tokens: TokenIssuer;
let home: string;
let gateway: Gateway;
let ada: Context;
const keyText = randomBytes(32).toString('base64');
const logged: string[] = [];

beforeAll(async () => {
  [control, target, tokens] = await Promise.all([
    createControlDatabase(),
    createTargetDatabase(),
    startTokenIssuer(),
  ]);
  home = await mkdtemp(join(tmpdir(), 'countersign-whole-way-'));
  await writeFile(join(home, 'sealing.key'), keyText);
  const signing = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(join(home, 'signing.pem'), signing);
  await declare();
  gateway = await startGateway(
    {
      host: '127.0.0.1',
      port: 0,
      tls: null,
      adminPort: 0,
      home,
      keyFile: join(home, 'sealing.key'),
      signingKeyFile: join(home, 'signing.pem'),
      databaseUrl: control.url,
      holdMs: 1_000,
      connectionsMax: 50,
    },
    { log: (message, error) => void logged.push(`${message} ${error ?? ''}`) },
  );
});
afterAll(async () => {
  await gateway?.close();
  tokens.close();
  await Promise.all([control.drop(), target.drop()]);
  await rm(home, { recursive: true, force: true });
});

async function declare(): Promise<void> {
  const file = readDeclaration(
    'access.yaml',
    `
issuers:
  - { name: local, issuer: "${tokens.issuer}", audience: countersign }
agents:
  - { name: migrator, owner: ada@example.com, match: { issuer: local, claims: { sub: migrator } } }
resources:
  - name: shop
    kind: postgres
    environment: staging
    host: ${target.host}
    port: ${target.port}
    database: ${target.database}
    user: ${target.user}
    password: { env: X }
    tls: disable
    masks:
      - { columns: ["public.customers.ssn"], mask: fixed }
grants:
  - { agent: migrator, resource: shop, actions: [read], on: ["public.*"], reason: "whole way" }
policies:
  - file: defaults.cedar
people:
  - { email: ada@example.com, roles: [admin] }
`,
  );
  const input = {
    file,
    passwords: new Map([['shop', target.password]]),
    caCertificates: new Map(),
    policyFiles: [{ name: 'defaults.cedar', text: await readFile('policies/defaults.cedar', 'utf8') }],
    key: readSealingKey(keyText),
  };
  const context = { db: control.db, clock: systemClock };
  const plan = await planDeclaration(context, { input, as: null });
  await applyDeclaration(context, { input, as: null }, plan);
  const { personId } = await control.db.account.findUniqueOrThrow({ where: { email: 'ada@example.com' } });
  const actor = await personActor({ db: control.db }, personId);
  if (actor === null) throw new Error('ada is not here');
  ada = { ...context, actor };
}

async function connect(password: string, user = 'migrator'): Promise<Client> {
  const client = new Client({ host: '127.0.0.1', port: gateway.port, database: 'shop', user, password });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function until<Value>(read: () => Promise<Value | null | undefined | false>): Promise<Value> {
  for (;;) {
    const value = await read();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a session is seen, counted, recorded, and cut by a revoke', async () => {
  const client = await connect(
    await tokens.token('migrator', { claims: { purpose: 'TCK-7', run_id: '12' } }),
  );
  const { rows } = await client.query('SELECT name, ssn FROM customers ORDER BY id LIMIT 2');
  expect(rows[0].ssn).not.toMatch(/^\d{3}-\d{2}-\d{4}$/);
  await expect(client.query('UPDATE orders SET status = status')).rejects.toBeDefined();

  const live = await control.db.session.findFirstOrThrow({ where: { state: 'live' } });
  expect(await getSession(ada, live.id)).toMatchObject({
    agent: { name: 'migrator' },
    purpose: { text: 'TCK-7', tier: 'verified' },
    claims: { run_id: '12' },
  });
  const [grant] = await control.db.grant.findMany({ where: { state: 'active' } });
  const grantId = grant?.id ?? '';
  const statements = await until(async () => {
    const page = await listStatements(ada, { sessionId: live.id });
    return page.rows.length >= 2 && page.rows;
  });
  expect(statements.map(({ decision, outcome }) => `${decision} ${outcome}`)).toEqual([
    'allow completed',
    'deny refused',
  ]);

  const day = { from: new Date(Date.now() - 86_400_000), to: new Date() };
  const permissions = await until(async () => {
    const found = await permissionsWithUsage(ada, grantId, day);
    return found.length >= 3 && found;
  });
  const used = Object.fromEntries(permissions.map(({ object, used }) => [object, used]));
  expect(used).toEqual({ 'public.customers': 1, 'public.orders': 0, 'public.payments': 0 });

  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  const { cutId } = await revokeGrant(ada, { grantId, reason: 'done with it' });
  await ended;
  const status = await until(async () => {
    const now = await cutStatus(ada, cutId);
    return now.done && now;
  });
  expect(status).toMatchObject({ workers: 1, confirmed: 1, sessionsEnded: 1 });
  await expect(connect(await tokens.token('migrator'))).rejects.toThrow(/grant/);

  await until(async () => (await control.db.recording.count({ where: { sessionId: live.id } })) > 0);
  const page = await openRecording(
    ada,
    { sessionId: live.id },
    { directory: join(home, 'recordings'), key: readSealingKey(keyText) },
  );
  expect(page.records.map(({ body }) => body.kind)).toContain('intent');
  expect(page.header).toMatchObject({ subject: 'migrator', purpose: { text: 'TCK-7' } });
  expect(await getSession(ada, live.id)).toMatchObject({ state: 'cut' });
  const actions = (await control.db.ledgerEntry.findMany({ where: { subjectId: live.id } })).map(
    ({ action }) => action,
  );
  expect(actions.sort()).toEqual(['recording.opened', 'session.opened', 'session.sealed']);
  expect(logged).toEqual([]);
});

test('strangers are refused and counted', async () => {
  await expect(connect('hunter2')).rejects.toBeDefined();
  await expect(connect(await tokens.token('migrator', { audience: 'other' }))).rejects.toBeDefined();
  await expect(connect(await tokens.token('somebody'), 'somebody')).rejects.toBeDefined();
  await expect(connect(await tokens.token('migrator'), 'reporter')).rejects.toThrow(/reporter/);
});
