import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres } from '#bin/sandbox/postgres';
import { migrate } from '#lib/db/migrate';

const dropScratch = 'DROP DATABASE IF EXISTS scratch WITH (FORCE)';

/** A real Postgres of a benchmark's own. */
export interface BenchCluster {
  readonly folder: string;
  readonly version: string;
  /** Where `fresh` and `copyOf` put theirs: one at a time. */
  readonly scratchUrl: string;
  /**
   * A migrated database that `fill` has filled: now, or in an earlier run of a kept cluster. Half
   * filled ones are never used.
   */
  filled(name: string, fill: (url: string) => Promise<void>): Promise<string>;
  /** A migrated database with nothing in it. */
  fresh(): Promise<string>;
  /** A copy to write in: the filled one stays as it was. */
  copyOf(name: string): Promise<string>;
  /** What the database's processes for clients have spent so far, in steps of 10 ms; 0 without /proc. */
  cpuMs(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Thrown away at the end, unless COUNTERSIGN_BENCH_HOME names a folder: then it is kept there as `name`
 * with what was filled in, for the next run.
 */
export async function openCluster(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<BenchCluster> {
  const home = process.env.COUNTERSIGN_BENCH_HOME;
  const folder = home ? join(home, name) : await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  await mkdir(folder, { recursive: true });
  const server = await startPostgres({
    dataDirectory: join(folder, 'data'),
    port: await freePort(),
    superuserPassword: await passwordIn(folder),
    logFile: join(folder, 'log/postgres.log'),
    throwAway: !home,
    settings,
  });
  const admin = new Client({ connectionString: server.superuserUrl('postgres') });
  await admin.connect();
  const scratchUrl = server.superuserUrl('scratch');
  const has = async (database: string) =>
    (await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])).rowCount === 1;

  return {
    folder,
    version: server.version,
    scratchUrl,
    async filled(database, fill) {
      if (!(await has(database))) {
        await admin.query('DROP DATABASE IF EXISTS filling WITH (FORCE)');
        await admin.query('CREATE DATABASE filling');
        await migrate({ url: server.superuserUrl('filling') });
        await fill(server.superuserUrl('filling'));
        await admin.query(`ALTER DATABASE filling RENAME TO ${escapeIdentifier(database)}`);
      }
      await migrate({ url: server.superuserUrl(database) });
      return server.superuserUrl(database);
    },
    async fresh() {
      await admin.query(dropScratch);
      await admin.query('CREATE DATABASE scratch');
      await migrate({ url: scratchUrl });
      return scratchUrl;
    },
    async copyOf(database) {
      await admin.query(dropScratch);
      await admin.query(
        `CREATE DATABASE scratch TEMPLATE ${escapeIdentifier(database)} STRATEGY = FILE_COPY`,
      );
      return scratchUrl;
    },
    async cpuMs() {
      if (process.platform !== 'linux') return 0;
      const { rows } = await admin.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'parallel worker')
           AND pid <> pg_backend_pid()`,
      );
      const spent = await Promise.all(rows.map(({ pid }) => ticksOf(pid)));
      return spent.reduce((sum, ticks) => sum + ticks, 0) * 10;
    },
    async close() {
      if (home) await admin.query(dropScratch);
      await admin.end();
      await server.stop();
      if (!home) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function passwordIn(folder: string): Promise<string> {
  const path = join(folder, 'password');
  if (!existsSync(path)) await writeFile(path, newPassword(), { mode: 0o600 });
  return (await readFile(path, 'utf8')).trim();
}

async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat.split(') ')[1]?.split(' ').slice(11, 13) ?? [];
  return Number(user ?? 0) + Number(system ?? 0);
}
