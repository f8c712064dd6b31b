import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '#bin/ports';
import { makeServerCertificates } from '#bin/sandbox/certificates';
import { newPassword, type RunningPostgres, startPostgres } from '#bin/sandbox/postgres';
import { countersign } from '#tests/support/command';
import { type Stack, type StackSettings, stackSettings, startStack } from '#tests/support/stack';
import { expect, test } from './fixtures.ts';

// In front of a database of one's own: nothing of the sandbox is there.

test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);

const up = '/health\n';
const password = 'ordinary-password-of-a-test';
let database: RunningPostgres;
let settings: StackSettings;
let stack: Stack;

test.beforeAll(async () => {
  settings = await stackSettings();
  const elsewhere = await stackSettings();
  database = await startPostgres({
    dataDirectory: join(elsewhere.home, 'data'),
    port: await freePort(),
    superuserPassword: newPassword(),
    logFile: join(elsewhere.home, 'log'),
    throwAway: true,
    settings: { fsync: 'off' },
  });
  const client = new Client({ connectionString: database.superuserUrl('postgres') });
  await client.connect();
  await client.query(`CREATE ROLE owner_login LOGIN CREATEROLE PASSWORD '${password}'`);
  await client.query(`CREATE ROLE "run-time" LOGIN PASSWORD '${password}'`);
  await client.query('CREATE DATABASE control OWNER owner_login');
  await client.end();
  const { certificate, key } = await makeServerCertificates();
  const file = async (name: string, content: string) => {
    const path = join(elsewhere.home, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const signingKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const login = (name: string) => `postgresql://${name}:${password}@127.0.0.1:${database.port}/control`;
  Object.assign(settings.environment, {
    DATABASE_URL: login('run-time'),
    COUNTERSIGN_MIGRATE_URL: login('owner_login'),
    COUNTERSIGN_KEY_FILE: await file('sealing.key', randomBytes(32).toString('base64')),
    COUNTERSIGN_SIGNING_KEY_FILE: await file('signing.pem', signingKey.toString()),
    COUNTERSIGN_TLS_CERT_FILE: await file('server.crt', certificate),
    COUNTERSIGN_TLS_KEY_FILE: await file('server.key', key),
    NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
    AUTH_ISSUER: 'https://issuer.example',
    AUTH_CLIENT_ID: 'countersign',
    AUTH_CLIENT_SECRET: 'secret-of-a-test',
  });
});

test.afterAll(async () => {
  await stack?.stop();
  await database?.stop();
});

test('without a key it refuses to start and says how to make one', async () => {
  const { COUNTERSIGN_KEY_FILE: _, ...environment } = settings.environment;
  const { code, stderr } = await countersign(['start'], environment as NodeJS.ProcessEnv);
  expect(code).toBe(1);
  expect(stderr).toContain('COUNTERSIGN_KEY_FILE is not set');
  expect(stderr).toContain('openssl rand -base64 32');
});

test('without the owner’s login it refuses a database that lacks migrations', async () => {
  const { COUNTERSIGN_MIGRATE_URL: _, ...environment } = settings.environment;
  const { code, stdout } = await countersign(['start'], environment as NodeJS.ProcessEnv);
  expect(code).toBe(1);
  expect(stdout).toMatch(/lacks \d+ migrations\. Set COUNTERSIGN_MIGRATE_URL/);
});

test('with the owner as run-time login it refuses', async () => {
  const owner = settings.environment.COUNTERSIGN_MIGRATE_URL ?? '';
  const { code, stdout } = await countersign(['start'], { ...settings.environment, DATABASE_URL: owner });
  expect(code).toBe(1);
  expect(stdout).toContain('owns the tables');
});

test('it starts with no embedded database, no issuer and no demo', async ({ page }) => {
  stack = await startStack(settings, up);
  expect(stack.output()).not.toMatch(/sandbox|example\.com/i);
  expect(readdirSync(stack.home)).not.toEqual(expect.arrayContaining(['postgres']));
  expect(readdirSync(stack.home)).not.toEqual(expect.arrayContaining(['secrets.json']));
  await expect(fetch(`http://127.0.0.1:${stack.issuerPort}/`)).rejects.toThrow();
  await page.goto(`${stack.url}/sign-in`);
  await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
  await expect(page.getByText(/sandbox/i)).toHaveCount(0);
});

test('the local issuer’s tokens and the database’s login are not told', async () => {
  const token = await countersign(['token', 'migrator'], settings.environment);
  expect(token.code).toBe(1);
  expect(token.stderr).toContain('there is no local issuer');
  const url = await countersign(['doctor', '--database-url'], settings.environment);
  expect(url.code).toBe(1);
  expect(url.stdout).toBe('');
});

test('it ends cleanly and starts again', async () => {
  expect(await stack.stop('SIGTERM')).toBe(0);
  stack = await startStack(settings, up);
  expect(await stack.stop('SIGINT')).toBe(0);
});
