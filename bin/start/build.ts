import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the production build is made from. */
const sources = [
  'app',
  'components',
  'lib',
  'middleware.ts',
  'prisma/schema',
  'next.config.js',
  'package-lock.json',
  'package.json',
  'postcss.config.mjs',
  'tsconfig.json',
];

export const root = join(import.meta.dirname, '../..');
const stampFile = join(root, '.next/countersign-build');

/** A build is used again only when nothing that it was made from has changed since. */
export async function isBuilt(): Promise<boolean> {
  const stamp = await readFile(stampFile, 'utf8').catch(() => null);
  return stamp !== null && stamp === (await sourceDigest());
}

/** Runs the build; the stamp is written last, so that a half-made build is made again. */
export async function build(runNext: () => Promise<void>): Promise<void> {
  const digest = await sourceDigest();
  await runNext();
  await writeFile(stampFile, digest);
}

async function sourceDigest(): Promise<string> {
  const hash = createHash('sha256').update(`${process.version} ${process.platform}\n`);
  for (const path of await filesOf(sources)) {
    hash
      .update(`${path}\0`)
      .update(await readFile(join(root, path)).catch(() => ''))
      .update('\0');
  }
  return hash.digest('hex');
}

async function filesOf(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true }).catch(
      () => null,
    );
    if (entries === null) found.push(path);
    else {
      for (const entry of entries) {
        if (entry.isFile()) found.push(join(entry.parentPath, entry.name).slice(root.length + 1));
      }
    }
  }
  return found.sort();
}
