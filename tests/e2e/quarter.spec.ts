import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { packOrder } from '#lib/reviews/pack/files';
import { readZip } from '#lib/reviews/pack/zip-read';
import { writeZip } from '#lib/reviews/pack/zip-write';
import { countersign } from '#tests/support/command';
import { connectAgent } from './agent.ts';
import { expect, type PersonName, type RunningStack, signIn, freshSandbox as test } from './fixtures.ts';

// A whole quarter, from its set-up to the pack that an outsider checks. Answers are given by keys alone.

test.describe.configure({ mode: 'serial' });
test.setTimeout(180_000);
test.use({ actionTimeout: 20_000 });

const campaign = 'Agents in the shop, 2026 Q4';
let reviewUrl = '';

/** Hands the shop to another technical owner, as an admin does with the declaration. */
async function declareOwner(stack: RunningStack, email: string): Promise<void> {
  const file = join(stack.home, 'access.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/owner: (grace|ada)@example\.com\n( {4}masks)/, `owner: ${email}\n$2`));
  const { code, stderr } = await countersign(['apply', '-f', file, '--as', 'ada@example.com'], {
    NODE_ENV: 'test',
    ...stack.environment,
  });
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

async function openQueue(page: Page, person: PersonName): Promise<void> {
  await page.context().clearCookies();
  await signIn(page, person);
  await page.goto(`${reviewUrl}?whose=mine`);
  await expect(page.getByRole('table', { name: 'Items' })).toBeVisible();
}

/** With j to the row that says this, with Enter into it. */
async function openByKeys(page: Page, words: string): Promise<Locator> {
  const rows = await page.locator('[data-row]').count();
  const keys = [...Array<string>(rows).fill('k'), ...Array<string>(rows).fill('j')];
  // Again until it is found: the page may not hear the first keys yet.
  await expect(async () => {
    let focused: string | undefined;
    for (const key of keys) {
      if (focused?.includes(words)) break;
      await page.keyboard.press(key);
      focused = await page.evaluate(() => document.activeElement?.textContent ?? '');
    }
    expect(focused).toContain(words);
  }).toPass();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: /^Item/ });
  await expect(panel).toContainText(words);
  await expect(panel.getByRole('form', { name: 'Decide' })).toBeVisible();
  return panel;
}

async function answerByKeys(page: Page, key: '1' | '2' | '3' | '4', reason: string): Promise<void> {
  await page.keyboard.press(key);
  await expect(page.getByRole('textbox', { name: /^Reason/ })).toBeFocused();
  await page.keyboard.type(reason);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^Recorded: the item is/).last()).toBeVisible();
}

const migrator = 'migrator may read, change rows of';
const reporter = 'reporter may read';
const triageReads = 'triage may read';
const triageWrites = 'triage may change rows of';

