import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readlink, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Account, canEnter } from './account.ts';

/** A folder that root owns and everybody may enter, for what the server's account must reach. */
export async function reachableFolder(): Promise<string> {
  for (const place of [
    '/var/lib/countersign-sandbox',
    join(tmpdir(), `countersign-sandbox-${process.getuid?.()}`),
  ]) {
    try {
      await mkdir(place, { recursive: true, mode: 0o755 });
      const found = await lstat(place);
      // Nobody else's folder: it holds programs that we run.
      if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return place;
    } catch {
      // Read-only or taken; the next one.
    }
  }
  throw new Error(
    'Found no folder for Postgres that its account can reach: tried /var/lib and the temporary folder.',
  );
}

/**
 * Where the cluster really lies. In a home that the account can't enter, `wanted` becomes a link to
 * a folder of its own elsewhere; a home that was removed and made anew never finds the old data.
 */
export async function clusterPlace(wanted: string, account: Account | null): Promise<string> {
  const linked = await readlink(wanted).catch(() => null);
  if (linked !== null) return linked;
  await mkdir(dirname(wanted), { recursive: true });
  if (canEnter(account, dirname(wanted))) return wanted;
  const elsewhere = join(await reachableFolder(), `data-${randomBytes(8).toString('hex')}`);
  await symlink(elsewhere, wanted);
  return elsewhere;
}
