import { open, readFile, rename } from 'node:fs/promises';

/** Reads a file that only we read, or makes it: whole under its name or not at all. */
export async function readOrMake(path: string, make: () => Promise<string> | string): Promise<string> {
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found !== null) return found;
  const text = await make();
  await writePrivate(path, text);
  return text;
}

/** Replaces a file at once, synced, readable by nobody else. */
export async function writePrivate(path: string, text: string, mode = 0o600): Promise<void> {
  const fresh = `${path}.new-${process.pid}`;
  const file = await open(fresh, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}
