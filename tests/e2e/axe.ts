import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What is wrong with the page as it stands: against WCAG 2.2 AA, and wider than its window. */
export async function faultsOf(page: Page): Promise<string[]> {
  const { pathname, search } = new URL(page.url());
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return [
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${pathname}${search}: ${id} at ${node.target.join(' ')}`),
    ),
    ...(sideways > 0 ? [`${pathname}${search}: scrolls sideways by ${sideways} px`] : []),
  ];
}

/** The same in both themes, at a desk's width and a phone's. */
export async function faultsEverywhere(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      faults.push(...(await faultsOf(page)).map((fault) => `${colorScheme}, ${width}: ${fault}`));
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
  return faults;
}
