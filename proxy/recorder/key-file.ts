import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';

// A recording does not hold its data key, so that the key can be destroyed for every copy of it. Until
// the control plane has it, wrapped, it waits beside the unfinished file.

const partEnd = /\.part$/;

function keyPath(partPath: string): string {
  return partPath.replace(partEnd, '.key');
}

function toldPath(partPath: string): string {
  return partPath.replace(partEnd, '.told');
}

/** Keeps a wrapped data key; it is on the disk when this resolves. */
export async function keepKey(partPath: string, wrappedKey: string): Promise<void> {
  const handle = await open(keyPath(partPath), 'w', 0o600);
  try {
    await handle.writeFile(wrappedKey);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Null: there is none (any more), or the file holds its own. */
export async function readKey(partPath: string): Promise<string | null> {
  try {
    return await readFile(keyPath(partPath), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The control plane has the key and the seal: from here on only it knows how to open the file. */
export async function settleKey(partPath: string): Promise<void> {
  const marker = await open(toldPath(partPath), 'w', 0o600);
  await marker.close();
  await rm(keyPath(partPath), { force: true });
}

/** True when a session was told, so that what a spool still has of it is not recorded anew. */
export function isSettled(partPath: string): boolean {
  return existsSync(toldPath(partPath));
}

/** No segment has anything of the session any more. */
export async function forgetSettled(partPath: string): Promise<void> {
  await rm(toldPath(partPath), { force: true });
}

/** The control plane refused the seal for good: the key stays beside the file that only it opens. */
export async function keepRefusedKey(partPath: string, finalPath: string): Promise<void> {
  if (existsSync(keyPath(partPath))) await rename(keyPath(partPath), `${finalPath}.key`);
}
