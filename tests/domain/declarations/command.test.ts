import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countersign } from '#tests/support/command';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

let control: ControlDatabase;
let folder: string;
beforeAll(async () => {
  control = await createControlDatabase();
  folder = await mkdtemp(join(tmpdir(), 'countersign-apply-'));
  await mkdir(join(folder, 'policies'));
  await writeFile(
    join(folder, 'policies/own.cedar'),
    '@id("nothing")\nforbid (principal, action, resource) when { false };\n',
  );
  await writeFile(join(folder, 'sealing.key'), randomBytes(32).toString('base64'));
  await writeFile(join(folder, 'other.password'), 'from-a-file\n');
});
afterAll(async () => {
  await control.drop();
  await rm(folder, { recursive: true, force: true });
});

const text = `issuers:
  - { name: ci, issuer: "https://token.actions.githubusercontent.com", audience: countersign }
agents:
  - { name: deployer, owner: ada@example.com, match: { issuer: ci, claims: { repository_id: 42 } } }
resources:
  - { name: shop, kind: postgres, environment: staging, host: h, port: 5432, database: shop, password: { env: SHOP_PASSWORD } }
  - { name: other, kind: postgres, environment: staging, host: h, port: 5432, database: o, password: { file: other.password } }
grants:
  - { agent: deployer, resource: shop, actions: [read], on: ["public.*"], reason: "deploy", until: 2027-12-31 }
policies:
  - file: policies/own.cedar
people:
  - { email: ada@example.com, roles: [admin] }
`;

/** Nothing of this process's own settings but where programs are. */
const bare = { PATH: process.env.PATH ?? '', NODE_ENV: 'test' as const };

async function apply(
  content: string,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
) {
  const path = join(folder, 'access.yaml');
  await writeFile(path, content);
  return countersign(['apply', '-f', path, ...args], {
    ...bare,
    DATABASE_URL: control.url,
    COUNTERSIGN_KEY_FILE: join(folder, 'sealing.key'),
    COUNTERSIGN_HOME: folder,
    SHOP_PASSWORD: 'hunter2',
    ...environment,
  });
}

test('plans, applies, and has nothing to do the second time', async () => {
  const dry = await apply(text, ['--dry-run']);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('+ create grant     deployer on shop: read on public.*');
  expect(await control.db.agent.count()).toBe(0);
  const first = await apply(text);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout.startsWith(dry.stdout)).toBe(true);
  expect(await control.db.grant.count({ where: { state: 'active' } })).toBe(1);
  const second = await apply(text, ['--as', 'ada@example.com']);
  expect(second.stdout).toBe('Nothing to change: all 7 objects are as declared.\n');
  expect(first.stdout + second.stdout).not.toMatch(/hunter2|from-a-file/);
  // Three starts of the command.
}, 120_000);

test('says every fault with its place, exit code 1', async () => {
  const bad = await apply(text.replace('agent: deployer', 'agent: deploier').replace('https://', 'http://'));
  expect(bad).toMatchObject({ code: 1, stdout: '' });
  expect(bad.stderr).toBe(
    'access.yaml:2:25: issuer: an https address, or http on this machine\naccess.yaml has a fault; nothing was changed.\n',
  );
  const dangling = await apply(text.replace('agent: deployer', 'agent: deploier'));
  expect(dangling.stderr).toContain('access.yaml:9:14: there is no agent deploier\n');
});

test('a secret that is not there is told at its place', async () => {
  const { code, stderr } = await apply(text.replace('other.password }', 'no.password }'), [], {
    SHOP_PASSWORD: '',
  });
  expect(code).toBe(1);
  expect(stderr.split('\n').slice(0, 2)).toEqual([
    'access.yaml:6:104: the variable SHOP_PASSWORD is not set',
    "access.yaml:7:102: no.password can't be read, or is empty",
  ]);
});

test('without a file it is the command line that is wrong, exit code 2', async () => {
  const { code, stderr } = await countersign(['apply'], bare);
  expect(code).toBe(2);
  expect(stderr).toContain('countersign apply -f access.yaml');
  expect((await countersign(['apply', '--what'], bare)).code).toBe(2);
});

test('not as somebody who is no admin', async () => {
  const { code, stderr } = await apply(text, ['--as', 'grace@example.com']);
  expect(code).toBe(1);
  expect(stderr).toContain('grace@example.com is no admin here');
});
