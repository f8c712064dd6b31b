import type { Page } from '@playwright/test';
import { faultsEverywhere } from './axe.ts';
import { expect, type PersonName, signIn, freshSandbox as test } from './fixtures.ts';

// What another system gives: read from a file, reviewed here, removed there, proven by a later reading.

test.describe.configure({ mode: 'serial' });
test.setTimeout(180_000);
test.use({ actionTimeout: 20_000 });

const header = 'externalId,agent,resource,actions,scope,reason,endsAt';
const reader = '/roleAssignments/1,triage,shop,read,*,=1+1 Reader \u202Eof all,';
const kept = '/roleAssignments/2,reporter,shop,read,public.*,Reader of public,';
let reviewUrl = '';

async function as(page: Page, person: PersonName): Promise<void> {
  await page.context().clearCookies();
  await signIn(page, person);
}

/** Hands a file over as of this second; returns what the page answers. */
async function handOver(page: Page, name: string, text: string) {
  await page.goto('/grants/imports');
  await page.getByRole('button', { name: 'Hand over a reading…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Source').selectOption('azure-rbac');
  await dialog.getByLabel('Read at (UTC)').fill(new Date().toISOString().slice(0, 19));
  await dialog.getByLabel('File, CSV or JSON').setInputFiles({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from(text, 'utf8'),
  });
  await dialog.getByRole('button', { name: 'Take over' }).click();
  return dialog;
}

test('an admin names holidays, who reviews sees them, a wrong line changes nothing', async ({ page }) => {
  await as(page, 'ada');
  await page.goto('/reviews/holidays');
  await expect(page.getByRole('main')).toContainText('No holiday is set');
  await page.getByRole('button', { name: 'Change…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('2027-01-01 New Year\n2027-02-30 no day\nEaster');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('line 2');
  await expect(dialog.getByRole('alert')).toContainText('line 3');
  await dialog.getByRole('textbox').fill('2027-01-01 New Year <b>\n2027-12-25 =Christmas \u202E');
  expect(await faultsEverywhere(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('main')).toContainText('Fri 2027-01-01');
  await as(page, 'grace');
  await page.goto('/reviews/holidays');
  await expect(page.getByRole('main')).toContainText('New Year <b>');
  await expect(page.getByRole('main')).toContainText('U+202E');
  await expect(page.getByRole('button', { name: 'Change…' })).toHaveCount(0);
  expect(await faultsEverywhere(page)).toEqual([]);
});

test('a file is taken whole or not at all, and what it changed is shown', async ({ page }) => {
  await as(page, 'ada');
  const unknown = kept.replace('reporter', 'nobody');
  const refused = await handOver(page, 'wrong.csv', `${header}\n${reader}\n${unknown}\n${unknown}`);
  await expect(refused.getByRole('alert')).toContainText('row 4, externalId');
  const dialog = await handOver(
    page,
    'wrong.csv',
    `${header}\n${reader}\n${unknown}\n${unknown.replace('/2', '/3')}`,
  );
  await expect(dialog.getByRole('alert')).toContainText('row 3, agent');
  await expect(dialog.getByRole('alert')).toContainText('row 4, agent');
  expect(await faultsEverywhere(page)).toEqual([]);
  await page.goto('/grants/imports');
  await expect(page.getByRole('main')).toContainText('No other system was read');

  await expect(await handOver(page, 'right.csv', `${header}\n${reader}\n${kept}\n`)).toHaveCount(0);
  await page.getByRole('table', { name: 'Readings' }).locator('[data-row-link]').click();
  const panel = page.getByRole('complementary', { name: 'Reading' });
  await expect(panel).toContainText('New (2)');
  await expect(panel).toContainText('=1+1 Reader U+202E');
  const csv = await (await page.request.get('/api/export/imports')).text();
  expect(csv).toContain(',azure-rbac,');
  expect(await faultsEverywhere(page)).toEqual([]);
});

test('such a grant is found by where it stands, and can’t be revoked here', async ({ page }) => {
  await as(page, 'ada');
  await page.goto('/grants?source=azure-rbac');
  const table = page.getByRole('table', { name: 'Grants' });
  await expect(table.locator('[data-row]')).toHaveCount(2);
  await expect(table.getByRole('checkbox').first()).toBeDisabled();
  expect(await faultsEverywhere(page)).toEqual([]);
  await table.locator('[data-row-link]').first().click();
  const panel = page.getByRole('complementary', { name: /^Grant of/ });
  await expect(panel).toContainText('It stands in azure-rbac');
  await expect(panel.getByRole('button', { name: 'Revoke…' })).toHaveCount(0);
  expect(await faultsEverywhere(page)).toEqual([]);
});

test('a draft is changed, another is laid aside', async ({ page }) => {
  await as(page, 'ada');
  for (const name of ['Azure <img src=x onerror="window.pwned=1"> \u202E', 'A slip']) {
    await page.goto('/reviews/new');
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Second look, per cent of what is kept').fill('0');
    await page.getByLabel('Risk analysis').fill('RA-7');
    await page.getByRole('button', { name: 'Set up and preview' }).click();
    await expect(page).toHaveURL(/\/reviews\/cmp_/);
    if (name !== 'A slip') reviewUrl = new URL(page.url()).pathname;
  }
  expect(await faultsEverywhere(page)).toEqual([]);
  await page.getByRole('button', { name: 'Discard…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('set up twice');
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('main')).toContainText('Discarded by Ada');
  await expect(page.getByRole('button', { name: /^Launch/ })).toHaveCount(0);

  await page.goto(reviewUrl);
  await page.getByRole('link', { name: 'Change…' }).click();
  await expect(page.getByLabel('Risk analysis')).toHaveValue('RA-7');
  await page.getByLabel('azure-rbac').check();
  expect(await faultsEverywhere(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save and preview' }).click();
  await expect(page.getByRole('main')).toContainText('2 grants would be reviewed');
  await page.getByRole('button', { name: 'Launch with 2 grants' }).click();
  await expect(page.getByRole('table', { name: 'Items' })).toBeVisible();
});

test('a revoke there is confirmed with its reference, and proven by the next reading alone', async ({
  page,
}) => {
  await as(page, 'grace');
  await page.goto(`${reviewUrl}?whose=mine`);
  await page
    .getByRole('table', { name: 'Items' })
    .getByText(/^triage/)
    .click();
  const form = page.getByRole('form', { name: 'Decide' });
  await form.getByRole('button', { name: 'Revoke' }).first().click();
  await form.getByRole('textbox').fill('it works through the gateway');
  await form.getByRole('button', { name: 'Revoke and go on' }).click();
  await expect(page.getByText(/^Recorded: the item is revoked/).first()).toBeVisible();

  await as(page, 'ada');
  await page.goto(`${reviewUrl}?tab=status`);
  const removals = page.getByRole('region', { name: 'Removals' });
  await expect(removals).toContainText('It stands in azure-rbac: take it away there.');
  expect(await faultsEverywhere(page)).toEqual([]);
  await removals.getByRole('button', { name: 'Confirm the order…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reference').fill('CHG-77 <img src=x>');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(removals).toContainText('CHG-77 <img src=x>');
  await expect(removals.getByRole('button', { name: 'Confirm the order…' })).toHaveCount(0);

  // A reading is known to the second: only one of a later second than the decision proves anything.
  await page.waitForTimeout(1_000);
  await expect(await handOver(page, 'later.csv', `${header}\n${kept}\n`)).toHaveCount(0);
  await expect(async () => {
    await page.goto(`${reviewUrl}?tab=status`);
    await expect(removals).toContainText('does not give it any more', { timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  for (const path of [
    '/reviews',
    reviewUrl,
    '/reviews/series',
    '/reviews/audit',
    '/grants/imports',
    '/ledger',
  ]) {
    await page.goto(path);
    await page.locator('h1').first().waitFor();
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  }
});
