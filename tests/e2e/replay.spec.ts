import type { RecordBody } from '#lib/recording/model';
import { intent, outcome } from '#tests/domain/recorder/worker-data';
import { expect, signIn, test } from './fixtures.ts';
import { recordSession } from './recorded.ts';

// A session of 100,000 statements: intent, result and outcome each.

const statements = 100_000;
const seqOf = (n: number) => n * 3 + 1;

function* long(): Generator<RecordBody> {
  const columns = [{ name: 'name', typeOid: 25, masked: false }];
  for (let n = 0; n < statements; n += 1) {
    const of = seqOf(n);
    yield intent(`SELECT name FROM customers WHERE id = ${n}`);
    yield { kind: 'rows', of, columns, rows: [[`result ${n}`]], truncated: false };
    yield outcome(of);
  }
}

test('a session of 100,000 statements opens, is sought, played, linked and searched', async ({
  page,
  stack,
}) => {
  test.setTimeout(150_000);
  const id = await recordSession(stack, {
    ...{ wire: 'postgres', purpose: `LONG-${Date.now()}`, everyMs: 10, bodies: long() },
  });
  await signIn(page, 'linus');
  await page.goto(`/sessions/${id}`);
  await expect(page.getByRole('main')).toContainText('100,000 statements');
  const slider = page.getByRole('slider', { name: 'Position in the session' });
  const moment = page.getByRole('complementary', { name: 'of the session' });

  await test.step('to the end and to the middle', async () => {
    await slider.focus();
    await page.keyboard.press('End');
    await expect(page).toHaveURL(new RegExp(`[?&]at=${seqOf(99_900).toString().slice(0, 3)}\\d+`));
    await expect(moment).toContainText(/WHERE id = 99\d{3}/);
    await slider.fill(String(Math.floor((seqOf(statements - 1) - 1) / 2 / 299) * 299));
    await expect(moment).toContainText(/WHERE id = (49|50)\d{3}/);
    await expect(moment).toContainText(/result (49|50)\d{3}/);
    await expect(slider).toHaveAttribute('aria-valuetext', /at \d+ of 299998, 2[45] min/);
  });

  await test.step('by a link, and from there on over a page’s border', async () => {
    await page.goto(`/sessions/${id}?at=${seqOf(66_665)}`);
    await expect(moment).toContainText('result 66665');
    const row = page.getByRole('table', { name: 'Statements in order' }).locator('[data-row="199996"]');
    await expect(row).toContainText('id = 66665');
    await page.getByRole('button', { name: 'Next statement' }).click();
    await expect(moment).toContainText('result 66666');
    await page.getByRole('button', { name: 'Statement before' }).click();
    await expect(moment).toContainText('result 66665');
    await page.getByLabel('Speed').selectOption('64');
    await page.getByRole('button', { name: 'Play' }).click();
    await expect(moment).toContainText('result 66669', { timeout: 20_000 });
    await page.getByRole('button', { name: 'Pause' }).click();
  });

  await test.step('and a place that is not there is said', async () => {
    await page.goto(`/sessions/${id}?at=99999999999`);
    await expect(moment).toContainText('No statement stands at 99999999999');
    await page.goto(`/sessions/${id}?at=${seqOf(66_669)}`);
  });

  await test.step('quickly, passing over what is close', async () => {
    await page.getByLabel('Speed').selectOption('1024');
    await page.getByRole('button', { name: 'Play' }).click();
    await expect(moment).toContainText(/result (669|67\d|68\d)\d\d/, { timeout: 20_000 });
    await page.getByRole('button', { name: 'Pause' }).click();
  });

  await test.step('by its text, and by what only the recording holds', async () => {
    await page.goto(`/sessions/${id}?text=${encodeURIComponent('result 77777')}`);
    const search = page.getByRole('region', { name: 'Search in the recording' });
    await search.getByRole('button', { name: 'Search the recording too' }).click();
    await expect(search).toContainText('1 found, to its end', { timeout: 20_000 });
    await page.goto(`/sessions/${id}?text=${encodeURIComponent('"id = 77777"')}`);
    await page.getByRole('table', { name: 'Statements in order' }).getByRole('link').first().click();
    await expect(moment).toContainText('result 77777');
  });
});

function* few(): Generator<RecordBody> {
  for (let n = 0; n < 4; n += 1) {
    yield intent(`SELECT name FROM customers WHERE id = ${n}`);
    yield outcome(n * 2 + 1);
  }
}

test('played at its end, it begins anew and plays to the end again', async ({ page, stack }) => {
  const id = await recordSession(stack, {
    ...{ wire: 'postgres', purpose: `FEW-${Date.now()}`, everyMs: 1_200, bodies: few() },
  });
  await signIn(page, 'linus');
  await page.goto(`/sessions/${id}?at=7`);
  await expect(page.getByRole('complementary', { name: 'of the session' })).toContainText('id = 3');
  await page.getByRole('button', { name: 'Play' }).click();
  for (const seq of [1, 3, 5, 7]) await expect(page).toHaveURL(new RegExp(`[?&]at=${seq}$`));
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
});

function* wide(): Generator<RecordBody> {
  const columns = [{ name: 'n', typeOid: 23, masked: false }];
  yield intent('SELECT n FROM generate_series(1, 15000) n');
  for (let n = 0; n < 1_500; n += 1) {
    const rows = Array.from({ length: 10 }, (_, at) => [String(n * 10 + at)]);
    yield { kind: 'rows', of: 1, columns: n === 0 ? columns : null, rows, truncated: false };
  }
  yield outcome(1, { rows: 15_000, error: { code: '57014', message: 'it was cancelled at the very end' } });
}

test('a long result is read to its outcome', async ({ page, stack }) => {
  const id = await recordSession(stack, {
    ...{ wire: 'postgres', purpose: `WIDE-${Date.now()}`, everyMs: 1, bodies: wide() },
  });
  await signIn(page, 'linus');
  await page.goto(`/sessions/${id}?at=1`);
  const moment = page.getByRole('complementary', { name: 'of the session' });
  await expect(moment).toContainText('500 rows shown; more were sent than are kept here');
  await expect(moment).toContainText('it was cancelled at the very end');
});
