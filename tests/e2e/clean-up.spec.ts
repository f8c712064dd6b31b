import { createAgent } from '#lib/agents/index';
import type { Context } from '#lib/auth/context';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { createGrant } from '#lib/grants/index';
import { personActor } from '#lib/people/index';
import { countersign } from '#tests/support/command';
import { connectAgent } from './agent.ts';
import { expect, ownSandbox, type RunningStack, signIn } from './fixtures.ts';

// A person left, and a thousand grants of their agents stand. Nothing is dated back: they are stale
// because their owner has left. What a person does to clean up is what is timed.

const test = ownSandbox();
const agents = 50;
const grantsEach = 20;
const total = agents * grantsEach;
const personMsMax = 5 * 60_000;

test.describe.configure({ mode: 'serial' });
test.setTimeout(600_000);

async function asAda<Result>(stack: RunningStack, work: (context: Context) => Promise<Result>) {
  const { stdout } = await countersign(['doctor', '--database-url'], {
    NODE_ENV: 'test',
    ...stack.environment,
  });
  const db = openDb(stdout.trim(), 4);
  try {
    const { personId } = await db.account.findFirstOrThrow({ where: { email: 'ada@example.com' } });
    const actor = await personActor({ db }, personId);
    if (!actor) throw new Error('ada is not there');
    return await work({ db, actor, clock: systemClock });
  } finally {
    await db.$disconnect();
  }
}

/** A thousand grants by the verbs that the pages call, of agents that are Grace’s. */
async function fill(context: Context): Promise<void> {
  const { personId: ownerId } = await context.db.account.findFirstOrThrow({
    where: { email: 'grace@example.com' },
  });
  const issuer = await context.db.issuer.findFirstOrThrow({ where: { name: 'local' } });
  const resource = await context.db.resource.findFirstOrThrow({ where: { name: 'shop' } });
  const names = Array.from({ length: agents }, (_, at) => `importer-${at}`);
  for (const name of names) {
    const claims = { name, ownerId, issuerId: issuer.id, matchClaims: { sub: name } };
    const { id: agentId } = await createAgent(context, claims);
    const scopes = ['public.*', ...Array.from({ length: grantsEach - 1 }, (_, one) => `import${one}.*`)];
    for (const scope of scopes) {
      const terms = { actions: ['read' as const], scope: [scope], reason: 'the import of last year' };
      await createGrant(context, { agentId, resourceId: resource.id, ...terms, endsAt: null });
    }
  }
}

test('a thousand stale grants are found, named, revoked and taken back in a person’s minutes', async ({
  page,
  stack,
}) => {
  await asAda(stack, fill);
  await signIn(page, 'ada');
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Change Grace' }).click();
  await page.getByRole('dialog').getByLabel('Has left').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const agent = await connectAgent(stack, { agent: 'importer-7', purpose: 'one more import' });
  await agent.query('SELECT 1');
  const cut = new Promise<{ at: number; message: string }>((resolve) =>
    agent.once('error', (error) => resolve({ at: Date.now(), message: error.message })),
  );

  const begun = Date.now();
  await page.goto('/grants');
  await page.getByRole('link', { name: /^Stale/ }).click();
  await page.getByRole('button', { name: /^Reason/ }).click();
  await page.getByRole('menuitem', { name: `owner left (${total})` }).click();
  // What is selected before the list has changed ends with it.
  await expect(page).toHaveURL(/[?&]reason=owner_left/);
  await page
    .getByRole('checkbox', { name: /importer-/ })
    .first()
    .check();
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.getByRole('button', { name: 'Select all that match' }).click();
  await expect(bar).toContainText('1,000 selected');
  await bar.getByRole('button', { name: 'Revoke 1,000…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke 1,000 grants' });
  await expect(dialog).toContainText(/ends 1 live session, removes access of 50 agents to \d+ tables/, {
    timeout: 60_000,
  });
  await dialog.getByLabel('Reason').fill('their owner left, and nobody took them over');
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
  const notice = page.getByRole('region', { name: /^Notifications/ });
  await expect(notice).toContainText('1,000 grants revoked', { timeout: 120_000 });
  await expect(notice).toContainText(/1 of 1 worker confirmed, 1 session ended/, { timeout: 20_000 });
  const took = Date.now() - begun;
  test.info().annotations.push({ type: 'clean-up', description: `${Math.round(took / 1000)} s` });
  expect(took).toBeLessThan(personMsMax);
  expect((await cut).message).toContain('their owner left');
  await expect(connectAgent(stack, { agent: 'importer-7' })).rejects.toThrow(/grant/i);

  await notice.getByRole('button', { name: 'Grant again' }).click();
  await expect(notice).toContainText('Granted again, on the same terms: 1,000 grants', { timeout: 120_000 });
  const back = await connectAgent(stack, { agent: 'importer-7' });
  await back.end();
  const entries = await asAda(stack, ({ db }) =>
    db.ledgerEntry.groupBy({
      by: ['action'],
      where: { actorName: 'Ada', action: { in: ['grant.revoked', 'grant.created'] } },
      _count: true,
    }),
  );
  const counted = Object.fromEntries(entries.map(({ action, _count }) => [action, _count]));
  expect(counted['grant.revoked']).toBe(total);
  // Once by hand, once again as what the revoke is taken back by.
  expect(counted['grant.created']).toBeGreaterThanOrEqual(2 * total);
});

test('what all of one filter selected is not selected under another', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/grants?view=stale&reason=owner_left');
  const table = page.getByRole('table', { name: 'Grants' });
  const bar = page.getByRole('region', { name: 'Selection' });
  await table
    .getByRole('checkbox', { name: /importer-/ })
    .first()
    .check();
  await bar.getByRole('button', { name: 'Select all that match' }).click();
  await expect(bar).toContainText('1,000 selected');
  await page.getByRole('button', { name: /^Agent/ }).click();
  await page.getByRole('menuitem', { name: 'importer-7', exact: true }).click();
  await expect(page).toHaveURL(/[?&]agent=/);
  await expect(page.getByText(`${grantsEach} grants`, { exact: true }).first()).toBeVisible();
  await expect(bar).toHaveCount(0);
  await expect(table.getByRole('checkbox', { checked: true })).toHaveCount(0);
  await expect(table.getByRole('checkbox', { name: /importer-7 on/ })).toHaveCount(grantsEach);
});

test('an auditor sees why each is stale, and can select none', async ({ page }) => {
  await signIn(page, 'linus');
  await page.goto('/grants?view=stale&reason=owner_left');
  await expect(page.getByRole('table', { name: 'Grants' })).toContainText('the owner of its agent has left');
  await expect(page.getByRole('checkbox')).toHaveCount(0);
});
