import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { CountersignError } from '#lib/core/errors';

/** Prisma's own advisory lock: `prisma migrate` and this migrator exclude each other. */
const prismaLock = 72707369;
const lockWaitMsMax = 60_000;
const migrationsFolder = join(import.meta.dirname, '../../prisma/migrations');
const runtimeRole = 'countersign_runtime';

export interface MigrateOptions {
  /** The owner's login. It needs CREATEROLE once, for the role that run-time logins are members of. */
  readonly url: string;
  /** The folder with one folder per migration. */
  readonly directory?: string;
  /** The login of DATABASE_URL: is made a member of the run-time role. */
  readonly runtimeLogin?: string;
  readonly onApply?: (name: string) => void;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface AppliedRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Brings the control database to this version's schema, each migration in its own transaction, and
 * returns the names of those it applied. `prisma migrate status` agrees with what it leaves.
 * Throws `integrity` for a changed or half-applied migration, `conflict` for a database that is newer.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(options.directory ?? migrationsFolder);
  const client = new Client({ connectionString: options.url, application_name: 'countersign migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    await takeLock(client);
    await client.query(createTable);
    const pending = pendingOf(migrations, await readApplied(client));
    for (const migration of pending) {
      options.onApply?.(migration.name);
      await apply(client, migration);
    }
    if (options.runtimeLogin !== undefined) await admit(client, options.runtimeLogin);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/**
 * Throws `conflict` unless every migration has been applied: for a start that has no owner's login.
 * `url` may be the run-time login's.
 */
export async function requireMigrated(url: string, directory = migrationsFolder): Promise<void> {
  const migrations = await readMigrations(directory);
  const client = new Client({ connectionString: url, application_name: 'countersign' });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ made: boolean }>(
      `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS made`,
    );
    const applied = rows[0]?.made ? await readApplied(client) : [];
    const pending = pendingOf(migrations, applied);
    if (pending.length > 0) {
      throw new CountersignError(
        'conflict',
        `The control database lacks ${pending.length} migrations. Set COUNTERSIGN_MIGRATE_URL to its owner's login and start again.`,
      );
    }
  } finally {
    await client.end();
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(join(directory, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    }),
  );
}

async function takeLock(client: Client): Promise<void> {
  await client.query(`SET lock_timeout = ${lockWaitMsMax}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
  } catch (cause) {
    throw new CountersignError(
      'unavailable',
      `Another process has been migrating this database for ${lockWaitMsMax / 1000} seconds. Wait until it has finished, then start again.`,
      { cause },
    );
  }
  await client.query('SET lock_timeout = 0');
}

async function readApplied(client: Client): Promise<AppliedRow[]> {
  const { rows } = await client.query<AppliedRow>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name',
  );
  return rows;
}

function pendingOf(migrations: readonly Migration[], applied: readonly AppliedRow[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const done = new Set<string>();
  for (const row of applied) {
    const migration = known.get(row.migration_name);
    if (row.finished_at === null) {
      throw new CountersignError(
        'integrity',
        `Migration ${row.migration_name} began on this database and did not finish. Look at what it left, then mark it with \`npx prisma migrate resolve\` and start again.`,
      );
    }
    if (migration === undefined) {
      throw new CountersignError(
        'conflict',
        `This database has migration ${row.migration_name}, which this version does not know. Start the newer version of Countersign.`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new CountersignError(
        'integrity',
        `Migration ${row.migration_name} was changed after it had been applied to this database. Restore the file as it was; a further change needs a migration of its own.`,
      );
    }
    done.add(row.migration_name);
  }
  return migrations.filter((migration) => !done.has(migration.name));
}

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CountersignError(
      'internal',
      `Migration ${migration.name} failed and was rolled back: ${reason}`,
      { cause },
    );
  }
}

async function admit(client: Client, login: string): Promise<void> {
  const { rows } = await client.query<{ member: boolean }>(
    `SELECT EXISTS (
       SELECT FROM pg_auth_members
       WHERE roleid = (SELECT oid FROM pg_roles WHERE rolname = $1)
         AND member = (SELECT oid FROM pg_roles WHERE rolname = $2)) AS member`,
    [runtimeRole, login],
  );
  if (!rows[0]?.member) {
    try {
      await client.query(`GRANT ${runtimeRole} TO ${escapeIdentifier(login)}`);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CountersignError(
        'forbidden',
        `The login ${login} could not be made a member of ${runtimeRole} (${reason}). As a superuser run: GRANT ${runtimeRole} TO ${escapeIdentifier(login)};`,
        { cause },
      );
    }
  }
  // Rows are taken in through a temporary table. No error, only a warning, without the right to give it.
  const { rows: found } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const database = escapeIdentifier(found[0]?.name ?? '');
  await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${runtimeRole}`);
  // It came in by GRANT … ON ALL TABLES; only the owner writes what has been applied.
  await client.query(`REVOKE ALL ON _prisma_migrations FROM ${runtimeRole}`);
  await client.query(`GRANT SELECT ON _prisma_migrations TO ${runtimeRole}`);
}

const createTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;
