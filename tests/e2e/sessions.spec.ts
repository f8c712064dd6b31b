import { connectAgent, outcomeOf } from './agent.ts';
import { expect, signIn, test } from './fixtures.ts';

test('a session shows who, what, when and why, with its masked result at its moment', async ({
  page,
  stack,
}) => {
  const purpose = `SES-${Date.now()}: look at customers`;
  const agent = await connectAgent(stack, { purpose });
  await agent.query('SELECT id, name, email, ssn FROM customers ORDER BY id LIMIT 3');
  await outcomeOf(agent.query('DROP TABLE customers'));
  await agent.end();

  await signIn(page, 'linus');
  await page.goto(`/sessions?purpose=${encodeURIComponent(purpose)}`);
  await page.getByRole('table', { name: 'Sessions' }).getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('migrator on shop');
  await expect(page.getByRole('main')).toContainText(purpose);
  await expect(page.getByRole('main')).toContainText('verified');
  await expect(page.getByRole('main')).toContainText('sealed');

  await page.getByRole('table', { name: 'Statements in order' }).getByRole('link').first().click();
  const moment = page.getByRole('complementary', { name: 'of the session' });
  const result = moment.getByRole('region', { name: 'Result as the agent saw it' });
  await expect(result.getByRole('columnheader', { name: 'ssn (masked)' })).toBeVisible();
  await expect(result).not.toContainText(/\d{3}-\d{2}-\d{4}/);
  await expect(page).toHaveURL(/[?&]at=\d+/);

  await page.getByRole('button', { name: 'Next statement' }).click();
  await expect(moment).toContainText('denied');
  await expect(moment).toContainText('DROP');
});

test('a live session is marked, and ended by a person it tells the agent why', async ({ page, stack }) => {
  const purpose = `SES-${Date.now()}: stay`;
  const agent = await connectAgent(stack, { purpose });
  const cut = new Promise<string>((resolve) => agent.once('error', (error) => resolve(error.message)));
  await agent.query('SELECT 1');
  await signIn(page, 'ada');
  await page.goto(`/sessions?purpose=${encodeURIComponent(purpose)}`);
  await page.getByRole('table', { name: 'Sessions' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'End session' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('it was forgotten');
  await dialog.getByRole('button', { name: 'End session' }).click();
  const notice = page.getByRole('region', { name: /^Notifications/ });
  await expect(notice).toContainText(/1 of 1 worker confirmed, 1 session ended/);
  expect(await cut).toContain('it was forgotten');
});

test('a running session grows while somebody watches, also the statement that runs', async ({
  page,
  stack,
}) => {
  const purpose = `SES-${Date.now()}: grow`;
  const agent = await connectAgent(stack, { purpose });
  await agent.query('SELECT 1 AS first_step');
  await signIn(page, 'linus');
  await page.goto(`/sessions?purpose=${encodeURIComponent(purpose)}`);
  await page.getByRole('table', { name: 'Sessions' }).getByRole('link').first().click();
  const main = page.getByRole('main');
  await expect(main).toContainText('first_step');
  await expect(main).toContainText('watching');
  await agent.query('SELECT id, email FROM customers ORDER BY id LIMIT 2 /* second_step */');
  await expect(main).toContainText('second_step');
  await page.getByRole('table', { name: 'Statements in order' }).getByRole('link').last().click();
  const moment = page.getByRole('complementary', { name: 'of the session' });
  await expect(moment.getByRole('columnheader', { name: 'email (masked)' })).toBeVisible();
  await agent.end();
  await expect(main).not.toContainText('watching');
});
