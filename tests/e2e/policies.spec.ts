import type { Page } from '@playwright/test';
import { connectAgent, outcomeOf } from './agent.ts';
import { expect, ownSandbox, signIn } from './fixtures.ts';

// Policies decide for everybody: a product of their own.

const test = ownSandbox();
test.setTimeout(120_000);

const editor = (page: Page) => page.getByRole('textbox', { name: 'defaults.cedar' });
const problems = (page: Page) => page.getByRole('status', { name: 'Problems' });

/** Types at the end of the text, as a person would. */
async function append(page: Page, text: string): Promise<void> {
  await expect(editor(page)).toHaveAttribute('contenteditable', 'true');
  await editor(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(text);
}

/** What the form would post: the editor draws only the lines that are in sight. */
const wholeText = (page: Page) => page.locator('form [name="text"]').first().inputValue();

const noUpdates = `
@id("no-updates")
@message("orders are written by the shop only")
forbid (principal, action == Action::"update", resource == Table::"shop.public.orders");
`;
const update = `UPDATE orders SET status = status WHERE id = 77`;

test('hostile text of an agent is inert in a backtest', async ({ page, stack }) => {
  const agent = await connectAgent(stack);
  await outcomeOf(
    agent.query(
      `DELETE FROM payments WHERE card_number = '<img src=x onerror=window.pwned=1>\u202Eok' AND id = 0`,
    ),
  );
  await outcomeOf(
    agent.query(
      `UPDATE orders SET status = status WHERE status = '</code><script>window.pwned=1</script>\u202E'`,
    ),
  );
  await agent.end();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await signIn(page, 'ada');
  await page.goto('/policies?view=text');
  await append(page, `\n@id("x") forbid (principal, action in Action::"write", resource);\n`);
  const backtest = page.getByRole('region', { name: 'Backtest' });
  await expect(async () => {
    await backtest.getByRole('button', { name: 'Run backtest' }).click();
    await expect(backtest).toContainText('</code><script>', { timeout: 2_000 });
  }).toPass();
  await expect(backtest).toContainText('U+202E');
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect(faults).toEqual([]);
});

test('a draft is checked at its place, tested against what ran, published and rolled back', async ({
  page,
  stack,
}) => {
  const agent = await connectAgent(stack);
  expect(await outcomeOf(agent.query(update))).toBe(1);
  expect(await outcomeOf(agent.query(update))).toBe(1);
  await agent.end();

  await signIn(page, 'ada');
  await page.goto('/policies?view=text');
  await expect(editor(page)).toHaveAttribute('contenteditable', 'true');
  const published = await wholeText(page);
  await append(page, '\nforbid (principal, action == Action::"updat", resource);\n');
  expect(await wholeText(page)).toContain('"updat"');
  await expect(problems(page)).toContainText('updat');
  await expect(page.getByRole('button', { name: 'Publish' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Run backtest' })).toBeDisabled();
  await expect(page.locator('.cm-lintRange-error')).toBeVisible();
  await problems(page).getByRole('button').first().click();
  await expect(editor(page)).toBeFocused();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('button', { name: 'Discard' })).toHaveCount(0);
  await expect(problems(page)).toHaveCount(0);
  expect(await wholeText(page)).toBe(published);

  await append(page, noUpdates);
  await expect(page.getByText('It fits the schema.')).toBeVisible();
  await page.getByRole('button', { name: 'Show changes' }).click();
  await expect(page.locator('.cm-insertedLine, .cm-changedLine').first()).toContainText('no-updates');

  const backtest = page.getByRole('region', { name: 'Backtest' });
  // Statements reach the search index a moment after they ran.
  await expect(async () => {
    await backtest.getByRole('button', { name: 'Run backtest' }).click();
    await expect(backtest.getByRole('list', { name: 'Changed decisions' })).toContainText(/\d statements/, {
      timeout: 2_000,
    });
  }).toPass();
  const change = backtest.getByRole('list', { name: 'Changed decisions' }).getByRole('listitem').first();
  await expect(change).toContainText('allowed');
  await expect(change).toContainText('denied');
  await expect(change).toContainText('UPDATE public.orders');
  await expect(change).toContainText('no-updates');
  const seen = change.getByRole('link', { name: /UTC/ }).first();
  expect(await seen.getAttribute('href')).toMatch(/^\/sessions\/ses_\w+\?at=\d+$/);

  await page.getByLabel('Reason').fill('the shop writes orders itself');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Version 2 decides from now on.', { exact: true })).toBeVisible();
  const refused = await connectAgent(stack);
  await expect.poll(() => outcomeOf(refused.query(update))).toContain('orders are written by the shop only');
  await refused.end();

  await page.goto('/policies?view=versions&version=1');
  await page.getByLabel('Reason').fill('orders stood still');
  await page.getByRole('button', { name: 'Publish it again' }).click();
  await expect(page.getByText('Version 3 decides from now on.', { exact: true })).toBeVisible();
  const again = await connectAgent(stack);
  await expect.poll(() => outcomeOf(again.query(update))).toBe(1);
  await again.end();
});

test('a file is added and published, and taken away again', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/policies?view=text');
  const name = page.getByLabel('New file');
  const add = page.getByRole('button', { name: 'Add file' });
  await name.fill('defaults.cedar');
  await expect(add).toBeDisabled();
  await name.fill('../x y');
  await expect(add).toBeDisabled();
  await name.fill('payments.cedar');
  await name.press('Enter');
  const added = page.getByRole('textbox', { name: 'payments.cedar' });
  await expect(added).toHaveAttribute('contenteditable', 'true');
  await added.click();
  await page.keyboard.insertText('@id("none") forbid (principal, action == Action::"truncat", resource);');
  await expect(problems(page)).toContainText('payments.cedar');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(
    '@id("none") @approve("nobody") permit (principal, action == Action::"truncate", resource);',
  );
  await expect(problems(page)).toHaveCount(0);
  await page.getByLabel('Reason').fill('payments have their own file');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText(/^Version \d+ decides from now on/)).toContainText(
    'nobody is in the group "nobody"',
  );
  await page.goto('/policies?view=text');
  await expect(added).toContainText('truncate');
  await page.getByRole('button', { name: 'Remove payments.cedar' }).click();
  await expect(added).toHaveCount(0);
  await page.getByLabel('Reason').fill('one file is enough');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText(/^Version \d+ decides from now on/)).toBeVisible();
  await page.goto('/policies?view=text');
  await expect(editor(page)).toBeVisible();
  await expect(added).toHaveCount(0);
});

