import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openImporter } from '#lib/usage/index';
import { openCluster } from '../cluster.ts';
import { writeReport } from '../report.ts';
import { spooled } from './spool.ts';
import { statements } from './statements.ts';

// Rows a second of the importer against a real Postgres with its usual durability.
// npm run bench:importer [-- ROWS [ROUNDS]]

const rows = Number(process.argv[2] ?? 500_000);
const rounds = Number(process.argv[3] ?? 3);
const batchRows = 5_000;
const wanted = 50_000;

const cluster = await openCluster('importer', { max_wal_size: '4GB', shared_buffers: '512MB' });
try {
  const found: Record<string, string | number>[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const [way, measure] of [
      ['from memory', fromMemory],
      ['from the spool', fromSpool],
    ] as const) {
      found.push({ round, way, ...(await measure(await cluster.fresh())) });
      console.table(found.slice(-1));
    }
  }
  const medians = ['from memory', 'from the spool'].map((way) => {
    const rates = found.filter((line) => line.way === way).map((line) => Number(line['statements/s']));
    const median = rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
    console.log(
      `${way}: median ${median.toLocaleString('en')} statements/s (wanted: ${wanted.toLocaleString('en')})`,
    );
    if (median < wanted) process.exitCode = 1;
    return { round: 'median', way, 'statements/s': median };
  });
  await writeReport({
    name: 'importer',
    title: 'The importer of statements and usage',
    command: 'npm run bench:importer',
    notes: [
      `Postgres ${cluster.version} with fsync and synchronous commit; ${rows.toLocaleString('en')} statements in batches of ${batchRows.toLocaleString('en')}, two at once, with all indexes, usage and sessions' counters.`,
      `Wanted: ${wanted.toLocaleString('en')} statements a second.`,
      "From memory: batches made as they are sent, which is in the µs of Node. From the spool: all waited in a worker's spool files while the control plane was away, and are read back.",
      'Each batch counts once: the first batch again inserted nothing.',
    ],
    table: [...found, ...medians],
    data: { rows, batchRows, medians, rounds: found },
  });
} finally {
  await cluster.close();
}

async function fromMemory(url: string): Promise<Record<string, number>> {
  const importer = openImporter(url);
  const batches = Math.ceil(rows / batchRows);
  const warm = statements(batchRows, 0);
  await importer.importStatements({ rows: warm, facts: [] });
  let next = 1;
  // Two at once, as the importer has two connections: one writes while the other prepares.
  async function lane(): Promise<void> {
    while (next <= batches) {
      next += 1;
      await importer.importStatements({ rows: statements(batchRows, next - 1), facts: [] });
    }
  }
  const figures = await timed(() => Promise.all([lane(), lane()]), batches * batchRows);
  const again = await importer.importStatements({ rows: warm, facts: [] });
  await importer.close();
  if (again.inserted !== 0) throw new Error(`a batch that was there counted ${again.inserted} again`);
  return figures;
}

async function fromSpool(url: string): Promise<Record<string, number>> {
  const spool = await spooled(url, cluster.folder, rows);
  const figures = await timed(() => spool.start(), rows);
  await spool.close();
  await rm(join(cluster.folder, 'home'), { recursive: true, force: true });
  return figures;
}

async function timed(work: () => Promise<unknown>, done: number): Promise<Record<string, number>> {
  const before = { node: process.cpuUsage(), database: await cluster.cpuMs(), at: performance.now() };
  await work();
  const seconds = (performance.now() - before.at) / 1000;
  const { user, system } = process.cpuUsage(before.node);
  const database = (await cluster.cpuMs()) - before.database;
  const each = (us: number) => Number((us / done).toFixed(1));
  return {
    'statements/s': Math.round(done / seconds),
    seconds: Number(seconds.toFixed(1)),
    'Node µs each': each(user + system),
    'database µs each': each(database * 1000),
  };
}
