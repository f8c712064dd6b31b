import type { Page } from '@playwright/test';
import { faultsOf } from './axe.ts';
import { expect, signIn, test } from './fixtures.ts';
import { allPages } from './routes.ts';

const pages = [
  '/',
  '/?range=30d',
  '/approvals',
  '/approvals?tab=decided',
  '/approvals/access',
  '/approvals/away',
  '/approvals/health',
  '/sessions',
  '/sessions/search',
  '/reviews',
  '/reviews/audit',
  '/reviews/holidays',
  '/reviews/new',
  '/reviews/series',
  '/grants',
  '/grants?view=stale',
  '/grants/imports',
  '/grants/new',
  '/grants/request',
  '/agents',
  '/agents/new',
  '/resources',
  '/resources/new',
  '/grants/unused',
  '/policies',
  '/policies?view=text',
  '/policies?view=versions&version=1',
  '/ledger',
  '/ledger/recordings',
  '/settings',
  '/settings?tab=groups',
  '/settings?tab=changes',
  '/settings?tab=issuers',
  '/settings?tab=notifications',
  '/settings?tab=workers',
  '/findings',
  '/sign-in?again=1',
  '/sign-in/refused',
];

/** Lists whose first row opens a panel or a page. */
const opened = [
  '/approvals?tab=decided',
  '/sessions',
  '/grants',
  '/agents',
  '/resources',
  '/ledger',
  '/reviews',
];

/** A page of one thing, from the row of its list: by its link, or by the id that the address takes on. */
const ofOne: readonly (readonly [list: string, path: (id: string) => string])[] = [
  ['/approvals?tab=decided', (id) => `/approvals/${id}`],
  ['/agents', (id) => `/agents/${id}/edit`],
  ['/agents', (id) => `/?agent=${id}&range=30d`],
  ['/resources', (id) => `/resources/${id}/edit`],
  ['/reviews', (id) => `/reviews/${id}/edit`],
];

/** Every page in turn; returns what is wrong, and which addresses it saw. */
async function visitAll(page: Page): Promise<{ faults: string[]; seen: Set<string> }> {
  const faults: string[] = [];
  const seen = new Set<string>();
  const look = async () => {
    await page.locator('h1').first().waitFor();
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
    seen.add(new URL(page.url()).pathname);
    faults.push(...(await faultsOf(page)));
  };
  const openFirst = async (list: string) => {
    await page.goto(list);
    await page.locator('[data-row-link]').first().click();
    await page.waitForURL((url) => url.pathname + url.search !== list);
  };
  for (const path of pages) {
    await page.goto(path);
    await look();
  }
  for (const path of opened) {
    await openFirst(path);
    await look();
  }
  for (const [list, path] of ofOne) {
    await openFirst(list);
    const { pathname, searchParams } = new URL(page.url());
    await page.goto(path(searchParams.get('open') ?? pathname.split('/').at(-1) ?? ''));
    await look();
  }
  return { faults, seen };
}

for (const theme of ['light', 'dark'] as const) {
  for (const [name, width] of [
    ['desktop', 1440],
    ['phone', 390],
  ] as const) {
    test.describe(`${theme}, ${name}`, () => {
      test.use({ colorScheme: theme, viewport: { width, height: 900 } });

      test('every page meets WCAG 2.2 AA and does not scroll sideways', async ({ page }) => {
        test.setTimeout(300_000);
        await signIn(page, 'ada');
        const { faults, seen } = await visitAll(page);
        expect(faults).toEqual([]);
        const missed = allPages.filter(({ pattern }) => ![...seen].some((path) => pattern.test(path)));
        expect(missed.map(({ path }) => path)).toEqual([]);
      });
    });
  }
}

test('the keyboard reaches everything: skip link, rail, list, panel and back', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/agents');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: /^Agent / });
  await expect(panel).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/\/ledger$/);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Go to, find, or paste an id').fill('grants');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/grants$/);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Go to, find, or paste an id').fill('holidays');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/reviews\/holidays$/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
});
