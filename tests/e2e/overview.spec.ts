import type { Page } from '@playwright/test';
import { connectAgent, outcomeOf } from './agent.ts';
import { expect, signIn, test } from './fixtures.ts';

// Each number opens the list behind it: as many rows as the number says.

const figure = (page: Page, label: string) => page.getByRole('link', { name: new RegExp(`^${label}`) });

test('“Permissions unused” opens the permissions, one by one', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/?range=30d');
  const said = /([\d,]+) of ([\d,]+)/.exec((await figure(page, 'Permissions unused').textContent()) ?? '');
  await figure(page, 'Permissions unused').click();
  await expect(page.getByRole('heading', { name: 'Unused permissions' })).toBeVisible();
  await expect(page.getByText(`${said?.[1]} of ${said?.[2]} permissions`)).toBeVisible();
  const table = page.getByRole('table', { name: 'Unused permissions' });
  await expect(table.getByRole('row')).toHaveCount(Math.min(100, Number(said?.[1])) + 1);
  const first = table.getByRole('link').first();
  const permission = (await first.textContent()) ?? '';
  await first.click();
  await expect(page.getByRole('complementary', { name: /^Grant/ })).toContainText(permission);
});

test('“Waiting” opens what waits, of the agent that the overview looks at', async ({ page, stack }) => {
  const agent = await connectAgent(stack);
  const outcome = outcomeOf(
    agent.query(`DELETE FROM orders WHERE id = ${Date.now() % 1_000_000} AND status = 'x'`),
  );
  await signIn(page, 'ada');
  await page.goto('/agents');
  await page.getByRole('link', { name: 'migrator' }).click();
  await page.waitForURL(/open=/);
  const migrator = new URL(page.url()).searchParams.get('open');
  await expect(async () => {
    await page.goto(`/?agent=${migrator}&range=1d`);
    await expect(figure(page, 'Waiting for an answer')).toContainText(/[1-9]/, { timeout: 1_000 });
  }).toPass();
  const count = Number(/\d+/.exec((await figure(page, 'Waiting for an answer').textContent()) ?? '')?.[0]);
  await figure(page, 'Waiting for an answer').click();
  await page.waitForURL(/\/approvals/);
  await expect(page.getByRole('list', { name: 'Approval requests' }).getByRole('listitem')).toHaveCount(
    count,
  );
  await page.goto('/agents');
  await page.getByRole('link', { name: 'reporter' }).click();
  await page.waitForURL(/open=/);
  const reporter = new URL(page.url()).searchParams.get('open');
  await page.goto(`/approvals?agent=${reporter}`);
  await expect(page.getByText('Nothing waits', { exact: true })).toBeVisible();
  await agent.end();
  await outcome;
});
