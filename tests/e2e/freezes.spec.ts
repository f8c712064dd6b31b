import { connectAgent, outcomeOf } from './agent.ts';
import { expect, ownSandbox, signIn } from './fixtures.ts';

// A freeze stands for a whole environment: a product of its own.

const test = ownSandbox();
test.setTimeout(120_000);

const update = `UPDATE orders SET status = status WHERE id = 77`;

test('a freeze is planned, called off, started and ended, and the agent feels it', async ({
  page,
  stack,
}) => {
  const agent = await connectAgent(stack);
  await signIn(page, 'ada');
  await page.goto('/policies');
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16);
  const plan = async (reason: string, startsAt: string | null, exceptions: string) => {
    await page.getByRole('button', { name: 'Freeze…' }).click();
    if (startsAt) await page.getByLabel('Begins (UTC)').fill(startsAt);
    await page.getByLabel('Ends (UTC)').fill(at(180));
    await page.getByLabel('But not for').fill(exceptions);
    await page.getByLabel('Reason').fill(reason);
    await page.getByRole('button', { name: 'Freeze', exact: true }).click();
  };
  const row = (reason: string) =>
    page.getByRole('list', { name: 'Freezes' }).getByRole('listitem').filter({ hasText: reason });
  await plan('release window', at(60), '');
  await expect(row('release window')).toContainText('planned');
  expect(await outcomeOf(agent.query(update))).toBe(1);
  await row('release window').getByRole('button', { name: 'Call off…' }).click();
  await page
    .getByRole('dialog')
    .getByLabel(/Reason/)
    .fill('moved');
  await page.getByRole('button', { name: 'Call off', exact: true }).click();
  await expect(row('release window')).toContainText('over');

  await plan('year end', null, 'reporter');
  await expect(row('year end')).toContainText('production');
  await expect(row('year end')).toContainText('not reporter');
  await expect.poll(() => outcomeOf(agent.query(update))).toContain('year end');
  expect(await outcomeOf(agent.query('SELECT id FROM orders LIMIT 1'))).toBe(1);
  await row('year end').getByRole('button', { name: 'End…' }).click();
  await page
    .getByRole('dialog')
    .getByLabel(/Reason/)
    .fill('done early');
  await page.getByRole('button', { name: 'End freeze', exact: true }).click();
  await expect(row('year end')).toContainText('over');
  const next = await connectAgent(stack);
  await expect.poll(() => outcomeOf(next.query(update))).toBe(1);
  await page.goto('/ledger');
  await expect(page.getByText(/planned a freeze of production/).first()).toBeVisible();
  await Promise.all([agent.end(), next.end()]);
});
