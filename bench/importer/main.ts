import { openImporter } from '#lib/usage/index';
import { openCluster } from '../cluster.ts';
import { writeReport } from '../report.ts';
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
    found.push({ round, ...(await measure(await cluster.fresh())) });
    console.table(found.slice(-1));
  }
  const rates = found.map((line) => Number(line['statements/s'])).sort((a, b) => a - b);
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  console.log(`median ${median.toLocaleString('en')} statements/s (wanted: ${wanted.toLocaleString('en')})`);
  await writeReport({
    name: 'importer',
    title: 'The importer of statements and usage',
    command: 'npm run bench:importer',
    notes: [
      `Postgres ${cluster.version} with fsync and synchronous commit; ${rows.toLocaleString('en')} statements in batches of ${batchRows.toLocaleString('en')}, two at once, with all indexes, usage and sessions' counters.`,
      `Wanted: ${wanted.toLocaleString('en')} statements a second.`,
      'Making the statements is in the times and in the µs of Node.',
      'Each batch counts once: the first batch again inserted nothing.',
    ],
    table: found,
    data: { rows, batchRows, median, rounds: found },
  });
  if (median < wanted) process.exitCode = 1;
} finally {
  await cluster.close();
}

async function measure(url: string): Promise<Record<string, number>> {
  const importer = openImporter(url);
  const batches = Math.ceil(rows / batchRows);
  const warm = statements(batchRows, 0);
  await importer.importStatements({ rows: warm, facts: [] });
  const before = { node: process.cpuUsage(), database: await cluster.cpuMs(), at: performance.now() };
  let next = 1;
  // Two at once, as the importer has two connections: one writes while the other prepares.
  async function lane(): Promise<void> {
    while (next <= batches) {
      next += 1;
      await importer.importStatements({ rows: statements(batchRows, next - 1), facts: [] });
    }
  }
  await Promise.all([lane(), lane()]);
  const seconds = (performance.now() - before.at) / 1000;
  const { user, system } = process.cpuUsage(before.node);
  const database = (await cluster.cpuMs()) - before.database;
  const done = batches * batchRows;
  const again = await importer.importStatements({ rows: warm, facts: [] });
  await importer.close();
  if (again.inserted !== 0) throw new Error(`a batch that was there counted ${again.inserted} again`);
  const each = (us: number) => Number((us / done).toFixed(1));
  return {
    'statements/s': Math.round(done / seconds),
    seconds: Number(seconds.toFixed(1)),
    'Node µs each': each(user + system),
    'database µs each': each(database * 1000),
  };
}
