import { test as base, expect, type Page } from '@playwright/test';
import { z } from 'zod';
import { countersign } from '#tests/support/command';
import { startStack } from '#tests/support/stack';

const stackSchema = z.object({
  home: z.string(),
  url: z.string(),
  gatewayPort: z.number(),
  adminPort: z.number(),
  environment: z.record(z.string(), z.string()),
});

/** The product that the global setup has started. */
export type RunningStack = z.infer<typeof stackSchema>;

export const test = base.extend<object, { stack: RunningStack }>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      await use(stackSchema.parse(JSON.parse(process.env.COUNTERSIGN_E2E ?? '{}')));
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ stack }, use) => {
    await use(stack.url);
  },
  page: async ({ page }, use) => {
    const goto = page.goto.bind(page);
    // What was streamed stands twice, once hidden, until React has put it in its place.
    page.goto = async (...where) => {
      const response = await goto(...where);
      await expect(page.locator('div[hidden][id^="S:"]')).toHaveCount(0);
      return response;
    };
    await use(page);
  },
});

/** For a file that changes what others look at: a product of its own, with a new sandbox. */
export function ownSandbox() {
  return test.extend<object, { stack: RunningStack }>({
    stack: [
      // biome-ignore lint/correctness/noEmptyPattern: as above.
      async ({}, use) => {
        // One that runs already, while writing tests.
        const running = process.env.COUNTERSIGN_E2E_OWN;
        if (running) return use(stackSchema.parse(JSON.parse(running)));
        const own = await startStack();
        await use(stackSchema.parse(own));
        await own.stop();
        await own.removeHome();
      },
      { scope: 'worker', timeout: 300_000 },
    ],
  });
}

export const freshSandbox = ownSandbox();

export { expect };

export type PersonName = 'ada' | 'barbara' | 'alan' | 'grace' | 'edsger' | 'linus';

/** Signs in by the product's page and the issuer's, as a person would. */
export async function signIn(page: Page, name: PersonName): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: `${name}@example.com` }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** A token of the local issuer, as `countersign token` prints it. */
export async function tokenFor(
  stack: RunningStack,
  agent: string,
  ...options: readonly string[]
): Promise<string> {
  const { code, stdout, stderr } = await countersign(['token', agent, ...options], {
    NODE_ENV: 'test',
    ...stack.environment,
  });
  if (code !== 0) throw new Error(`countersign token: ${stderr}`);
  return stdout.trim();
}
