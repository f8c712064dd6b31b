import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CountersignError } from '#lib/core/errors';
import type { SealingKey } from '#lib/core/sealing';
import { readSealingKey } from '#lib/core/sealing-key';
import { BlobStore } from '#lib/recording/store/blob-store';
import { FileStore } from '#lib/recording/store/file-store';
import type { SealedStore } from '#lib/recording/store/store';
import type { RecordingStores } from '#lib/retention/index';
import { environment } from './environment.ts';

export interface Recordings {
  readonly directory: string;
  /** The gateway's, where it runs on this host: running sessions are read there. */
  readonly spool: string;
  readonly key: SealingKey;
  readonly blobs: SealedStore | null;
}

let read: Promise<SealingKey> | undefined;
let blobStore: BlobStore | null = null;

/** The sealing key of COUNTERSIGN_KEY_FILE: 32 bytes in base64, on one line. */
export function sealingKey(): Promise<SealingKey> {
  read ??= load(environment().keyFile).catch((error: unknown) => {
    read = undefined;
    throw error;
  });
  return read;
}

/** Where recordings lie, and the key that opens them. */
export async function recordings(): Promise<Recordings> {
  const { home, blobs } = environment();
  blobStore ??= blobs && new BlobStore(blobs);
  return {
    directory: join(home, 'recordings'),
    spool: join(home, 'spool'),
    key: await sealingKey(),
    blobs: blobStore,
  };
}

/** Where their bytes are removed from. */
export async function recordingStores(): Promise<RecordingStores> {
  const { directory, blobs } = await recordings();
  return { file: new FileStore(directory), blob: blobs };
}

async function load(path: string): Promise<SealingKey> {
  try {
    return readSealingKey(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CountersignError('unavailable', 'The sealing key can’t be read. Ask an admin.', { cause });
  }
}
