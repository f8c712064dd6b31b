import { intent, outcome } from '#tests/domain/recorder/worker-data';
import { expect, signIn, test } from './fixtures.ts';
import { inControl, recordSession } from './recorded.ts';

const reason = 'case 7 <img src=x onerror=window.pwned=1>\u202E';

test('an auditor holds a recording, nobody deletes it, an admin does when the hold is gone', async ({
  page,
  stack,
}) => {
  const purpose = `KEEP-${Date.now()}`;
  const bodies = [intent('SELECT 1 AS kept'), outcome(1)];
  const id = await recordSession(stack, { wire: 'postgres', purpose, everyMs: 100, bodies });
  await signIn(page, 'linus');
  await page.goto(`/sessions/${id}`);
  const kept = page.getByRole('region', { name: 'Keeping the recording' });
  await expect(kept).toContainText('No retention is set');
  await expect(kept.getByRole('button', { name: 'Delete the recording' })).toHaveCount(0);
  await kept.getByRole('button', { name: 'Put under legal hold' }).click();
  await page.getByLabel('Reason').fill(reason);
  await page.getByRole('button', { name: 'Hold', exact: true }).click();
  await expect(kept).toContainText('by Linus');
  await expect(kept).toContainText('case 7 <img src=x onerror=window.pwned=1>');
  await expect(kept).toContainText('U+202E');
  await expect(kept).toContainText('Release it first');

  // Its end has come; the hold keeps it all the same.
  await inControl(stack, (client) =>
    client.query(`UPDATE recording SET retain_until = now() - interval '1 minute' WHERE session_id = $1`, [
      id,
    ]),
  );
  await page.goto('/ledger/recordings?state=held');
  await page.getByRole('table', { name: 'Recordings' }).locator(`[data-row="${id}"] a`).click();
  const panel = page.getByRole('complementary', { name: 'Recording' });
  await expect(panel).toContainText('legal hold');
  await panel.getByRole('button', { name: 'Release the hold' }).click();
  await page.getByLabel('Reason').fill('case closed');
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(panel).toContainText('Nothing keeps it any more');
  await expect(panel.getByRole('button', { name: 'Delete the recording' })).toHaveCount(0);

  await page.context().clearCookies();
  await signIn(page, 'ada');
  await page.goto(`/ledger/recordings?state=due&open=${id}`);
  await panel.getByRole('button', { name: 'Delete the recording' }).click();
  await expect(page.getByRole('dialog')).toContainText('no copy of it can be read any more');
  await page.getByLabel('Reason').fill('retention is over');
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await expect(panel).toContainText('Digest and ledger entries stay');
  await page.goto(`/sessions/${id}?at=1`);
  await expect(page.getByRole('complementary', { name: 'of the session' })).toContainText('was deleted');
  await page.goto(`/ledger?text=${id}`);
  const entries = page.getByRole('table', { name: 'Ledger entries' });
  for (const action of ['recording.held', 'recording.released', 'recording.deleted']) {
    await expect(entries).toContainText(action);
  }
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
});

test('a recording that somebody needs meanwhile is not deleted, and the form says why', async ({
  page,
  stack,
}) => {
  const bodies = [intent('SELECT 2 AS kept'), outcome(1)];
  const recorded = { wire: 'postgres', purpose: `KEEP-${Date.now()}`, everyMs: 100, bodies } as const;
  const id = await recordSession(stack, recorded);
  const set = (terms: string) =>
    inControl(stack, (client) => client.query(`UPDATE recording SET ${terms} WHERE session_id = $1`, [id]));
  await set(`retain_until = now() - interval '1 minute'`);
  await signIn(page, 'ada');
  await page.goto(`/ledger/recordings?state=due&open=${id}`);
  await page.getByRole('button', { name: 'Delete the recording' }).click();
  await set('legal_hold = true');
  await page.getByLabel('Reason').fill('retention is over');
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('under legal hold');
  await set('legal_hold = false');
});

test('others see neither the list nor the actions', async ({ page, stack }) => {
  const bodies = [intent('SELECT 3 AS kept'), outcome(1)];
  const recorded = { wire: 'postgres', purpose: `KEEP-${Date.now()}`, everyMs: 100, bodies } as const;
  const id = await recordSession(stack, recorded);
  await signIn(page, 'barbara');
  await page.goto('/ledger/recordings');
  await expect(page.getByRole('main')).toContainText('You may not do this (recording.hold)');
  expect((await page.request.get('/api/export/recordings')).status()).toBe(403);
  await page.goto(`/sessions/${id}`);
  await expect(page.getByRole('main')).toContainText('SELECT 3 AS kept');
  await expect(page.getByRole('region', { name: 'Keeping the recording' })).toHaveCount(0);
});
