import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Account, asAccount, serverAccount } from './postgres/account.ts';
import { type Binaries, findBinaries } from './postgres/binaries.ts';
import { clusterPlace, reachableFolder } from './postgres/places.ts';
import { stopServer, stopStaleServer } from './postgres/stale.ts';

const startMsMax = 60_000;
/** Older servers take their locales from the system. */
const firstBuiltinLocale = 17;

export interface PostgresOptions {
  /** Where the data lies; may become a link to a folder that the server's account can reach. */
  readonly dataDirectory: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly logFile: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** An npm package's folder with the server in it; absent: the one that is installed here. */
  readonly packageFolder?: string;
  /** `initdb --no-sync`: for data that nobody needs after a crash. */
  readonly throwAway?: boolean;
}

export interface RunningPostgres {
  readonly port: number;
  readonly pid: number;
  readonly version: string;
  /** Where the data really lies. */
  readonly dataDirectory: string;
  /** A superuser's URL of a database. */
  superuserUrl(database: string): string;
  /** Settles when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Name of the cluster's superuser. */
export const superuser = 'countersign_sandbox';

/**
 * Starts a real Postgres on 127.0.0.1, making its cluster first when there is none. A cluster is
 * made under another name and renamed, so a half-made one is never used. The caller holds a lock on
 * the folder: a server that still runs on it was left by an earlier start, and is stopped.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const account = serverAccount();
  const binaries = await findBinaries(account, options.packageFolder ?? null);
  const place = await clusterPlace(options.dataDirectory, account);
  if (await isCluster(place)) {
    await requireSameMajor(place, binaries);
    await stopStaleServer(place);
  } else await makeCluster(place, binaries, account, options);
  return serve(place, binaries, account, options);
}

async function isCluster(place: string): Promise<boolean> {
  return stat(join(place, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

async function requireSameMajor(place: string, binaries: Binaries): Promise<void> {
  const major = (await readFile(join(place, 'PG_VERSION'), 'utf8')).trim();
  if (!binaries.version.startsWith(`${major}.`)) {
    throw new Error(
      `The data in ${place} were written by Postgres ${major}; this version of Countersign brings ${binaries.version}. Move that folder away to begin anew.`,
    );
  }
}

async function makeCluster(
  place: string,
  binaries: Binaries,
  account: Account | null,
  options: PostgresOptions,
): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await removeHalfMade(place);
  const fresh = `${place}.new-${process.pid}`;
  await mkdir(fresh, { mode: 0o700 });
  if (account) chownSync(fresh, account.uid, account.gid);
  const passwordFolder = await mkdtemp(join(account ? await reachableFolder() : dirname(place), 'initdb-'));
  const passwordFile = join(passwordFolder, 'password');
  await writeFile(passwordFile, options.superuserPassword, { mode: 0o600 });
  if (account) {
    chownSync(passwordFolder, account.uid, account.gid);
    chownSync(passwordFile, account.uid, account.gid);
  }
  const args = [
    ...['-D', fresh, '-U', superuser, '--pwfile', passwordFile, '-A', 'scram-sha-256'],
    ...['-E', 'UTF8', '--locale=C'],
    ...(majorOf(binaries) >= firstBuiltinLocale
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : []),
    ...(options.throwAway ? ['--no-sync'] : []),
  ];
  const made = spawnSync(binaries.initdb, args, {
    ...asAccount(account),
    cwd: '/',
    env: serverEnvironment(),
    encoding: 'utf8',
  });
  await rm(passwordFolder, { recursive: true, force: true });
  if (made.status !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw new Error(
      `initdb did not finish (${made.error?.message ?? `exit ${made.status}`}).\n${made.stderr ?? ''}`.trim(),
    );
  }
  await rename(fresh, place);
}

function majorOf({ version }: Binaries): number {
  return Number.parseInt(version, 10);
}

async function removeHalfMade(place: string): Promise<void> {
  const parent = dirname(place);
  for (const name of await readdir(parent)) {
    if (name.startsWith(`${basename(place)}.new-`)) await rm(join(parent, name), { recursive: true });
  }
}

// Locale and PG* variables of whoever starts us would change what the server does.
function serverEnvironment(): NodeJS.ProcessEnv {
  return { NODE_ENV: 'production', PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

async function serve(
  place: string,
  binaries: Binaries,
  account: Account | null,
  options: PostgresOptions,
): Promise<RunningPostgres> {
  await mkdir(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    cluster_name: 'countersign_sandbox',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Detached: a terminal's Ctrl-C reaches the whole group, and the server has to be the last to go.
  const server = spawn(binaries.postgres, ['-D', place, '-p', String(options.port), ...flags], {
    ...asAccount(account),
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const pid = server.pid;
  if (pid === undefined) throw new Error(`${binaries.postgres} can't be run.`);
  let running = true;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve(undefined))).then(() => {
    running = false;
  });
  const keeper = keepAfterUs(pid);
  void ended.then(() => endGroup(keeper));
  const superuserUrl = (database: string) =>
    `postgresql://${superuser}:${encodeURIComponent(options.superuserPassword)}@127.0.0.1:${options.port}/${database}`;
  await answers(superuserUrl('postgres'), () => running, options.logFile);
  return {
    port: options.port,
    pid,
    version: binaries.version,
    dataDirectory: place,
    superuserUrl,
    ended,
    async stop() {
      if (running) await stopServer(pid, () => !running);
      await ended;
      // Whoever removes their temporary folder would leave the data that a link in it led to.
      if (options.throwAway && place !== options.dataDirectory)
        await rm(place, { recursive: true, force: true });
    },
  };
}

/**
 * Stops the server when we are killed and can't: a shell that waits on a pipe that only we hold.
 */
function keepAfterUs(pid: number): ChildProcess {
  const keeper = spawn('/bin/sh', ['-c', 'cat >/dev/null; sleep 1; kill -INT "$1"', 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.stdin.on('error', () => {});
  keeper.unref();
  return keeper;
}

function endGroup(keeper: ChildProcess): void {
  if (keeper.pid === undefined || keeper.exitCode !== null) return;
  try {
    process.kill(-keeper.pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

async function answers(url: string, running: () => boolean, logFile: string): Promise<void> {
  const until = Date.now() + startMsMax;
  let last: unknown;
  while (running() && Date.now() < until) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT 1');
      await client.end();
      return;
    } catch (error) {
      last = error;
      await client.end().catch(() => {});
      if (error instanceof Error && 'code' in error && error.code === '28P01') break;
      await sleep(40);
    }
  }
  const tail = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-8).join('\n');
  throw new Error(`Postgres did not come up (its log: ${logFile}).\n${tail}`, { cause: last });
}

/** A password that needs no quoting anywhere. */
export function newPassword(): string {
  return randomBytes(18).toString('base64url');
}