test('a review is set up, its conflicts hold the launch until they are fixed, then it is launched', async ({
  page,
  stack,
}) => {
  await declareOwner(stack, 'ada@example.com');
  await signIn(page, 'ada');
  await page.goto('/reviews/new');
  await page.getByLabel('Name').fill(campaign);
  await page.getByLabel('Second reviewers of privileged grants').selectOption('security');
  await page.getByLabel('Second look, per cent of what is kept').fill('100');
  await page.getByRole('checkbox', { name: 'countersign' }).check();
  await page.getByLabel('Comes again').selectOption('quarterly');
  await page.getByLabel('Risk analysis').fill('RA-7: agents with production access are reviewed quarterly.');
  await page.getByRole('button', { name: 'Set up and preview' }).click();
  await expect(page).toHaveURL(/\/reviews\/cmp_/);
  reviewUrl = new URL(page.url()).pathname;

  const main = page.getByRole('main');
  await expect(main).toContainText('4 grants would be reviewed, 2 of them privileged.');
  await expect(main).toContainText('Ada is involved in the grant, and no fallback reviewer is set.');
  await expect(page.getByRole('button', { name: /^Launch/ })).toBeDisabled();
  await page.getByRole('button', { name: 'Accept an exception…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('I would rather not wait');
  await dialog.getByLabel('Ends on').fill('2027-12-01');
  await dialog.getByRole('button', { name: 'Accept' }).click();
  await expect(dialog.getByRole('alert')).toContainText('somebody independent has to decide this');

  await declareOwner(stack, 'grace@example.com');
  await page.goto(reviewUrl);
  await expect(main).toContainText('Grace (technical)');
  await expect(main).toContainText('Edsger (security)');
  await page.getByRole('button', { name: 'Launch with 4 grants' }).click();
  await expect(page.getByRole('table', { name: 'Items' })).toBeVisible();
  await page.goto('/reviews/series');
  await expect(page.getByRole('main')).toContainText(campaign);
  await expect(page.getByRole('main')).toContainText('quarterly');
});

test('the technical owner hands one on, keeps, reduces with the replay, and revokes a live session', async ({
  page,
  stack,
}) => {
  await openQueue(page, 'grace');
  const handed = await openByKeys(page, triageReads);
  await handed.getByRole('button', { name: 'Hand over' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('To').selectOption({ label: 'Barbara' });
  await dialog.getByLabel('Reason').fill('she knows the orders');
  await dialog.getByRole('button', { name: 'Hand over' }).click();
  await expect(dialog).toHaveCount(0);

  await openQueue(page, 'grace');
  await openByKeys(page, migrator);
  await answerByKeys(page, '1', 'The migrations of the next quarter need all of it.');

  const agent = await connectAgent(stack, { agent: 'triage', purpose: 'INC-900: a stuck payment' });
  await agent.query('SELECT 1');
  const cut = new Promise<string>((resolve) => agent.once('error', (error) => resolve(error.message)));
  await openQueue(page, 'grace');
  await openByKeys(page, triageWrites);
  await answerByKeys(page, '3', 'the incident is over');
  expect(await cut).toContain('the incident is over');

  await openQueue(page, 'grace');
  const panel = await openByKeys(page, reporter);
  await page.keyboard.press('2');
  await expect(panel).toContainText(/\d+ statements? replayed, 0 would have been refused/);
  await panel.getByLabel('Whole schemas of them').check();
  await expect(panel).toContainText('as small as it can be');
  await expect(panel.getByRole('button', { name: 'Reduce and go on' })).toBeDisabled();
  await panel.getByLabel('Only tables that were used').check();
  await expect(panel).toContainText(/\d+ statements? replayed, 0 would have been refused/);
  await panel.getByRole('textbox', { name: /^Reason/ }).focus();
  await page.keyboard.type('The report needs the tables that it read and no other.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Recorded: the item is reduced.').first()).toBeVisible();
});

test('the second reviewer and the delegate answer by keys', async ({ page }) => {
  await openQueue(page, 'edsger');
  await openByKeys(page, migrator);
  await answerByKeys(page, '1', 'Looked at its sessions: all of it was asked for by a ticket.');
  await openQueue(page, 'barbara');
  await openByKeys(page, triageReads);
  await answerByKeys(page, '1', 'Orders get stuck every week; it reads nothing else.');
});

/** Waits for the job that draws: everything is decided now. */
async function lookAgain(page: Page, person: PersonName): Promise<void> {
  await page.context().clearCookies();
  await signIn(page, person);
  await expect(async () => {
    await page.goto(`${reviewUrl}?tab=status`);
    await expect(page.getByRole('button', { name: 'Answer…' })).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Answer…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('You').selectOption('agree');
  await dialog.getByRole('button', { name: 'Record' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('agrees', { exact: true })).toBeVisible();
}

test('other people look at what was kept a second time', async ({ page }) => {
  await lookAgain(page, 'barbara');
  await lookAgain(page, 'edsger');
});

/** A well-formed container of these files, as somebody makes it who wants to deceive. */
async function zipped(stack: RunningStack, files: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const path = join(stack.home, 'forged.zip');
  await writeZip(
    path,
    [...files].map(([name, content]) => ({ name, content })),
  );
  return readFile(path);
}

test('the auditor signs in again and signs; an outsider checks the pack and sees a flipped byte', async ({
  page,
  stack,
}) => {
  await page.context().clearCookies();
  await signIn(page, 'linus');
  await expect(async () => {
    await page.goto(`${reviewUrl}?tab=sign`);
    await expect(page.getByText('2 = 2 + 0')).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await page.goto(`/sign-in?again=1&callbackUrl=${encodeURIComponent(`${reviewUrl}?tab=sign`)}`);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'linus@example.com' }).click();
  await expect(page).toHaveURL(/tab=sign/);
  await page.getByLabel('Memo (not required)').fill('=1+1 <b>nothing</b> unusual');
  await page.getByRole('button', { name: 'Sign as Linus' }).click();
  await expect(page.getByText('Signed by Linus')).toBeVisible();

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the pack' }).click();
  const pack = join(stack.home, 'quarter.zip');
  await (await download).saveAs(pack);
  const environment = { NODE_ENV: 'test', ...stack.environment } as const;
  expect(await countersign(['verify', pack], environment)).toMatchObject({ code: 0 });
  const bytes = await readFile(pack);
  const found = async (changed: Uint8Array) => {
    const path = join(stack.home, 'changed.zip');
    await writeFile(path, changed);
    const { code, stdout, stderr } = await countersign(['verify', path], environment);
    expect(code).toBe(1);
    return stdout + stderr;
  };
  for (const share of [0.1, 0.5, 0.9]) {
    const changed = Buffer.from(bytes);
    const at = Math.floor(bytes.length * share);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await found(changed);
  }
  const row = Buffer.from('"one more"\r\n');
  const files = readZip(bytes);
  const grown = new Map(files).set('decisions.csv', Buffer.concat([files.get('decisions.csv') ?? row, row]));
  expect(await found(await zipped(stack, grown))).toContain('decisions.csv');
  for (const name of packOrder) {
    const rest = new Map([...files].filter(([one]) => one !== name));
    expect(await found(await zipped(stack, rest))).toContain(name);
  }

  await page.goto('/reviews/audit');
  const audited = page.getByRole('row').filter({ hasText: campaign }).first();
  await expect(audited).toContainText('4 = 4 + 0');
  await expect(audited).toContainText('by Linus');
});
