import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Client } from 'pg';
import { countersign } from '#tests/support/command';
import {
  expect,
  type PersonName,
  type RunningStack,
  signIn,
  freshSandbox as test,
  tokenFor,
} from './fixtures.ts';

// The README's six steps, with a real driver at the gateway and a real browser at the pages.

test.describe.configure({ mode: 'serial' });
test.setTimeout(120_000);

async function asMigrator(stack: RunningStack): Promise<Client & { notices: string[] }> {
  const client = new Client({
    host: 'localhost',
    port: stack.gatewayPort,
    database: 'shop',
    user: 'migrator',
    password: await tokenFor(stack, 'migrator', '--purpose', 'PAY-23: clean up old orders'),
    application_name: 'whole-way',
    ssl: { ca: await readFile(join(stack.home, 'ca.crt'), 'utf8') },
  });
  const notices: string[] = [];
  client.on('notice', (notice) => notices.push(notice.message ?? ''));
  client.on('error', () => {});
  await client.connect();
  return Object.assign(client, { notices });
}

/** Opens a request by its one line ("Deletes about 49 of …") and looks at the whole statement. */
async function openRequest(page: Page, verdict: RegExp, text: string): Promise<void> {
  await page.getByRole('list', { name: 'Approval requests' }).getByText(verdict).click();
  await expect(page.getByRole('complementary', { name: 'Approval request' })).toContainText(text);
}

test('1: confidential columns come back masked, and a notice says so', async ({ stack }) => {
  const agent = await asMigrator(stack);
  const { rows } = await agent.query('SELECT * FROM customers ORDER BY id LIMIT 5');
  expect(rows).toHaveLength(5);
  for (const row of rows) {
    expect(row.email).not.toMatch(/^[a-z.]+\d+@/);
    expect(row.ssn).not.toMatch(/\d{3}-\d{2}-\d{4}/);
    expect(row.name).toMatch(/\w+ \w+/);
  }
  expect(agent.notices.join()).toMatch(/masked/i);
  await agent.end();
});

test('2: a DELETE is held; approved it runs, denied the agent gets the reason', async ({ page, stack }) => {
  await signIn(page, 'barbara');
  await page.goto('/approvals');
  const agent = await asMigrator(stack);
  // Nothing is clicked or reloaded for it to appear.
  const first = agent.query('DELETE FROM orders WHERE id < 50');
  await openRequest(page, /about [3-6]\d of/, 'DELETE FROM orders WHERE id < 50');
  await page.getByRole('button', { name: 'Approve once' }).click();
  expect((await first).rowCount).toBe(49);

  await page.goto('/approvals');
  const second = agent.query('DELETE FROM orders WHERE id = 51').then(
    () => 'ran',
    (error: Error) => error.message,
  );
  await openRequest(page, /about 1 of/, 'DELETE FROM orders WHERE id = 51');
  await page.getByRole('button', { name: 'Deny…' }).click();
  await page.getByLabel('Reason, which the agent receives').fill('that order is under dispute');
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  expect(await second).toContain('that order is under dispute');
  const { rows } = await agent.query('SELECT count(*)::int AS n FROM orders WHERE id <= 51');
  expect(rows).toEqual([{ n: 2 }]);
  await agent.end();
});

test('3: DROP TABLE is denied at once, with what to do instead', async ({ stack }) => {
  const agent = await asMigrator(stack);
  const refusal = await agent
    .query('DROP TABLE customers')
    .catch((error: Error & { hint?: string }) => error);
  expect(refusal).toMatchObject({ message: expect.stringContaining('[DENIED]') });
  expect(String((refusal as { hint?: string }).hint)).toMatch(/\w/);
  await agent.end();
});

test('4: the session’s page says who, what, when and why', async ({ page }) => {
  await signIn(page, 'linus');
  await page.goto('/sessions');
  await page.getByText('PAY-23: clean up old orders').last().click();
  await expect(page).toHaveURL(/\/sessions\/ses_/);
  const main = page.getByRole('main');
  for (const fact of ['migrator', 'Ada', 'PAY-23: clean up old orders', 'verified', 'whole-way']) {
    await expect(main).toContainText(fact);
  }
  await expect(main).toContainText('SELECT * FROM customers ORDER BY id LIMIT 5');
});

