import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres, superuser } from '#bin/sandbox/postgres';
import { migrate } from '#lib/db/migrate';
import { openImporter } from '#lib/usage/index';
import { statements } from './statements.ts';

// Rows a second of the importer against a real Postgres with its usual durability.
// npm run bench:importer [-- ROWS]

const rows = Number(process.argv[2] ?? 500_000);
const batchRows = 5_000;

const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
const password = newPassword();
const server = await startPostgres({
  dataDirectory: join(folder, 'data'),
  port: await freePort(),
  superuserPassword: password,
  logFile: join(folder, 'postgres.log'),
});
const url = `postgresql://${superuser}:${password}@127.0.0.1:${server.port}/postgres`;
try {
  await migrate({ url });
  const importer = openImporter(url);
  const batches = Math.ceil(rows / batchRows);
  const warm = statements(batchRows, 0);
  await importer.importStatements({ rows: warm, facts: [] });
  const cpu = process.cpuUsage();
  const start = performance.now();
  let next = 1;
  // Two at once, as the importer has two connections: one writes while the other prepares.
  async function lane(): Promise<void> {
    while (next <= batches) {
      next += 1;
      await importer.importStatements({ rows: statements(batchRows, next), facts: [] });
    }
  }
  await Promise.all([lane(), lane()]);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const done = batches * batchRows;
  const again = await importer.importStatements({ rows: warm, facts: [] });
  await importer.close();
  console.log(`${done} statements in ${seconds.toFixed(1)} s`);
  console.log(`${Math.round(done / seconds).toLocaleString('en')} statements/s (wanted: 50,000)`);
  console.log(`${((user + system) / done).toFixed(1)} µs of Node a statement, making them included`);
  console.log(`the first batch again: ${again.inserted} inserted`);
  if (again.inserted !== 0) process.exitCode = 1;
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
