import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, signIn, test } from './fixtures.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const pages = [
  '/',
  '/approvals',
  '/approvals?tab=decided',
  '/approvals/access',
  '/approvals/away',
  '/approvals/health',
  '/sessions',
  '/sessions/search',
  '/reviews',
  '/reviews/audit',
  '/reviews/new',
  '/reviews/series',
  '/grants',
  '/grants?view=stale',
  '/grants/new',
  '/grants/request',
  '/agents',
  '/agents/new',
  '/resources',
  '/resources/new',
  '/policies',
  '/policies?view=text',
  '/policies?view=versions&version=1',
  '/ledger',
  '/settings',
  '/settings?tab=groups',
  '/settings?tab=changes',
  '/settings?tab=issuers',
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

async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${new URL(page.url()).pathname}: ${violation.id} at ${node.target.join(' ')}`,
    ),
  );
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
        const faults: string[] = [];
        for (const path of pages) {
          await page.goto(path);
          await page.locator('h1').first().waitFor();
          faults.push(...(await faultsOf(page)));
          const sideways = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          if (sideways > 0) faults.push(`${path}: scrolls sideways by ${sideways} px`);
        }
        for (const path of opened) {
          await page.goto(path);
          await page.locator('[data-row-link]').first().click();
          await page.waitForURL((url) => url.pathname + url.search !== path);
          await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
          faults.push(...(await faultsOf(page)));
        }
        expect(faults).toEqual([]);
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
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
});