test('6: reviewers decide, the auditor signs, and the pack is checked without the product', async ({
  page,
  context,
  stack,
}) => {
  for (const person of ['grace', 'edsger'] as const) {
    await decideAll(page, person);
    await context.clearCookies();
  }
  await signIn(page, 'linus');
  await openReview(page);
  await page.getByRole('link', { name: 'Sign-off' }).click();
  await page.getByRole('button', { name: 'Sign as Linus' }).click();
  await expect(page.getByText('Signed by Linus')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the pack' }).click();
  const pack = join(stack.home, 'pack.zip');
  await (await download).saveAs(pack);
  const environment = { NODE_ENV: 'test', ...stack.environment } as const;
  expect(await countersign(['verify', pack], environment)).toMatchObject({ code: 0 });
  const bytes = await readFile(pack);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(pack, bytes);
  expect(await countersign(['verify', pack], environment)).toMatchObject({ code: 1 });
});

test('5: a revoke closes the connection within a second, and a new login is refused', async ({
  page,
  stack,
}) => {
  const agent = await asMigrator(stack);
  await agent.query('SELECT 1');
  const cut = new Promise<string>((resolve) => agent.once('error', (error) => resolve(error.message)));
  await signIn(page, 'ada');
  await page.goto('/grants');
  await page.getByRole('row').filter({ hasText: 'migrator' }).first().getByRole('link').first().click();
  await page.getByRole('button', { name: 'Revoke…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('the migration is over');
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('complementary', { name: /^Grant/ })).toContainText('revoked');
  expect(await cut).toContain('the migration is over');
  await expect(asMigrator(stack)).rejects.toThrow(/grant/i);
});

async function openReview(page: Page): Promise<void> {
  await page.goto('/reviews');
  await page.getByRole('link', { name: 'Access of AI agents to the shop' }).first().click();
  await expect(page).toHaveURL(/\/reviews\/cmp_/);
}

interface Answer {
  readonly choice: 'Approve' | 'Reduce' | 'Revoke';
  readonly shows: RegExp;
}

/** What the evidence asks for: one grant is as it should be, one is too wide, one was never used. */
const answers: readonly (readonly [grant: RegExp, answer: Answer])[] = [
  [
    /^migrator may/,
    { choice: 'Reduce', shows: /[1-9]\d* statements replayed, 0 would have been refused(?!;)/ },
  ],
  [/^triage may change rows/, { choice: 'Revoke', shows: /The access ends at once/ }],
];
const approve: Answer = { choice: 'Approve', shows: /The access stays/ };

/** Answers every item that is this person's, with a reason. */
async function decideAll(page: Page, person: PersonName): Promise<void> {
  await signIn(page, person);
  await openReview(page);
  const queue = new URL(page.url());
  queue.searchParams.set('whose', 'mine');
  const items = page.getByRole('table', { name: 'Items' }).locator('[data-row-link]');
  await page.goto(queue.href);
  await expect(items.first()).toBeVisible();
  const grants = await items.allInnerTexts();
  for (const [place, grant] of grants.entries()) {
    await page.goto(queue.href);
    await items.nth(place).click();
    const form = page.getByRole('form', { name: 'Decide' });
    const panel = page.getByRole('complementary', { name: /^Item/ });
    await expect(panel).toBeVisible();
    // Who came before may have settled it: a revoke needs one reviewer only.
    if (await panel.getByText('there is nothing left to decide').isVisible()) continue;
    const { choice, shows } = answers.find(([pattern]) => pattern.test(grant.trim()))?.[1] ?? approve;
    await form
      .getByRole('button', { name: new RegExp(`^${choice}`) })
      .first()
      .click();
    await expect(form).toContainText(shows);
    await form.getByRole('textbox').fill('Looked at its sessions and what they used.');
    await form.getByRole('button', { name: `${choice} and go on` }).click();
    await expect(form.getByRole('button', { name: `${choice} and go on` })).toHaveCount(0);
  }
}
