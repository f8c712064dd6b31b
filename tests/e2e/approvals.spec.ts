import type { Page } from '@playwright/test';
import { connectAgent, outcomeOf } from './agent.ts';
import { expect, signIn, test } from './fixtures.ts';

const inbox = (page: Page) => page.getByRole('list', { name: 'Approval requests' });
const newest = (page: Page) => inbox(page).getByRole('listitem').last();
const card = (page: Page) => page.getByRole('complementary', { name: 'Approval request' });

/** Each statement is another one: a request that waits already would be joined, not doubled. */
let order = 200 + Math.floor(Math.random() * 40_000);
const nextDelete = () => {
  order += 1;
  return `DELETE FROM orders WHERE id = ${order} AND status = 'nothing has this status'`;
};

test('a held statement appears without a reload, and the keyboard alone approves it', async ({
  page,
  stack,
}) => {
  await signIn(page, 'barbara');
  await page.goto('/approvals');
  const before = await inbox(page).getByRole('listitem').count();
  const agent = await connectAgent(stack, { purpose: 'PAY-31: tidy up' });
  const outcome = outcomeOf(agent.query(nextDelete()));
  await expect(inbox(page).getByRole('listitem')).toHaveCount(before + 1);
  for (let step = 0; step <= before; step += 1) await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(card(page)).toContainText(`id = ${order}`);
  await expect(card(page)).toContainText('PAY-31: tidy up');
  await page.keyboard.press('a');
  expect(await outcome).toBe(0);
  await expect(card(page)).toContainText('Barbara approved');
  await agent.end();
});

test('what is held while the page still connects appears too', async ({ page, stack }) => {
  const agent = await connectAgent(stack);
  let connect = () => {};
  const filed = new Promise<void>((resolve) => {
    connect = resolve;
  });
  await page.route('**/api/events*', async (route) => {
    await filed;
    await route.continue();
  });
  await signIn(page, 'barbara');
  await page.goto('/approvals');
  const before = await inbox(page).getByRole('listitem').count();
  const held = new Promise<void>((resolve) => agent.once('notice', () => resolve()));
  const outcome = outcomeOf(agent.query(nextDelete()));
  await held;
  connect();
  await expect(inbox(page).getByRole('listitem')).toHaveCount(before + 1);
  await agent.end();
  await outcome;
});

test('a denial needs a reason, and the agent reads it', async ({ page, stack }) => {
  await signIn(page, 'alan');
  const agent = await connectAgent(stack);
  await page.goto('/approvals');
  const before = await inbox(page).getByRole('listitem').count();
  const outcome = outcomeOf(agent.query(nextDelete()));
  await expect(inbox(page).getByRole('listitem')).toHaveCount(before + 1);
  await newest(page).click();
  await expect(card(page)).toContainText(`id = ${order}`);
  await page.keyboard.press('d');
  const reason = page.getByLabel('Reason, which the agent receives');
  await expect(reason).toBeFocused();
  await reason.fill('the dispute over it is open');
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  expect(await outcome).toContain('the dispute over it is open');
  await agent.end();
});

test('who owns the agent sees the request and why they can’t answer it', async ({ page, stack }) => {
  const agent = await connectAgent(stack);
  const outcome = outcomeOf(agent.query(nextDelete()));
  await signIn(page, 'ada');
  await page.goto('/approvals');
  await newest(page).click();
  await expect(card(page)).toContainText(`id = ${order}`);
  await expect(card(page)).toContainText('You can’t answer this one');
  await expect(page.getByRole('button', { name: 'Approve once' })).toHaveCount(0);
  await agent.end();
  expect(typeof (await outcome)).toBe('string');
});

test('where the risk is high no single key approves', async ({ page, stack }) => {
  const agent = await connectAgent(stack);
  const outcome = outcomeOf(agent.query('UPDATE orders SET status = status'));
  await signIn(page, 'barbara');
  await page.goto('/approvals');
  await expect(newest(page)).toBeVisible();
  await newest(page).click();
  await expect(card(page)).toContainText('High risk');
  await page.keyboard.press('a');
  await expect(card(page).getByRole('button', { name: 'Approve once' })).toBeVisible();
  await page.keyboard.press('d');
  await page.getByLabel('Reason, which the agent receives').fill('not every row');
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  expect(await outcome).toContain('not every row');
  await agent.end();
});

test('masked values are shown on a click, from the recording of the session that waits', async ({
  page,
  stack,
}) => {
  const agent = await connectAgent(stack);
  const email = `nobody.${Date.now()}@example.com`;
  const outcome = outcomeOf(agent.query(`DELETE FROM customers WHERE email = '${email}'`));
  await signIn(page, 'barbara');
  await page.goto('/approvals');
  await newest(page).click();
  await expect(card(page)).toContainText('DELETE FROM customers');
  await expect(card(page)).not.toContainText(email);
  await card(page)
    .getByRole('button', { name: /Show the masked values/ })
    .click();
  await expect(card(page)).toContainText(email);
  await expect(card(page)).toContainText('the ledger says so');
  await agent.end();
  expect(typeof (await outcome)).toBe('string');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('the inbox works whole', async ({ page, stack }) => {
    await signIn(page, 'barbara');
    const agent = await connectAgent(stack);
    await page.goto('/approvals');
    const before = await inbox(page).getByRole('listitem').count();
    const outcome = outcomeOf(agent.query(nextDelete()));
    await expect(inbox(page).getByRole('listitem')).toHaveCount(before + 1);
    await newest(page).click();
    await expect(card(page)).toContainText(`id = ${order}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole('button', { name: 'Approve once' }).click();
    expect(await outcome).toBe(0);
    await agent.end();
  });
});