test('two who edit at once: the second is told, and nothing is lost or overwritten', async ({
  browser,
  page,
}) => {
  await signIn(page, 'ada');
  const other = await (await browser.newContext({ baseURL: new URL(page.url()).origin })).newPage();
  await signIn(other, 'ada');
  await page.goto('/policies?view=text');
  await other.goto('/policies?view=text');
  for (const [one, id] of [
    [page, 'first'],
    [other, 'second'],
  ] as const) {
    await append(one, `\n@id("${id}") forbid (principal, action == Action::"truncate", resource);\n`);
    await expect(one.getByText('It fits the schema.')).toBeVisible();
    await one.getByLabel('Reason').fill(id);
  }
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText(/^Version \d+ decides from now on/)).toBeVisible();
  await other.getByRole('button', { name: 'Publish' }).click();
  await expect(other.getByRole('alert').getByText('Another policy version became active')).toBeVisible();
  await expect(editor(other)).toContainText('second');
  await other.context().close();
});

test('the editor is a text field to the keyboard: Tab leaves it, unless it was asked to indent', async ({
  page,
}) => {
  await signIn(page, 'ada');
  await page.goto('/policies?view=text');
  await expect(editor(page)).toHaveAttribute('contenteditable', 'true');
  await editor(page).click();
  await page.keyboard.press('Tab');
  await expect(editor(page)).not.toBeFocused();
  await page.getByRole('checkbox', { name: 'Tab indents' }).check();
  await editor(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Tab');
  await expect(editor(page)).toBeFocused();
  await page.keyboard.press('Control+m');
  await page.keyboard.press('Tab');
  await expect(editor(page)).not.toBeFocused();
});

test('the editor is fetched by the page that edits only', async ({ page }) => {
  await signIn(page, 'ada');
  const scripts: string[] = [];
  page.on('response', async (response) => {
    if (response.url().endsWith('.js')) scripts.push(await response.text().catch(() => ''));
  });
  const holdsEditor = () => scripts.some((text) => text.includes('cm-content'));
  for (const path of ['/', '/approvals', '/policies']) {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
  }
  expect(holdsEditor()).toBe(false);
  await page.goto('/policies?view=text');
  await expect(editor(page)).toHaveAttribute('contenteditable', 'true');
  expect(holdsEditor()).toBe(true);
});

test('what a version changed is read without script, and side by side with it', async ({ browser, page }) => {
  await signIn(page, 'ada');
  await page.goto('/policies?view=versions&version=2');
  await page.getByRole('button', { name: 'Side by side' }).click();
  const both = page.getByRole('region', { name: 'defaults.cedar side by side' }).locator('.cm-content');
  await expect(both).toHaveCount(2);
  await expect(both.nth(0)).not.toContainText('no-updates');
  await expect(both.nth(1)).toContainText('no-updates');
  const plain = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const still = await plain.newPage();
  await still.goto(page.url());
  // Without script what is streamed stays where it came.
  expect(await still.content()).toContain('no-updates');
  await plain.close();
});

test('an auditor reads and tests, and changes nothing', async ({ page }) => {
  await signIn(page, 'linus');
  await page.goto('/policies?view=text');
  await expect(page.getByRole('button', { name: 'Publish' })).toHaveCount(0);
  await page.goto('/policies?view=versions&version=2');
  const backtest = page.getByRole('region', { name: 'Backtest' });
  await backtest.getByRole('button', { name: 'Run backtest' }).click();
  await expect(backtest).toContainText('statements of the last 7 days');
  await expect(page.getByRole('button', { name: 'Publish it again' })).toHaveCount(0);
  await page.context().clearCookies();
  await signIn(page, 'barbara');
  await page.goto('/policies?view=versions&version=2');
  await expect(page.getByRole('region', { name: 'Backtest' })).toHaveCount(0);
});
