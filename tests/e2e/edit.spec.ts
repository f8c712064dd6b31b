import { clientCertificate } from '#tests/support/client-certificate';
import { connectAgent } from './agent.ts';
import { expect, ownSandbox, signIn } from './fixtures.ts';

// Agents, resources and notifications changed in the browser. A sandbox of its own: others look at these.

const test = ownSandbox();
test.describe.configure({ mode: 'serial' });
test.setTimeout(120_000);

test('an agent is edited: sponsor, repository, life; another’s claims are refused and kept typed', async ({
  page,
}) => {
  await signIn(page, 'ada');
  await page.goto('/agents');
  await page.getByRole('link', { name: 'reporter' }).click();
  const panel = page.getByRole('complementary', { name: 'Agent reporter' });
  await panel.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByRole('heading', { name: 'Edit reporter' })).toBeVisible();
  await page.getByLabel('Sponsor').selectOption({ label: 'Grace' });
  await page.getByLabel('Repository').fill('acme/reports');
  await page.getByLabel('Claims that must match').fill('sub=migrator');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('could also be migrator');
  await expect(page.getByLabel('Repository')).toHaveValue('acme/reports');
  await page.getByLabel('Claims that must match').fill('sub=reporter');
  await page.getByLabel('What it builds is gone').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(panel).toContainText('Orphaned');
  await expect(panel).toContainText('acme/reports');
  await expect(panel).toContainText('Grace');
  await page.goto('/grants?view=stale&reason=agent_orphaned');
  await expect(page.getByRole('table', { name: 'Grants' })).toContainText('reporter');
});

