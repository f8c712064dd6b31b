import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres, superuser } from '#bin/sandbox/postgres';
import type { Context } from '#lib/auth/context';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { migrate } from '#lib/db/migrate';
import {
  createCampaign,
  decideItems,
  drawSpotChecks,
  type ItemRow,
  launchCampaign,
  listItems,
  signCampaign,
} from '#lib/reviews/index';
import { agreeAll, fill, keepAll, people } from './fill.ts';

// A review of 10,000 grants over a quarter's usage, by the product's own verbs on a real Postgres.

const grants = Number(process.env.BENCH_GRANTS ?? 10_000);
const statements = Number(process.env.BENCH_STATEMENTS ?? 1_000_000);

const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
const password = newPassword();
const server = await startPostgres({
  dataDirectory: join(folder, 'data'),
  port: await freePort(),
  superuserPassword: password,
  logFile: join(folder, 'postgres.log'),
  throwAway: true,
  settings: { shared_buffers: '256MB' },
});
const url = `postgresql://${superuser}:${password}@127.0.0.1:${server.port}/postgres`;
const db = openDb(url, 8);
const contextOf = (name: keyof typeof people): Context => ({ db, clock: systemClock, actor: people[name] });
const results: { step: string; seconds: number; cpu: number; note: string }[] = [];
try {
  await migrate({ url });
  console.log(`filling: ${grants} grants, ${statements} statements`);
  await measure(
    'fill',
    () => fill(url, { grants, statements }),
    () => '',
  );

  const now = Date.now();
  const { id } = await createCampaign(contextOf('ada'), {
    name: 'Quarter',
    scope: {},
    periodFrom: new Date(now - 90 * 86_400_000),
    periodTo: new Date(now),
    rules: { securityGroup: 'security', fallbackPersonId: null },
    dueInBusinessDays: 20,
    riskAnalysis: 'bench',
  });
  const launched = await measure(
    'launch',
    () => launchCampaign(contextOf('ada'), id),
    (one) => `${one.items} items`,
  );

  let cursor: string | undefined;
  const pages: number[] = [];
  for (let page = 0; page < grants / 50; page += 1) {
    const before = performance.now();
    const found = await listItems(contextOf('grace'), { campaignId: id, mine: true, cursor });
    pages.push(performance.now() - before);
    cursor = found.next ?? undefined;
    if (!cursor) break;
  }
  pages.sort((a, b) => a - b);
  const at = (share: number) => ((pages[Math.floor(pages.length * share)] ?? 0) / 1000).toFixed(3);
  results.push({
    step: 'page of 50, median',
    seconds: Number(at(0.5)),
    cpu: 0,
    note: `p99 ${at(0.99)} s over ${pages.length} pages`,
  });

  const bulk = (await allItems('grace', id))
    .filter((row) => row.bulkAllowed)
    .slice(0, 100)
    .map((row) => ({ itemId: row.id, choice: 'approve' as const, dwellMs: 5_000 }));
  await measure(
    'bulk decisions',
    () => decideItems(contextOf('grace'), bulk),
    (one) => `${one.filter(({ ok }) => ok).length} kept`,
  );

  await measure(
    'fill decisions',
    () => keepAll(url),
    () => 'by SQL, not measured as work',
  );
  await measure(
    'draw second looks',
    () => drawSpotChecks(contextOf('ada'), { campaignId: id }),
    (one) => `${one.drawn} of ${one.keeps}`,
  );
  await agreeAll(url);
  const { privateKey } = generateKeyPairSync('ed25519');
  const keeping = { directory: join(folder, 'packs'), signingKey: privateKey };
  const memory = watchMemory();
  await measure(
    'sign and pack',
    () => signCampaign(contextOf('linus'), { campaignId: id, signedInAt: new Date() }, keeping),
    () => `${memory.stop()} MiB peak, ${memory.before} MiB before`,
  );
  const pack = await stat(join(keeping.directory, `${id}.zip`));
  results.push({
    step: 'pack size',
    seconds: 0,
    cpu: 0,
    note: `${(pack.size / 2 ** 20).toFixed(1)} MiB, ${launched.items} items`,
  });
} finally {
  await db.$disconnect();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
console.table(results);
const kept = join(import.meta.dirname, '../results');
await mkdir(kept, { recursive: true });
await writeFile(
  join(kept, 'reviews.json'),
  `${JSON.stringify({ at: new Date().toISOString(), grants, statements, results }, null, 2)}\n`,
);

async function allItems(name: keyof typeof people, campaignId: string) {
  const rows: ItemRow[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await listItems(contextOf(name), { campaignId, mine: true, limit: 200, cursor });
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
    more = cursor !== undefined;
  }
  return rows;
}

async function measure<Result>(
  step: string,
  work: () => Promise<Result>,
  note: (result: Result) => string,
): Promise<Result> {
  const before = performance.now();
  const cpuBefore = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  results.push({
    step,
    seconds: Number(((performance.now() - before) / 1000).toFixed(3)),
    cpu: Number(((user + system) / 1e6).toFixed(3)),
    note: note(result),
  });
  console.log(results.at(-1));
  return result;
}

function watchMemory() {
  const before = Math.round(process.memoryUsage().rss / 2 ** 20);
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 100);
  return {
    before,
    stop() {
      clearInterval(timer);
      return Math.round(peak / 2 ** 20);
    },
  };
}
