import type { APIRequestContext, Browser, Page, Request } from '@playwright/test';
import { createAgent } from '#lib/agents/index';
import { createGrant } from '#lib/grants/index';
import { createResource } from '#lib/resources/index';
import { expect, type PersonName, type RunningStack, signIn, test } from './fixtures.ts';
import { inControl } from './recorded.ts';
import { asPerson } from './verbs.ts';

// What an admin's page sends, sent by somebody else: the verb behind it decides, not the button.

const freezes = (stack: RunningStack) =>
  inControl(stack, async (client) =>
    Number(
      (await client.query(`SELECT count(*) FROM "freeze" WHERE environment = 'staging'`)).rows[0]?.count,
    ),
  );

/** The action's request that this click sends. */
async function sentBy(page: Page, click: () => Promise<void>): Promise<Request> {
  const sent = page.waitForRequest(
    (request) => request.method() === 'POST' && request.headers()['next-action'] !== undefined,
  );
  await click();
  const request = await sent;
  await request.response();
  return request;
}

async function again(by: APIRequestContext, request: Request, headers: Record<string, string> = {}) {
  const { 'next-action': action = '', 'content-type': type = '', accept = '*/*' } = request.headers();
  const origin = new URL(request.url()).origin;
  return by.post(request.url(), {
    headers: { 'Next-Action': action, 'Content-Type': type, Accept: accept, Origin: origin, ...headers },
    data: request.postDataBuffer() ?? '',
  });
}

async function requestsOf(browser: Browser, stack: RunningStack, name: PersonName) {
  const page = await (await browser.newContext({ baseURL: stack.url })).newPage();
  await signIn(page, name);
  return page.context().request;
}

test('a captured action does nothing for another role, without a sign-in, or from elsewhere', async ({
  browser,
  page,
  stack,
  playwright,
}) => {
  await signIn(page, 'ada');
  await page.goto('/policies');
  await page.getByRole('button', { name: 'Freeze…' }).click();
  await page.getByLabel('Environment', { exact: true }).selectOption('staging');
  await page.getByLabel('Ends (UTC)').fill(new Date(Date.now() + 3_600_000).toISOString().slice(0, 16));
  await page.getByLabel('Reason').fill('of this test');
  const before = await freezes(stack);
  const request = await sentBy(page, () => page.getByRole('button', { name: 'Freeze', exact: true }).click());
  expect(await freezes(stack)).toBe(before + 1);
  // The same bytes by the same person do it again: so the refusals below are of who sends them.
  await again(page.request, request);
  expect(await freezes(stack)).toBe(before + 2);

  for (const name of ['barbara', 'linus', 'grace', 'edsger'] as const) {
    const response = await again(await requestsOf(browser, stack, name), request);
    expect(await response.text()).toContain('You may not do this');
  }
  const nobody = await playwright.request.newContext({ baseURL: stack.url });
  expect(await (await again(nobody, request)).text()).not.toContain('"kind":"done"');
  const elsewhere = await again(page.request, request, { Origin: 'https://example.com' });
  expect(elsewhere.ok()).toBe(false);
  expect(await freezes(stack)).toBe(before + 2);
  await nobody.dispose();
});

test('a captured question is answered to nobody who may not ask it', async ({ browser, page, stack }) => {
  await signIn(page, 'linus');
  await page.goto('/policies?view=text');
  await page.context().clearCookies();
  await signIn(page, 'ada');
  await page.goto('/policies?view=text');
  const editor = page.getByRole('textbox', { name: 'defaults.cedar' });
  await expect(editor).toHaveAttribute('contenteditable', 'true');
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('\n@id("x") forbid (principal, action == Action::"delete", resource);\n');
  await expect(page.getByText('It fits the schema.')).toBeVisible();
  const request = await sentBy(page, () => page.getByRole('button', { name: 'Run backtest' }).click());
  const mine = await (await again(page.request, request)).text();
  expect(mine).toContain('statements');
  for (const name of ['barbara', 'grace', 'edsger'] as const) {
    const text = await (await again(await requestsOf(browser, stack, name), request)).text();
    expect(text).toContain('You may not do this');
    expect(text).not.toContain('decidedOtherwise');
  }
});

test('ids of others open nothing: pages, panels and exports', async ({ page, stack }) => {
  // Ada's own: nobody else owns it, answers for it or reviews it.
  const keeper = `keeper-${Date.now()}`;
  const vault = `vault-${Date.now()}`;
  const ids = await asPerson(stack, 'ada', async (context) => {
    const owner = await context.db.agent.findFirstOrThrow({ where: { name: 'migrator' } });
    const { issuerId, ownerId } = owner;
    const matchClaims = { sub: keeper };
    const agent = await createAgent(context, {
      name: keeper,
      ownerId: ownerId ?? '',
      issuerId,
      matchClaims,
    });
    const place = { environment: 'staging' as const, host: 'safe.example.com', port: 5432, database: 'v' };
    const resource = await createResource(context, { name: vault, kind: 'postgres', ...place }, null);
    const terms = { actions: ['read' as const], scope: ['public.*'], reason: 'keeps', endsAt: null };
    const grant = await createGrant(context, { agentId: agent.id, resourceId: resource.id, ...terms });
    return { agent: agent.id, resource: resource.id, grant: grant.id };
  });
  const paths = [
    `/agents?open=${ids.agent}`,
    `/agents/${ids.agent}/edit`,
    `/resources?open=${ids.resource}`,
    `/resources/${ids.resource}/edit`,
    `/grants?open=${ids.grant}`,
    `/grants/unused?agent=${ids.agent}`,
    `/approvals?agent=${ids.agent}`,
    `/?agent=${ids.agent}`,
  ];
  await signIn(page, 'ada');
  await page.goto(paths[0] ?? '');
  await expect(page.getByRole('complementary', { name: `Agent ${keeper}` })).toBeVisible();
  for (const name of ['grace', 'edsger'] as const) {
    await page.context().clearCookies();
    await signIn(page, name);
    for (const path of paths) {
      expect(await (await page.request.get(path)).text()).not.toMatch(/keeper|vault/);
    }
    for (const list of ['agents', 'resources', 'grants', 'unused']) {
      const response = await page.request.get(`/api/export/${list}`);
      expect(await response.text()).not.toMatch(/keeper|vault/);
    }
  }
});
