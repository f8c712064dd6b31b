import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CountersignError } from '#lib/core/errors';
import { fileSource } from '../file.ts';
import { digestOfFile, otherBytes } from './digest.ts';
import type { OpenBytes, SealedStore } from './store.ts';

/** Recordings as files of one folder, which may be a mounted one. */
export class FileStore implements SealedStore {
  readonly kind = 'file';
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = resolve(directory);
  }

  async put(name: string, path: string, digest: string): Promise<void> {
    const place = this.#place(name);
    if (resolve(path) !== place) await bring(path, place);
    if ((await digestOfFile(place)) !== digest) throw otherBytes(name);
  }

  async open(name: string): Promise<OpenBytes> {
    try {
      const handle = await open(this.#place(name), 'r');
      return { source: await fileSource(handle), close: () => handle.close() };
    } catch (cause) {
      throw new CountersignError('not_found', `The recording ${name} is not in the store.`, { cause });
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#place(name), { force: true });
    await syncFolder(this.#directory);
  }

  #place(name: string): string {
    if (!/^\w{1,64}\.csrec$/.test(name)) {
      throw new CountersignError('invalid', `${name} is not a recording’s name.`);
    }
    return join(this.#directory, name);
  }
}

/** Copies beside its place and links it in, so that a half copy is never seen and nothing is overwritten. */
async function bring(path: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  const near = `${place}.bringing-${randomBytes(6).toString('hex')}`;
  try {
    await copyFile(path, near);
    const copied = await open(near, 'r+');
    await copied.datasync();
    await copied.close();
    await link(near, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(near, { force: true });
  }
  await syncFolder(dirname(place));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().finally(() => folder.close());
}
