import type { Page } from '@playwright/test';
import { connectAgent, outcomeOf } from './agent.ts';
import { expect, signIn, test } from './fixtures.ts';

const card = (page: Page) => page.getByRole('complementary', { name: 'Approval request' });

test('an owner asks for access, an independent person gives less, and a grant stands', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/grants/request');
  const serial = Date.now();
  const reason = `REP-${serial}: correct the totals`;
  // The same grant does not come twice.
  const table = `public.totals_${serial}`;
  await page.getByLabel('Agent').selectOption({ label: 'reporter' });
  await page.getByLabel('Resource').selectOption({ label: 'shop' });
  await page.getByRole('checkbox', { name: /^write/ }).check();
  await page.getByLabel('Scope').fill(`${table}\npublic.payments`);
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Ask for access' }).click();
  const panel = page.getByRole('complementary', { name: 'Access request of reporter' });
  await expect(panel).toContainText(reason);
  await expect(panel).toContainText('Somebody else has to answer');
  const address = page.url();

  await page.context().clearCookies();
  await signIn(page, 'barbara');
  await page.goto(address);
  await panel.getByRole('button', { name: 'Approve less…' }).click();
  await panel.getByRole('checkbox', { name: 'write' }).uncheck();
  await panel.getByLabel('Scope').fill(table);
  await panel.getByRole('button', { name: 'Approve this' }).click();
  await expect(panel).toContainText('Barbara approved it');
  await panel.getByRole('link', { name: 'The grant that came of it' }).click();
  const grant = page.getByRole('complementary', { name: /^Grant/ });
  await expect(grant).toContainText(table);
  await expect(grant).not.toContainText('public.payments');
});

test('a question reaches the agent at once, and its answer stands on the card', async ({ page, stack }) => {
  const agent = await connectAgent(stack);
  const id = 300 + Math.floor(Math.random() * 40_000);
  const text = `DELETE FROM orders WHERE id = ${id} AND status = 'nothing has this status'`;
  const first = outcomeOf(agent.query(text));
  await signIn(page, 'barbara');
  await page.goto('/approvals');
  const inbox = page.getByRole('list', { name: 'Approval requests' });
  await expect(inbox.getByRole('listitem').last()).toContainText('waits');
  await inbox.getByRole('listitem').last().click();
  await expect(card(page)).toContainText(`id = ${id}`);
  await card(page).getByRole('button', { name: 'Ask the agent…' }).click();
  await page.getByLabel('Question or note, which the agent receives').fill('Which ticket is this for?');
  await card(page).getByRole('button', { name: 'Ask', exact: true }).click();
  expect(await first).toContain('Which ticket is this for?');
  await expect(card(page)).toContainText('Barbara asked');
  // After a [PENDING] a script is refused for two seconds; a connection of its own is no script.
  await agent.end();
  const next = await connectAgent(stack);
  const second = outcomeOf(next.query(`/* answer: SHOP-12, agreed */ ${text}`));
  await expect(card(page)).toContainText('SHOP-12, agreed');
  await next.end();
  await second;
});

test('a stand-in is named for a time, and the person is back', async ({ page }) => {
  await signIn(page, 'barbara');
  await page.goto('/approvals/away');
  await page.getByLabel('Stand-in', { exact: true }).selectOption({ label: 'Alan' });
  const until = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('Until').fill(until);
  await page.getByLabel('Reason', { exact: true }).fill('On leave');
  await page.getByRole('button', { name: 'Name the stand-in' }).click();
  const list = page.getByRole('list', { name: 'Stand-ins' });
  await expect(list).toContainText('Alan stands in for Barbara');
  await list.getByRole('button', { name: 'End' }).click();
  await expect(page.getByText('Nobody is away')).toBeVisible();
});

test('a resource is tested from its panel, and an export leaves as OCSF', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/resources');
  await page
    .locator('[data-row-link]')
    .filter({ hasText: /^shop$/ })
    .click();
  const panel = page.getByRole('complementary', { name: /^Resource/ });
  await panel.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(panel).toContainText('Login works');
  await page.goto('/sessions/search');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'OCSF' }).click();
  expect((await download).suggestedFilename()).toBe('statements.jsonl');
});
