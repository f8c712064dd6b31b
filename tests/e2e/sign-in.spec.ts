import { expect, signIn, test } from './fixtures.ts';

test('a person signs in by the local issuer, and the page says that it is a sandbox', async ({ page }) => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await signIn(page, 'ada');
  await expect(page.getByText(/sandbox/i).first()).toBeVisible();
  expect(faults).toEqual([]);
});

test('nobody gets in without signing in', async ({ page }) => {
  await page.goto('/approvals');
  await expect(page).toHaveURL(/\/sign-in/);
});
