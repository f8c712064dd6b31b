import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { encode } from 'next-auth/jwt';
import { Client } from 'pg';
import { freePort } from '#bin/ports';
import { makeServerCertificates } from '#bin/sandbox/certificates';
import { newPassword, type RunningPostgres, startPostgres } from '#bin/sandbox/postgres';
import { countersign } from '#tests/support/command';
import { type PeopleIssuer, startPeopleIssuer, webClient } from '#tests/support/people-issuer';
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
let issuer: PeopleIssuer;

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
  const webUrl = `http://localhost:${settings.environment.PORT}`;
  issuer = await startPeopleIssuer(await freePort(), webUrl, {
    zoe: { roles: ['auditor', 'emperor'] },
    max: { emailVerified: false },
    somebody: { roles: ['admin'] },
  });
  const login = (name: string) => `postgresql://${name}:${password}@127.0.0.1:${database.port}/control`;
  Object.assign(settings.environment, {
    DATABASE_URL: login('run-time'),
    COUNTERSIGN_MIGRATE_URL: login('owner_login'),
    COUNTERSIGN_KEY_FILE: await file('sealing.key', randomBytes(32).toString('base64')),
    COUNTERSIGN_SIGNING_KEY_FILE: await file('signing.pem', signingKey.toString()),
    COUNTERSIGN_TLS_CERT_FILE: await file('server.crt', certificate),
    COUNTERSIGN_TLS_KEY_FILE: await file('server.key', key),
    NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
    AUTH_ISSUER: issuer.issuer,
    AUTH_CLIENT_ID: webClient.id,
    AUTH_CLIENT_SECRET: webClient.secret,
    NEXTAUTH_URL: webUrl,
  });
});

test.afterAll(async () => {
  await stack?.stop();
  await database?.stop();
  issuer?.close();
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

const declared = `
people:
  - { email: ada@example.com, roles: [admin] }
  - { email: grace@example.com, roles: [admin] }
  - { email: linus@example.com, roles: [auditor] }
`;

/** A page of somebody who has signed in, without the way by the issuer. */
async function pageOf(browser: Browser, email: string): Promise<Page> {
  const client = new Client({ connectionString: database.superuserUrl('control') });
  await client.connect();
  const { rows } = await client.query('SELECT person_id FROM account WHERE email = $1', [email]);
  await client.end();
  const value = await encode({
    token: { sub: rows[0].person_id, authTime: Math.floor(Date.now() / 1000) },
    secret: String(settings.environment.NEXTAUTH_SECRET),
  });
  const context = await browser.newContext({ baseURL: stack.url });
  await context.addCookies([{ name: 'next-auth.session-token', value, url: stack.url, httpOnly: true }]);
  return context.newPage();
}

test('a change of roles waits until another admin consents, once', async ({ browser }) => {
  const file = join(settings.home, 'access.yaml');
  await writeFile(file, declared);
  const first = await countersign(['apply', '-f', file], settings.environment);
  expect(`${first.code} ${first.stderr}`).toBe('0 ');
  const ada = await pageOf(browser, 'ada@example.com');
  await ada.goto('/settings');
  await ada.getByRole('button', { name: 'Change Linus' }).click();
  await ada.getByRole('checkbox', { name: 'approver' }).check();
  await ada.getByLabel('Why').fill('stands in for Barbara');
  await ada.getByRole('button', { name: 'Propose' }).click();
  await expect(ada.getByText('once another admin consents').first()).toBeVisible();
  const linus = (page: Page) => page.getByRole('row', { name: /Linus/ });
  await expect(linus(ada)).not.toContainText('approver');
  await ada.goto('/settings?tab=changes');
  await expect(ada.getByText('You proposed it yourself')).toBeVisible();
  await expect(ada.getByRole('button', { name: 'Consent' })).toHaveCount(0);

  const grace = await pageOf(browser, 'grace@example.com');
  await grace.goto('/settings?tab=changes');
  const waiting = grace.getByRole('list', { name: 'Waiting changes' }).getByRole('listitem');
  await expect(waiting).toContainText('stands in for Barbara');
  await expect(waiting).toContainText('before: auditor');
  await expect(waiting).toContainText('after: approver, auditor');
  await grace.screenshot({ path: 'test-results/settings-changes.png' });
  await grace.setViewportSize({ width: 390, height: 844 });
  await grace.screenshot({ path: 'test-results/settings-changes-phone.png' });
  await grace.getByRole('button', { name: 'Consent' }).click();
  await expect(grace.getByText('Consented: the change is made.').first()).toBeVisible();
  await expect(grace.getByRole('list', { name: 'Answered changes' })).toContainText('made');
  // The proposer's page hears of it by itself.
  await expect(ada.getByRole('list', { name: 'Answered changes' })).toContainText('made');
  await ada.goto('/settings');
  await expect(linus(ada)).toContainText('approver');
});

test('countersign apply asks the second admin too', async ({ browser }) => {
  const file = join(settings.home, 'access.yaml');
  await writeFile(file, declared.replace('roles: [auditor]', 'roles: [owner]'));
  const again = () => countersign(['apply', '-f', file, '--as', 'ada@example.com'], settings.environment);
  const asked = await again();
  expect(asked.code).toBe(3);
  expect(asked.stdout).toContain('another admin has to consent first');
  const grace = await pageOf(browser, 'grace@example.com');
  await grace.goto('/settings?tab=changes');
  await grace.getByRole('button', { name: 'Consent' }).click();
  await expect(grace.getByText('the next run of countersign apply').first()).toBeVisible();
  expect((await again()).stdout).toContain('Applied: 1 change.');
});

test('people sign in by any OIDC provider, with roles by claim and by declaration', async ({ page }) => {
  const file = join(settings.home, 'access.yaml');
  const more = ['zoe', 'max'].map((name) => `  - { email: ${name}@people.example, roles: [approver] }\n`);
  await writeFile(file, declared + more.join(''));
  const alone = ['--as', 'ada@example.com', '--alone', 'people of the other issuer'];
  expect(await countersign(['apply', '-f', file, ...alone], settings.environment)).toMatchObject({ code: 0 });
  const signInAs = async (name: string) => {
    await page.context().clearCookies();
    await page.goto(`${stack.url}/sign-in`);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(/\/as\//);
    await page.goto(`${page.url()}/${name}`);
  };
  await signInAs('zoe');
  await expect(page.getByRole('link', { name: 'Ledger' })).toBeVisible();
  const button = page.getByRole('button', { name: /zoe/i });
  await expect(button).toContainText('approver');
  await expect(button).toContainText('auditor');
  // An address that its issuer has not verified, and somebody whom nobody has declared.
  for (const name of ['max', 'somebody']) {
    await signInAs(name);
    await expect(page.getByRole('heading', { name: 'You are not let in' })).toBeVisible();
  }
});

test('it ends cleanly and starts again', async () => {
  expect(await stack.stop('SIGTERM')).toBe(0);
  stack = await startStack(settings, up);
  expect(await stack.stop('SIGINT')).toBe(0);
});
