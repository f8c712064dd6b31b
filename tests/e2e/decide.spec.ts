import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { decode, encode } from 'next-auth/jwt';
import { homeOf } from '#bin/home';
import { readSecrets } from '#bin/sandbox/secrets';
import { changeGroup, createGroup } from '#lib/people/index';
import { currentPolicies, publishPolicies } from '#lib/policies/index';
import { connectAgent, outcomeOf } from './agent.ts';
import { expect, ownSandbox, type PersonName, type RunningStack, signIn } from './fixtures.ts';
import { asPerson } from './verbs.ts';

// Every way to answer a held statement, with rules and groups of their own.

const test = ownSandbox();
test.setTimeout(120_000);

const rules = `
@id("two-people") @approve("dba") @quorum("2")
permit (principal, action == Action::"delete", resource == Table::"shop.public.payments");
@id("ops-only") @approve("ops")
permit (principal, action == Action::"update", resource == Table::"shop.public.payments");
@id("again-and-again") @approve("dba") @repeat
permit (principal, action == Action::"update", resource == Table::"shop.public.orders");
@id("security-too") @approve("security")
permit (principal, action == Action::"delete", resource == Table::"shop.public.customers");
`;

test.beforeAll(async ({ stack }) => {
  const defaults = await readFile(join(import.meta.dirname, '../../policies/defaults.cedar'), 'utf8');
  await asPerson(stack, 'ada', async (context) => {
    const files = [
      { name: 'defaults.cedar', text: defaults },
      { name: 'more.cedar', text: rules },
    ];
    const idOf = async (email: string) =>
      (await context.db.account.findFirstOrThrow({ where: { email } })).personId;
    // After a failure the file begins anew, on what it made before.
    const group = async (name: string) =>
      (await context.db.group.findFirst({ where: { name } })) ?? (await createGroup(context, { name }));
    const ops = await group('ops');
    await changeGroup(context, { groupId: ops.id, personIds: [await idOf('barbara@example.com')] });
    const glass = await group('break-glass');
    await changeGroup(context, { groupId: glass.id, personIds: [await idOf('alan@example.com')] });
    const active = await currentPolicies(context);
    if (active?.files.length !== files.length) {
      await publishPolicies(context, { files, reason: 'rules of this test' });
    }
  });
});

const inbox = (page: Page) => page.getByRole('list', { name: 'Approval requests' });
const card = (page: Page) => page.getByRole('complementary', { name: 'Approval request' });
const approve = (page: Page) => card(page).getByRole('button', { name: 'Approve once' });

async function pageOf(browser: Browser, stack: RunningStack, name: PersonName): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: stack.url })).newPage();
  await signIn(page, name);
  return page;
}

/** Opens the card of the request that holds this text. */
async function open(page: Page, text: string): Promise<void> {
  await page.goto('/approvals');
  await inbox(page).getByRole('listitem').last().waitFor();
  await expect(async () => {
    await inbox(page).getByRole('listitem').last().click();
    await expect(card(page)).toContainText(text, { timeout: 2_000 });
  }).toPass();
}

/** Sets back when this browser's person proved who they are, as if it had been an hour ago. */
async function signedInAnHourAgo(page: Page, stack: RunningStack): Promise<void> {
  const { sessionSecret } = await readSecrets(homeOf(stack.home));
  const context = page.context();
  const cookie = (await context.cookies()).find(({ name }) => name.endsWith('session-token'));
  const token = await decode({ token: cookie?.value ?? '', secret: sessionSecret });
  if (!cookie || !token) throw new Error('nobody is signed in');
  token.authTime = Math.floor(Date.now() / 1000) - 3_600;
  await context.addCookies([{ ...cookie, value: await encode({ token, secret: sessionSecret }) }]);
}

let row = 400 + Math.floor(Math.random() * 300);
const nextRow = () => {
  row += 1;
  return row;
};

