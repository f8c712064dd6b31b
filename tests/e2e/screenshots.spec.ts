import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Client } from 'pg';
import { connectAgent, outcomeOf } from './agent.ts';
import { expect, type PersonName, signIn, test } from './fixtures.ts';
import { recordSession } from './recorded.ts';
import { requests, shell } from './recorded-samples.ts';

// Every page renders without a fault in the console and inside its width. With
// COUNTERSIGN_SCREENSHOTS=1 the pictures of docs/screenshots are made on the way.

const folder = join(import.meta.dirname, '../../docs/screenshots');
const wanted = process.env.COUNTERSIGN_SCREENSHOTS === '1';

const shownTerminal = 'PAY-24';
const shownRequests = 'PAY-25';

interface Look {
  readonly name: string;
  readonly path: string;
  /** Opens the first row of the page's list. */
  readonly open?: boolean;
  readonly after?: (page: Page) => Promise<void>;
}

interface Visit {
  readonly person: PersonName | null;
  readonly looks: readonly Look[];
}

const visits: readonly Visit[] = [
  { person: null, looks: [{ name: 'sign-in', path: '/sign-in' }] },
  {
    person: 'barbara',
    looks: [
      {
        name: 'approvals',
        path: '/approvals',
        after: async (page) => {
          const inbox = page.getByRole('list', { name: 'Approval requests' });
          await inbox.getByRole('listitem').last().click();
          await page.getByRole('button', { name: 'Approve once' }).waitFor();
        },
      },
    ],
  },
  {
    person: 'ada',
    looks: [
      { name: 'overview', path: '/' },
      { name: 'sessions', path: '/sessions' },
      { name: 'session', path: '/sessions', open: true, after: openFirstRow },
      { name: 'reviews', path: '/reviews' },
      { name: 'review', path: '/reviews', open: true },
      { name: 'grants', path: '/grants', open: true },
      { name: 'agents', path: '/agents' },
      { name: 'resources', path: '/resources', open: true },
      { name: 'policies', path: '/policies' },
      { name: 'policies-text', path: '/policies?view=text' },
      { name: 'unused-permissions', path: '/grants/unused' },
      { name: 'ledger', path: '/ledger', open: true },
      { name: 'settings', path: '/settings' },
      { name: 'statements', path: '/sessions/search' },
      { name: 'new-grant', path: '/grants/new' },
      { name: 'new-review', path: '/reviews/new' },
      { name: 'reviews-audit', path: '/reviews/audit' },
      { name: 'reviews-series', path: '/reviews/series' },
      { name: 'new-agent', path: '/agents/new' },
      { name: 'new-resource', path: '/resources/new' },
      { name: 'findings', path: '/findings' },
      { name: 'gateways', path: '/settings?tab=workers' },
      { name: 'access-requests', path: '/approvals/access' },
      { name: 'ask-for-access', path: '/grants/request' },
      { name: 'stand-ins', path: '/approvals/away' },
      { name: 'approval-health', path: '/approvals/health' },
      { name: 'terminal', path: `/sessions?purpose=${shownTerminal}`, open: true, after: openTerminal },
      { name: 'requests', path: `/sessions?purpose=${shownRequests}`, open: true, after: openFirstRow },
      { name: 'recordings-kept', path: '/ledger/recordings', open: true },
      { name: 'readings', path: '/grants/imports' },
      { name: 'holidays', path: '/reviews/holidays' },
      { name: 'groups', path: '/settings?tab=groups' },
      { name: 'changes', path: '/settings?tab=changes' },
      { name: 'issuers', path: '/settings?tab=issuers' },
      { name: 'notifications', path: '/settings?tab=notifications' },
    ],
  },
];

async function openFirstRow(page: Page): Promise<void> {
  const before = page.url();
  await page.locator('[data-row-link]').first().click();
  await page.waitForURL((url) => url.href !== before);
}

async function openTerminal(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the terminal' }).click();
  await page.getByRole('region', { name: 'Terminal', exact: true }).getByText('12 pods').waitFor();
}

async function show(page: Page, look: Look): Promise<void> {
  // A page whose window draws no frame keeps what was streamed hidden: it is asked for again.
  await expect(async () => {
    await page.goto(look.path);
    await page.locator('h1').first().waitFor({ timeout: 10_000 });
  }).toPass();
  if (look.open) await openFirstRow(page);
  await look.after?.(page);
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
}

const sizes = [
  { name: 'desktop', width: 1440, height: 900 },
  { name: 'phone', width: 390, height: 844 },
] as const;

let agent: Client | undefined;
let outcome: Promise<number | string> | undefined;

test.beforeAll(async ({ stack }) => {
  agent = await connectAgent(stack, { purpose: 'PAY-23: clean up orders of closed accounts' });
  await agent.query('SELECT id, name, email, ssn FROM customers ORDER BY id LIMIT 5');
  outcome = outcomeOf(agent.query('DELETE FROM orders WHERE id < 1200'));
  await recordSession(stack, { ...{ wire: 'ssh', purpose: shownTerminal, everyMs: 120 }, bodies: shell() });
  await recordSession(stack, {
    ...{ wire: 'kubernetes', purpose: shownRequests, everyMs: 400, bodies: requests() },
  });
});

test.afterAll(async () => {
  await agent?.end();
  await outcome;
});

for (const theme of ['light', 'dark'] as const) {
  for (const { name: size, ...viewport } of sizes) {
    test.describe(`${theme}, ${size}`, () => {
      test.use({ colorScheme: theme, viewport });

      test('every page renders inside its width and without a fault', async ({ page }) => {
        test.setTimeout(240_000);
        const faults: string[] = [];
        page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
        page.on('console', (message) => {
          if (message.type() === 'error') faults.push(`${page.url()}: ${message.text()}`);
        });
        if (wanted) await mkdir(folder, { recursive: true });
        for (const { person, looks } of visits) {
          await page.context().clearCookies();
          if (person) await signIn(page, person);
          for (const look of looks) {
            await show(page, look);
            const sideways = await page.evaluate(
              () => document.documentElement.scrollWidth - window.innerWidth,
            );
            if (sideways > 0) faults.push(`${look.path}: scrolls sideways by ${sideways} px`);
            if (wanted) {
              await page.screenshot({
                path: join(folder, `${look.name}-${size}-${theme}.png`),
                animations: 'disabled',
              });
            }
          }
        }
        expect(faults).toEqual([]);
      });
    });
  }
}
