import { expect, signIn, test } from './fixtures.ts';
import { protectedPages, protectedRoutes } from './routes.ts';

test('without a sign-in every page asks for one and every route refuses', async ({ page, request }) => {
  expect(protectedPages.length).toBeGreaterThan(20);
  expect(protectedRoutes.length).toBeGreaterThan(15);
  for (const path of protectedPages) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  }
  for (const path of protectedRoutes) {
    const response = await request.get(path);
    expect([path, response.status()]).toEqual([path, 401]);
  }
});

test('sign-in goes nowhere else', async ({ page, stack }) => {
  for (const target of ['https://example.com/', '//example.com', '/\\example.com', 'javascript:alert(1)']) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?callbackUrl=${encodeURIComponent(target)}`);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'linus@example.com' }).click();
    await page.waitForURL((url) => url.origin === new URL(stack.url).origin && url.pathname === '/');
  }
});

test('a role sees its nouns only, and the verb refuses the rest', async ({ page }) => {
  await signIn(page, 'barbara');
  await page.goto('/');
  const rail = page.getByRole('navigation', { name: 'Main', exact: true });
  await expect(rail.getByRole('link', { name: 'Approvals' })).toBeVisible();
  await expect(rail.getByRole('link', { name: 'Ledger' })).toHaveCount(0);
  await page.goto('/ledger');
  await expect(page.getByRole('alert').first()).toContainText('You may not see this');
  await page.goto('/settings');
  await expect(page.getByRole('alert').first()).toContainText('You may not see this');
  for (const path of ['/api/evidence/ledger/export', '/api/export/people', '/api/export/entries']) {
    expect((await page.request.get(path)).status()).toBe(403);
  }
});

test('pages carry strict headers and run no script but their own', async ({ page }) => {
  await signIn(page, 'linus');
  const response = await page.goto('/');
  const headers = response?.headers() ?? {};
  expect(headers['content-security-policy']).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'/);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['x-frame-options']).toBe('DENY');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('same-origin');
  expect(headers['x-powered-by']).toBeUndefined();
  await page.evaluate(() => {
    const script = document.createElement('img');
    script.setAttribute('onerror', 'window.ranInline = true');
    script.src = 'data:,';
    document.body.append(script);
  });
  await page.waitForTimeout(200);
  expect(await page.evaluate(() => 'ranInline' in window)).toBe(false);
});

test('an action from another origin is refused', async ({ page, stack }) => {
  await signIn(page, 'ada');
  const response = await page.request.post('/grants', {
    headers: { Origin: 'https://example.com', 'Next-Action': '0'.repeat(42), 'Content-Type': 'text/plain' },
    data: '[]',
  });
  expect(response.ok()).toBe(false);
  expect(new URL(response.url()).origin).toBe(stack.url);
});

test('the ledger proves an entry in the browser, and recomputes itself', async ({ page }) => {
  await signIn(page, 'linus');
  await page.goto('/ledger?kind=grant');
  await page.getByRole('table', { name: 'Ledger entries' }).getByRole('link').last().click();
  const panel = page.getByRole('complementary', { name: 'Ledger entry' });
  await panel.getByRole('button', { name: 'Check in this browser' }).click();
  await expect(panel.getByRole('status')).toContainText('signed by the key below: yes');
  await expect(panel.getByRole('status')).not.toContainText(': no');
  await page.getByRole('button', { name: 'Verify the whole ledger' }).click();
  await expect(page.getByText(/Intact: \d+ entries recomputed/)).toBeVisible();
});