test('an agent is suspended, which cuts it, and resumed', async ({ page, stack }) => {
  await signIn(page, 'ada');
  const agent = await connectAgent(stack);
  await agent.query('SELECT 1');
  const cut = new Promise<string>((resolve) => agent.once('error', (error) => resolve(error.message)));
  await page.goto('/agents');
  await page.getByRole('link', { name: 'migrator' }).click();
  const panel = page.getByRole('complementary', { name: 'Agent migrator' });
  await panel.getByRole('button', { name: 'Suspend…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/Ends \d+ live sessions? within a second/);
  await dialog.getByLabel('Reason').fill('it is looked into');
  await dialog.getByRole('button', { name: 'Suspend', exact: true }).click();
  expect(await cut).toContain('it is looked into');
  await expect(panel).toContainText('suspended');
  await expect(connectAgent(stack)).rejects.toThrow(/suspended/);
  await panel.getByRole('button', { name: 'Resume…' }).click();
  await dialog.getByLabel('Reason').fill('it was nothing');
  await dialog.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(panel.getByRole('button', { name: 'Suspend…' })).toBeVisible();
  const again = await connectAgent(stack);
  await again.end();
});

test('a resource is edited; its password is never shown nor sent elsewhere, and the test tells what it sees', async ({
  page,
}) => {
  await signIn(page, 'ada');
  await page.goto('/resources');
  await page.getByRole('link', { name: 'shop' }).click();
  const panel = page.getByRole('complementary', { name: 'Resource shop' });
  await panel.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await page.getByLabel('Technical owner').selectOption({ label: 'Edsger' });
  await page.getByLabel('Port').fill('1');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Type the password again');
  await expect(page.getByLabel('Port')).toHaveValue('1');
  await page.getByLabel('Password', { exact: true }).fill('for that server');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(panel).toContainText('Edsger');
  await panel.getByRole('button', { name: 'Test' }).click();
  await expect(panel).toContainText('nothing listens there');
  await page.goto('/ledger?kind=resource');
  await page.getByRole('table', { name: 'Ledger entries' }).getByText('changed').first().click();
  await expect(
    page.getByText(/changed port, ownerId, credential of the resource shop/).first(),
  ).toBeVisible();
});

test('a column is masked with options, and another mask of it is chosen', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/resources');
  await page.getByRole('link', { name: 'shop' }).click();
  const panel = page.getByRole('complementary', { name: 'Resource shop' });
  await panel.getByRole('button', { name: 'Mask a column' }).click();
  const form = panel.getByRole('form', { name: 'Mask a column' });
  await form.getByLabel('Column', { exact: true }).fill('public.customers.phone');
  await form.getByLabel('How').selectOption('partial');
  await form.getByLabel('Read as').selectOption('card');
  await form.getByLabel('Last characters').fill('3');
  await form.getByRole('button', { name: 'Mask' }).click();
  await expect(form.getByRole('alert')).toContainText('says nothing with the style card');
  await form.getByLabel('Read as').selectOption('generic');
  await form.getByLabel(/Any other use/).selectOption('mask');
  await form.getByRole('button', { name: 'Mask' }).click();
  await expect(panel.getByText('suffix 3, style generic, other use mask').first()).toBeVisible();
  await panel.getByRole('button', { name: 'Change the mask of public.customers.phone' }).click();
  const change = panel.getByRole('form', { name: 'Change the mask of public.customers.phone' });
  await expect(change.getByLabel('Last characters')).toHaveValue('3');
  await change.getByLabel('How').selectOption('generalise');
  await change.getByLabel('To the start of').fill('month');
  await change.getByLabel('May be looked up by = constant').check();
  await change.getByLabel('Values a session may look up').fill('20');
  await change.getByRole('button', { name: 'Change' }).click();
  await expect(panel.getByText('bucket month, lookups 20, other use mask').first()).toBeVisible();
});

test('how sessions stand on a resource is set, kept, and refused with what was typed', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/resources');
  await page.getByRole('link', { name: 'shop' }).click();
  const panel = page.getByRole('complementary', { name: 'Resource shop' });
  const edit = async () => {
    await panel.getByRole('link', { name: 'Edit' }).click();
    const more = page.locator('details', { hasText: 'Login by certificate or Entra' });
    if (!(await more.evaluate((element) => (element as HTMLDetailsElement).open))) {
      await more.locator('summary').click();
    }
  };
  await edit();
  await page.getByLabel('Role of each agent').fill('migrator shop_migrator');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').first()).toContainText('is not written as agent = role');
  await expect(page.getByLabel('Role of each agent')).toHaveValue('migrator shop_migrator');
  await page.getByLabel('Role of each agent').fill('migrator = shop_migrator\n* = shop_reader');
  await page.getByLabel('Sessions of one agent').fill('7');
  await page.getByRole('checkbox', { name: 'card numbers' }).check();
  const own = await clientCertificate('gateway');
  const other = await clientCertificate('other');
  await page.getByLabel('Client certificate', { exact: true }).fill(own.certificate);
  await page.getByLabel('Key of the client certificate').fill(other.key);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').first()).toContainText('does not belong to the certificate');
  await page.getByLabel('Key of the client certificate').fill(own.key);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(panel).toContainText('* = shop_reader, migrator = shop_migrator');
  await expect(panel).toContainText('7 sessions of one agent at a time');
  await expect(panel).toContainText('certificate, its key sealed');
  await expect(panel).toContainText('card');
  await edit();
  await expect(page.getByLabel('Key of the client certificate')).toHaveValue('');
  await expect(page.getByLabel('Sessions of one agent')).toHaveValue('7');
  expect(await page.content()).not.toContain(own.key.split('\n')[1]);
  await page.getByLabel('Role of each agent').fill('');
  await page.getByLabel('Sessions of one agent').fill('');
  await page.getByRole('checkbox', { name: 'card numbers' }).uncheck();
  await page.getByLabel('Client certificate', { exact: true }).fill('');
  await page.getByRole('checkbox', { name: 'Forget the sealed key' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(panel).not.toContainText('shop_migrator');
  await expect(panel).not.toContainText('certificate');
});

test('who may only read has no way to edit, and the verb behind the page refuses', async ({ page }) => {
  await signIn(page, 'linus');
  for (const [path, name, label] of [
    ['/agents', 'reporter', 'Agent reporter'],
    ['/resources', 'shop', 'Resource shop'],
  ] as const) {
    await page.goto(path);
    await page.getByRole('link', { name }).click();
    const panel = page.getByRole('complementary', { name: label });
    await expect(panel).toBeVisible();
    await expect(panel.getByRole('link', { name: 'Edit' })).toHaveCount(0);
    const id = new URL(page.url()).searchParams.get('open');
    await page.goto(`${path}/${id}/edit`);
    await expect(page.getByRole('alert').first()).toContainText('You may not see this');
  }
  await page.goto('/settings?tab=notifications');
  await expect(page.getByRole('button', { name: 'New subscription' })).toHaveCount(0);
});