test('what is high risk asks to sign in again, and takes no older proof', async ({ browser, stack }) => {
  const page = await pageOf(browser, stack, 'barbara');
  const agent = await connectAgent(stack);
  const text = `ALTER TABLE orders ADD COLUMN note_${nextRow()} text`;
  const outcome = outcomeOf(agent.query(text));
  await open(page, `note_${row}`);
  // The button stands there still: the proof grows old while one looks.
  await signedInAnHourAgo(page, stack);
  await approve(page).click();
  await expect(card(page).getByRole('alert')).toContainText('sign in again first');
  await page.reload();
  await expect(approve(page)).toHaveCount(0);
  await card(page).getByRole('link', { name: 'Sign in again first' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in again' })).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'barbara@example.com' }).click();
  await expect(card(page)).toContainText(`note_${row}`);
  await approve(page).click();
  await expect(card(page)).toContainText('Barbara approved');
  // Whoever was faster than the hold is told the ticket, and sends the same again.
  const first = await outcome;
  await agent.end();
  if (typeof first === 'string') {
    expect(first).toContain('[PENDING]');
    const next = await connectAgent(stack);
    expect(await outcomeOf(next.query(text))).toBe(0);
    await next.end();
  }
  await page.context().close();
});

test('breaking glass: alone, named so, with a finding', async ({ browser, stack }) => {
  const agent = await connectAgent(stack, { purpose: 'INC-9: wrong address' });
  const text = `DELETE FROM customers WHERE id = ${nextRow()} AND name = 'nobody'`;
  const outcome = outcomeOf(agent.query(text));
  const alan = await pageOf(browser, stack, 'alan');
  await open(alan, `id = ${row}`);
  await card(alan).getByRole('button', { name: 'Break glass…' }).click();
  await expect(card(alan)).toContainText('You approve alone');
  await card(alan).getByLabel('What is the emergency?').fill('no one of security answers the phone');
  await card(alan).getByRole('button', { name: 'Approve alone' }).click();
  await expect(card(alan)).toContainText('alone, by breaking glass');
  expect(await outcome).toBe(0);
  const barbara = await pageOf(browser, stack, 'barbara');
  await barbara.goto(alan.url());
  await expect(card(barbara)).toContainText('no one of security answers the phone');
  const linus = await pageOf(browser, stack, 'linus');
  await linus.goto('/findings');
  await expect(linus.getByText(/BREAK GLASS: Alan/).first()).toBeVisible();
  await linus.goto('/ledger');
  await expect(linus.getByText(/BREAK GLASS: Alan/).first()).toBeVisible();
  await agent.end();
  for (const page of [alan, barbara, linus]) await page.context().close();
});

test('who is not in the group has no glass to break', async ({ browser, stack }) => {
  const agent = await connectAgent(stack);
  const outcome = outcomeOf(agent.query(`DELETE FROM customers WHERE id = ${nextRow()} AND name = 'nobody'`));
  const barbara = await pageOf(browser, stack, 'barbara');
  await open(barbara, `id = ${row}`);
  await expect(card(barbara).getByRole('button', { name: 'Break glass…' })).toHaveCount(0);
  await agent.end();
  await outcome;
  await barbara.context().close();
});

test('approving narrower: the agent reads the statement, sends it, and only that runs', async ({
  browser,
  stack,
}) => {
  const barbara = await pageOf(browser, stack, 'barbara');
  const agent = await connectAgent(stack);
  const low = nextRow();
  const wide = outcomeOf(
    agent.query(`DELETE FROM orders WHERE id >= ${low} AND status = 'nothing has this'`),
  );
  await open(barbara, `id >= ${low}`);
  const narrow = `DELETE FROM orders WHERE id = ${low} AND status = 'nothing has this'`;
  await card(barbara).getByRole('button', { name: 'Ask the agent…' }).click();
  await barbara.getByLabel('Question or note, which the agent receives').fill('one row is enough');
  await barbara.getByLabel('A narrower statement (optional)').fill(narrow);
  await card(barbara).getByRole('button', { name: 'Ask', exact: true }).click();
  const told = await wide;
  expect(told).toContain('one row is enough');
  expect(told).toContain(narrow);
  await expect(card(barbara)).toContainText('proposed a narrower statement');
  await agent.end();
  const next = await connectAgent(stack);
  await barbara.goto('/approvals');
  await inbox(barbara).getByRole('listitem').last().waitFor();
  const before = await inbox(barbara).getByRole('listitem').count();
  const outcome = outcomeOf(next.query(narrow));
  await expect(inbox(barbara).getByRole('listitem')).toHaveCount(before + 1);
  await open(barbara, `id = ${low}`);
  await approve(barbara).click();
  expect(await outcome).toBe(0);
  await next.end();
  await barbara.context().close();
});

test('a quorum of two: the first is counted, the second lets it run', async ({ browser, stack }) => {
  const agent = await connectAgent(stack);
  const outcome = outcomeOf(agent.query(`DELETE FROM payments WHERE id = ${nextRow()} AND order_id = 0`));
  const [barbara, alan] = await Promise.all([
    pageOf(browser, stack, 'barbara'),
    pageOf(browser, stack, 'alan'),
  ]);
  await open(barbara, `id = ${row}`);
  await approve(barbara).click();
  await expect(card(barbara)).toContainText('Barbara approved');
  await expect(card(barbara)).toContainText('You answered already');
  await expect(approve(barbara)).toHaveCount(0);
  await open(alan, `id = ${row}`);
  await approve(alan).click();
  expect(await outcome).toBe(0);
  await expect(card(alan)).toContainText('Alan approved');
  await agent.end();
  for (const page of [barbara, alan]) await page.context().close();
});

test('while somebody is away, the stand-in answers, and only then', async ({ browser, stack }) => {
  const [barbara, alan] = await Promise.all([
    pageOf(browser, stack, 'barbara'),
    pageOf(browser, stack, 'alan'),
  ]);
  const agent = await connectAgent(stack);
  const outcome = outcomeOf(
    agent.query(`UPDATE payments SET order_id = order_id WHERE id = ${nextRow()} AND order_id = 0`),
  );
  await open(alan, `id = ${row}`);
  await expect(card(alan)).toContainText('Only members of ops decide this');
  await barbara.goto('/approvals/away');
  await barbara.getByLabel('Stand-in', { exact: true }).selectOption({ label: 'Alan' });
  await barbara.getByLabel('Until').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
  await barbara.getByLabel('Reason', { exact: true }).fill('On leave');
  await barbara.getByRole('button', { name: 'Name the stand-in' }).click();
  await expect(barbara.getByRole('list', { name: 'Stand-ins' })).toContainText('Alan stands in for Barbara');
  await alan.reload();
  await approve(alan).click();
  await expect(card(alan)).toContainText('Alan approved');
  expect(await outcome).toBe(0);
  const list = barbara.getByRole('list', { name: 'Stand-ins' });
  await list.getByRole('button', { name: 'End' }).click();
  await expect(barbara.getByText('Nobody is away')).toBeVisible();
  await agent.end();
  for (const page of [barbara, alan]) await page.context().close();
});

test('@repeat: one answer for this statement in this session, and for no other', async ({
  browser,
  stack,
}) => {
  const barbara = await pageOf(browser, stack, 'barbara');
  const agent = await connectAgent(stack);
  const text = `UPDATE orders SET status = status WHERE id = ${nextRow()}`;
  const first = outcomeOf(agent.query(text));
  await open(barbara, `id = ${row}`);
  await approve(barbara).click();
  expect(await first).toBe(1);
  expect(await outcomeOf(agent.query(text))).toBe(1);
  const otherStatement = outcomeOf(agent.query(`UPDATE orders SET status = status WHERE id = ${nextRow()}`));
  await open(barbara, `id = ${row}`);
  await expect(approve(barbara)).toBeVisible();
  await agent.end();
  await otherStatement;
  const other = await connectAgent(stack);
  const otherSession = outcomeOf(other.query(text));
  await expect.poll(() => inbox(barbara).getByRole('listitem').count()).toBeGreaterThan(0);
  await open(barbara, text.slice(-8));
  await other.end();
  expect(typeof (await otherSession)).toBe('string');
  await barbara.context().close();
});

test('two approvers at once: one answer counts, the other is told, it runs once or not at all', async ({
  browser,
  stack,
}) => {
  const [barbara, alan] = await Promise.all([
    pageOf(browser, stack, 'barbara'),
    pageOf(browser, stack, 'alan'),
  ]);
  const agent = await connectAgent(stack);
  const outcome = outcomeOf(
    agent.query(`DELETE FROM orders WHERE id = ${nextRow()} AND status = 'nothing has this'`),
  );
  await open(barbara, `id = ${row}`);
  await open(alan, `id = ${row}`);
  await card(alan).getByRole('button', { name: 'Deny…' }).click();
  await alan.getByLabel('Reason, which the agent receives').fill('not today');
  await Promise.all([
    approve(barbara).click(),
    alan.getByRole('button', { name: 'Deny', exact: true }).click(),
  ]);
  const came = await outcome;
  const request = await asPerson(stack, 'linus', (context) =>
    context.db.approvalRequest.findFirstOrThrow({
      orderBy: { createdAt: 'desc' },
      include: { answers: true },
    }),
  );
  expect(request.answers).toHaveLength(1);
  if (request.state === 'denied') expect(came).toContain('not today');
  else expect(came).toBe(0);
  const loser = request.state === 'denied' ? barbara : alan;
  // Told by the refusal, or by the answer that came to the page before it.
  const winner = request.state === 'denied' ? 'Alan denied' : 'Barbara approved';
  await expect(card(loser)).toContainText(new RegExp(`already|meanwhile|${winner}`));
  await agent.end();
  for (const page of [barbara, alan]) await page.context().close();
});

test('an access request becomes a grant that names it, and the agent may', async ({ browser, stack }) => {
  const write = `INSERT INTO payments (order_id, card_number, amount_cents) SELECT 1, '4', 1 WHERE false`;
  const before = await connectAgent(stack, { agent: 'reporter' });
  expect(String(await outcomeOf(before.query(write)))).toContain('[DENIED]');
  await before.end();
  const ada = await pageOf(browser, stack, 'ada');
  await ada.goto('/grants/request');
  await ada.getByLabel('Agent').selectOption({ label: 'reporter' });
  await ada.getByLabel('Resource').selectOption({ label: 'shop' });
  await ada.getByRole('checkbox', { name: /^write/ }).check();
  await ada.getByLabel('Scope').fill('public.payments');
  await ada.getByLabel('Reason').fill('REP-7: book a refund');
  await ada.getByRole('button', { name: 'Ask for access' }).click();
  const panel = (page: Page) => page.getByRole('complementary', { name: 'Access request of reporter' });
  await expect(panel(ada)).toContainText('REP-7');
  const barbara = await pageOf(browser, stack, 'barbara');
  await barbara.goto(ada.url());
  await panel(barbara).getByRole('button', { name: 'Approve as asked' }).click();
  await expect(panel(barbara)).toContainText('Barbara approved it');
  await panel(barbara).getByRole('link', { name: 'The grant that came of it' }).click();
  const grant = barbara.getByRole('complementary', { name: /^Grant/ });
  await grant.getByRole('link', { name: 'the access request' }).click();
  await expect(panel(barbara)).toContainText('REP-7: book a refund');
  const after = await connectAgent(stack, { agent: 'reporter' });
  expect(String(await outcomeOf(after.query(write)))).not.toContain('[DENIED]');
  await after.end();
  for (const page of [ada, barbara]) await page.context().close();
});
