import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CountersignError } from '#lib/core/errors';
import type { Db } from '#lib/db/client';
import { lastCheckpoint, openCheckpoint } from '#lib/ledger/index';
import { type BlobPlace, containerClient } from '#lib/recording/store/blob-place';

const copyName = /^checkpoint-(\d{16})\.txt$/;

/** By name they are in order of their trees' sizes. */
export function copyNameOf(size: number): string {
  return `checkpoint-${String(size).padStart(16, '0')}.txt`;
}

/** A place outside the control database that keeps checkpoints, each under the tree's size. */
export interface CheckpointCopies {
  readonly name: string;
  /** Names of the copies that are there. */
  list(): Promise<readonly string[]>;
  read(name: string): Promise<string>;
  /** Never overwrites. */
  write(name: string, note: string): Promise<void>;
}

/**
 * Copies the newest checkpoint to every place. Throws `integrity`, and copies nothing there, when a
 * place holds another checkpoint of this size, or one of a larger tree than there is: the ledger was
 * set back. Every place is tried; the first failure is thrown at the end.
 */
export async function copyCheckpoint(db: Db, places: readonly CheckpointCopies[]): Promise<void> {
  const last = await lastCheckpoint(db);
  if (last === null) return;
  let failure: unknown = null;
  for (const place of places) {
    try {
      await copyTo(place, last);
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
}

async function copyTo(
  place: CheckpointCopies,
  last: { readonly size: number; readonly root: Buffer; readonly note: string },
): Promise<void> {
  const name = copyNameOf(last.size);
  const names = (await place.list()).filter((found) => copyName.test(found)).sort();
  const newest = names.at(-1);
  if (newest !== undefined && newest > name) {
    throw new CountersignError(
      'integrity',
      `${place.name} holds ${newest}, and the ledger has a checkpoint of ${last.size} entries only: it was set back.`,
    );
  }
  if (!names.includes(name)) await place.write(name, last.note);
  const kept = openCheckpoint(await place.read(name));
  if (kept.size !== last.size || !kept.root.equals(last.root)) {
    throw new CountersignError(
      'integrity',
      `${place.name} holds another checkpoint of ${last.size} entries than the ledger: one of them was changed.`,
    );
  }
}

export function folderCopies(folder: string): CheckpointCopies {
  return {
    name: folder,
    async list() {
      await mkdir(folder, { recursive: true });
      return readdir(folder);
    },
    read: (name) => readFile(join(folder, name), 'utf8'),
    async write(name, note) {
      const near = join(folder, `.${name}.${process.pid}`);
      const handle = await open(near, 'w', 0o644);
      try {
        await handle.writeFile(note);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(near, join(folder, name)).catch(async (error) => {
        await rm(near, { force: true });
        throw error;
      });
    },
  };
}

export function blobCopies(place: BlobPlace): CheckpointCopies {
  const container = () => containerClient(place);
  return {
    name: new URL(place.url).origin + new URL(place.url).pathname,
    async list() {
      const names: string[] = [];
      for await (const { name } of (await container()).listBlobsFlat({ prefix: 'checkpoint-' }))
        names.push(name);
      return names;
    },
    async read(name) {
      return (await (await container()).getBlobClient(name).downloadToBuffer()).toString('utf8');
    },
    async write(name, note) {
      const bytes = Buffer.from(note, 'utf8');
      await (await container()).getBlockBlobClient(name).upload(bytes, bytes.length, {
        conditions: { ifNoneMatch: '*' },
        blobHTTPHeaders: { blobContentType: 'text/plain; charset=utf-8' },
      });
    },
  };
}
