import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Context } from '#lib/auth/context';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { createCampaign, decideItems, drawSpotChecks, launchCampaign, replay } from '#lib/reviews/index';
import { overview } from '#lib/usage/index';
import { openCluster } from '../cluster.ts';
import { writeReport } from '../report.ts';
import { stepsOn } from '../steps.ts';
import { agreeAll, fill, keepAll, people } from './fill.ts';
import { allItems, measurePages } from './queue.ts';

// A review of 10,000 grants over ten million statements of a quarter, by the product's own verbs on a
// real Postgres. `npm run bench:reviews [-- STATEMENTS [GRANTS]]`

const statements = Number(process.argv[2] ?? 10_000_000);
const grants = Number(process.argv[3] ?? 10_000);
const size = { grants, statements, replayed: 100_000, facts: 5_000 };
const packMiBMax = 512;
const dayMs = 86_400_000;

const cluster = await openCluster('reviews', {
  fsync: 'off',
  synchronous_commit: 'off',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  shared_buffers: '512MB',
});
const { step, steps } = stepsOn(cluster);
try {
  const filled = `reviews_${grants}_${statements}`;
  await cluster.filled(filled, (to) => fill(to, size));
  const db = openDb(await cluster.copyOf(filled), 8);
  const contextOf = (name: keyof typeof people): Context => ({ db, clock: systemClock, actor: people[name] });
  await overviews(contextOf('ada'));

  const now = Date.now();
  const { id } = await createCampaign(contextOf('ada'), {
    name: 'Quarter',
    scope: {},
    periodFrom: new Date(now - 90 * dayMs),
    periodTo: new Date(now),
    rules: { securityGroup: 'security', fallbackPersonId: null },
    dueInBusinessDays: 20,
    riskAnalysis: 'bench',
  });
  await step('launch', () => launchCampaign(contextOf('ada'), id), {
    wanted: 10,
    note: (one) => `${one.items} items`,
  });
  await pages(contextOf('grace'), id);
  const rows = await allItems(contextOf('grace'), id);
  const bulk = rows
    .filter((row) => row.bulkAllowed)
    .slice(0, 100)
    .map((row) => ({ itemId: row.id, choice: 'approve' as const, dwellMs: 5_000 }));
  await step('bulk of 100 decisions', () => decideItems(contextOf('grace'), bulk), {
    wanted: 0.3,
    note: (one) => `${one.filter(({ ok }) => ok).length} kept`,
  });
  const first = await db.campaignItem.findFirstOrThrow({ where: { campaignId: id, grantId: 'gnt1' } });
  const terms = { actions: ['read' as const], scope: ['public.t2'] };
  await step('replay', () => replay(contextOf('grace'), { itemId: first.id, terms }), {
    wanted: 10,
    note: (one) => `${one.sentence}; ${one.distinct} distinct facts`,
  });
  await signed(contextOf, id);
  await db.$disconnect();
  console.table(steps);
  await writeReport({
    name: 'reviews',
    title: 'Access reviews: launch, queue, replay, pack',
    command: 'npm run bench:reviews',
    notes: [
      `Postgres ${cluster.version}; ${grants.toLocaleString('en')} grants on one resource of 40 tables, ${statements.toLocaleString('en')} statements in four monthly partitions, 60 days of usage.`,
      'Each step once, by the verb that the page calls; seconds of the whole verb. The pack is signed in a process of its own, with its start: what it holds is the pack’s.',
    ],
    table: steps,
    data: { ...size, rows: steps },
  });
} finally {
  await cluster.close();
}

async function overviews(context: Context): Promise<void> {
  for (const days of [1, 7, 30, 90]) {
    const to = new Date();
    const range = { from: new Date(to.getTime() - days * dayMs), to };
    await step(`overview page, ${days} days`, () => overview(context, range), {
      wanted: 1,
      note: (one) => `${one.sessions} sessions, ${one.grants.active} grants`,
    });
  }
}

async function pages(context: Context, campaignId: string): Promise<void> {
  const found = await measurePages(context, campaignId, grants);
  for (const { name, p50, p95, max, count } of found) {
    steps.push({
      step: `queue's page of 50, ${name}`,
      seconds: p95,
      wanted: 0.1,
      note: `p95 of ${count} pages from the first to the last; median ${p50}, most ${max}`,
    });
    console.log(steps.at(-1));
    if (p95 > 0.1) process.exitCode = 1;
  }
}

async function signed(contextOf: (name: keyof typeof people) => Context, campaignId: string): Promise<void> {
  const url = cluster.scratchUrl;
  await keepAll(url);
  await step('draw second looks', () => drawSpotChecks(contextOf('ada'), { campaignId }), {
    note: (one) => `${one.drawn} of ${one.keeps}`,
  });
  await agreeAll(url);
  let peak = 0;
  await step(
    'sign and pack',
    async () => {
      const signing = join(import.meta.dirname, 'sign.ts');
      const packs = join(cluster.folder, 'packs');
      const { stdout } = await promisify(execFile)(process.execPath, [signing, url, campaignId, packs]);
      const measured = JSON.parse(stdout) as { before: number; peak: number; bytes: number };
      peak = measured.peak;
      return `${peak} MiB at most (wanted: ${packMiBMax}), ${measured.before} before; pack of ${(measured.bytes / 2 ** 20).toFixed(1)} MiB`;
    },
    { wanted: 30, note: (text) => text },
  );
  if (peak > packMiBMax) process.exitCode = 1;
}
