import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countersign } from '#tests/support/command';
import { type Stack, stackSettings, startStack } from '#tests/support/stack';
import { expect, test } from './fixtures.ts';

// The launcher's own life: one start beside another, ended, killed, and started again.

test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);

let stack: Stack;

async function processRuns(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function postmaster(home: string): Promise<number> {
  return Number.parseInt(await readFile(join(home, 'postgres/postmaster.pid'), 'utf8'), 10);
}

async function refusalOf(settings: Parameters<typeof startStack>[0]): Promise<string> {
  try {
    await startStack(settings);
  } catch (error) {
    return String(error);
  }
  throw new Error('it started');
}

test('says what a newcomer needs, and leaves real sessions', async () => {
  stack = await startStack();
  const output = stack.output();
  expect(output).toContain(`http://localhost:${new URL(stack.url).port}`);
  for (const name of ['ada', 'barbara', 'alan', 'grace', 'edsger', 'linus']) {
    expect(output).toContain(`${name}@example.com`);
  }
  expect(output).toMatch(
    /PGPASSWORD="\$\(COUNTERSIGN_HOME=\S+ npx countersign token migrator\)" psql "host=localhost/,
  );
  expect(output).toContain('sslmode=verify-full');
  expect(output).toContain(stack.home);
  expect(existsSync(join(stack.home, 'workload.done'))).toBe(true);
});

test('the doctor finds all well, and tells the run-time login', async () => {
  const { code, stdout } = await countersign(['doctor'], stack.environment);
  expect(stdout).toContain('All is well.');
  expect(code).toBe(0);
  const url = await countersign(['doctor', '--database-url'], stack.environment);
  expect(url.stdout).toMatch(/^postgresql:\/\/countersign_app:\S+@127\.0\.0\.1:\d+\/countersign\n$/);
});

test('a token command prints a token and nothing else', async () => {
  const { stdout, stderr } = await countersign(['token', 'migrator', '--ttl', '90s'], stack.environment);
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(stderr).toBe('');
});

test('a second start on the same data is refused with who holds it', async () => {
  const other = await stackSettings();
  const refusal = await refusalOf({
    home: stack.home,
    environment: { ...other.environment, COUNTERSIGN_HOME: stack.home },
  });
  expect(refusal).toContain(`Another start (process ${stack.process.pid}) uses the data in ${stack.home}`);
});

test('a start on taken ports is refused, each named', async () => {
  const other = await stackSettings();
  const refusal = await refusalOf({
    home: other.home,
    environment: { ...stack.environment, COUNTERSIGN_HOME: other.home },
  });
  expect(refusal).toMatch(/Port \d+, for the web page, is taken/);
  expect(refusal).toMatch(/Port \d+, for the Postgres gateway, is taken/);
});

test('Ctrl-C ends it cleanly, and the next start goes on from what it left', async () => {
  const database = await postmaster(stack.home);
  expect(await stack.stop('SIGINT')).toBe(0);
  expect(await processRuns(database)).toBe(false);
  stack = await startStack({ home: stack.home, environment: stack.environment });
  expect(stack.output()).not.toContain('Three agents at work');
});

test('when the launcher is killed its children end, and the next start cleans up', async () => {
  const database = await postmaster(stack.home);
  stack.process.kill('SIGKILL');
  await expect.poll(() => processRuns(database), { timeout: 30_000 }).toBe(false);
  await expect
    .poll(
      () =>
        fetch(`${stack.url}/api/health`).then(
          () => 'up',
          () => 'down',
        ),
      { timeout: 30_000 },
    )
    .toBe('down');
  stack = await startStack({ home: stack.home, environment: stack.environment });
  const { code } = await countersign(['doctor'], stack.environment);
  expect(code).toBe(0);
});

test('a gateway that is killed is started again', async () => {
  const health = () =>
    fetch(`http://127.0.0.1:${stack.adminPort}/health`).then(
      (response) => response.ok,
      () => false,
    );
  const pid = await gatewayPid(stack);
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(async () => (await gatewayPid(stack)) !== pid && health(), { timeout: 30_000 })
    .toBe(true);
});

test('SIGTERM ends it cleanly', async () => {
  expect(await stack.stop('SIGTERM')).toBe(0);
  await stack.removeHome();
});

/** The gateway is the launcher's child that runs proxy/main.ts. */
async function gatewayPid(running: Stack): Promise<number> {
  const children = await readFile(
    `/proc/${running.process.pid}/task/${running.process.pid}/children`,
    'utf8',
  );
  for (const pid of children.trim().split(' ')) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes('proxy/main.ts')) return Number(pid);
  }
  return -1;
}
