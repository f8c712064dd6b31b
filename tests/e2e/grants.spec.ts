import { expect, signIn, test } from './fixtures.ts';

test('a grant is given, revoked with its effect named first, and given again', async ({ page }) => {
  const reason = `E2E-${Date.now()}: read payments for a day`;
  await signIn(page, 'ada');
  await page.goto('/grants/new');
  await page.getByLabel('Agent').selectOption({ label: 'reporter' });
  await page.getByLabel('Resource').selectOption({ label: 'shop' });
  await page.getByLabel('Scope').fill('public.payments');
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Give grant' }).click();
  await expect(page.getByRole('complementary', { name: 'Grant of reporter on shop' })).toContainText(reason);

  await page.goto(`/grants?search=${encodeURIComponent(reason)}`);
  await page.getByRole('checkbox', { name: /reporter on shop/ }).check();
  await page.getByRole('button', { name: 'Revoke 1…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/live session|access to/);
  await dialog.getByLabel('Reason').fill('the day is over');
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  const notice = page.getByRole('region', { name: /^Notifications/ });
  await expect(notice).toContainText('1 grant revoked');
  await expect(notice).toContainText(/1 of 1 worker confirmed, 0 sessions ended/);
  await notice.getByRole('button', { name: 'Grant again' }).click();
  await expect(notice).toContainText('Granted again');

  await page.goto(`/grants?view=all&search=${encodeURIComponent(reason)}`);
  await expect(page.getByRole('table', { name: 'Grants' })).toContainText('revoked');
  await expect(page.getByRole('table', { name: 'Grants' })).toContainText('active');
});

test('a refused form keeps what was typed and says why', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/grants/new');
  await page.getByLabel('Agent').selectOption({ label: 'reporter' });
  await page.getByLabel('Resource').selectOption({ label: 'shop' });
  await page.getByLabel('Scope').fill('not a scope at all');
  await page.getByLabel('Reason').fill('kept');
  await page.getByRole('button', { name: 'Give grant' }).click();
  await expect(page.getByRole('form').or(page.locator('form')).getByRole('alert')).toContainText(
    /schema\.table/,
  );
  await expect(page.getByLabel('Reason')).toHaveValue('kept');
});
