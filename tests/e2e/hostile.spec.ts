import { connectAgent, outcomeOf } from './agent.ts';
import { expect, signIn, test } from './fixtures.ts';

// What an agent writes is data on every page: never markup, never hidden, never a formula.

const corpus = [
  '<img src=x onerror="window.pwned=1">',
  '</code><script>window.pwned=1</script>',
  '"><svg onload=window.pwned=1>',
  'javascript:window.pwned=1',
  '{{constructor.constructor("window.pwned=1")()}}',
  '\u202Eevitcani\u202C \u200Bhidden\u2066',
  '\u001b[31mred\u001b[0m \u0007',
  '=HYPERLINK("http://127.0.0.1/","x")',
];

test('hostile text in statements, purposes and names is inert on every page', async ({ page, stack }) => {
  const mark = `XSS-${Date.now()}`;
  const agent = await connectAgent(stack, {
    purpose: `${mark} ${corpus.join(' ')}`,
    application: '<img src=x onerror=window.pwned=1>',
  });
  for (const text of corpus) {
    const literal = text.replaceAll("'", "''");
    await outcomeOf(
      agent.query(`SELECT '${literal}' AS "${text.replaceAll('"', '""').slice(0, 60)}" /* ${mark} */`),
    );
  }
  const held = outcomeOf(
    agent.query(
      `DELETE FROM orders WHERE status = '<img src=x onerror=window.pwned=1>\u202Eok' /* ${mark} */`,
    ),
  );

  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('dialog', (dialog) => faults.push(`dialog: ${dialog.message()}`));

  await signIn(page, 'barbara');
  await page.goto('/approvals');
  await page.getByRole('list', { name: 'Approval requests' }).getByRole('listitem').last().click();
  const card = page.getByRole('complementary', { name: 'Approval request' });
  await expect(card).toContainText('<img src=x onerror=window.pwned=1>');
  await expect(card).toContainText('U+202E');
  await page.keyboard.press('d');
  await page.getByLabel('Reason, which the agent receives').fill('<b>no</b>\u202E');
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  await held;
  await agent.end();

  await page.goto(`/sessions?purpose=${mark}`);
  await page.getByRole('table', { name: 'Sessions' }).getByRole('link').first().click();
  await page.waitForURL(/\/sessions\/ses_/);
  await expect(page.getByRole('main')).toContainText(corpus[0] ?? '');
  for (const at of await page
    .locator('[data-row]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')))) {
    const url = new URL(page.url());
    url.searchParams.set('at', at ?? '1');
    await page.goto(url.href);
    await expect(page.getByRole('complementary', { name: 'of the session' })).toBeVisible();
  }
  for (const path of ['/', `/sessions/search?text=${mark}`, '/approvals?tab=decided', '/agents', '/grants']) {
    await page.goto(path);
    await page.locator('h1').first().waitFor();
  }
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect(faults).toEqual([]);
});

test('an export can’t carry a formula', async ({ page }) => {
  await signIn(page, 'linus');
  const text = await (await page.request.get('/api/export/sessions')).text();
  expect(text.split('\r\n').length).toBeGreaterThan(1);
  for (const line of text.split('\r\n')) expect(line).not.toMatch(/(^|,)"?[=+@]/);
});
