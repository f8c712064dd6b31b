import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { CountersignError } from '#lib/core/errors';
import type { ByteSource } from '../bytes.ts';
import { type BlobPlace, containerClient } from './blob-place.ts';
import { digestOf, otherBytes } from './digest.ts';
import type { OpenBytes, SealedStore } from './store.ts';

/** One staged block; Azure takes 50,000 of them. */
const blockBytes = 4 * 1024 * 1024;
/** A page of a recording is read in a few of these: a request costs more than its bytes. */
const windowBytes = 256 * 1024;
const windowsMax = 4;

/** Recordings as block blobs of one container. */
export class BlobStore implements SealedStore {
  readonly kind = 'blob';
  readonly #place: BlobPlace;
  #container: Promise<ContainerClient> | null = null;

  constructor(place: BlobPlace) {
    this.#place = place;
  }

  async put(name: string, path: string, digest: string): Promise<void> {
    const blob = await this.#blob(name);
    if (!(await blob.exists())) await upload(blob, path, digest);
    const { readableStreamBody } = await blob.download();
    if (!readableStreamBody || (await digestOf(readableStreamBody)) !== digest) throw otherBytes(name);
  }

  async open(name: string): Promise<OpenBytes> {
    const blob = await this.#blob(name);
    try {
      const { contentLength, etag } = await blob.getProperties();
      return { source: windowed(blob, contentLength ?? 0, etag ?? ''), close: async () => undefined };
    } catch (cause) {
      if (statusOf(cause) !== 404) throw away(cause);
      throw new CountersignError('not_found', `The recording ${name} is not in the store.`, { cause });
    }
  }

  async remove(name: string): Promise<void> {
    const blob = await this.#blob(name);
    await blob.deleteIfExists({ deleteSnapshots: 'include' });
  }

  async #blob(name: string): Promise<BlockBlobClient> {
    if (!/^\w{1,64}\.csrec$/.test(name)) {
      throw new CountersignError('invalid', `${name} is not a recording’s name.`);
    }
    this.#container ??= containerClient(this.#place).catch((error) => {
      this.#container = null;
      throw error;
    });
    return (await this.#container).getBlockBlobClient(name);
  }
}

/** Stages what is not staged yet, then commits all at once: half an upload is never seen as a blob. */
async function upload(blob: BlockBlobClient, path: string, digest: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    const staged = await stagedBlocks(blob);
    const ids: string[] = [];
    const { size } = await handle.stat();
    for (let offset = 0; offset < size; offset += blockBytes) {
      const bytes = await readAt(handle, offset, Math.min(blockBytes, size - offset));
      const id = blockId(ids.length, bytes);
      if (!staged.has(id)) {
        const transactionalContentMD5 = createHash('md5').update(bytes).digest();
        await blob.stageBlock(id, bytes, bytes.length, { transactionalContentMD5 });
      }
      ids.push(id);
    }
    await blob.commitBlockList(ids, {
      metadata: { sha256: digest },
      conditions: { ifNoneMatch: '*' },
      blobHTTPHeaders: { blobContentType: 'application/octet-stream' },
    });
  } catch (error) {
    // Another worker of the same home committed it meanwhile: what lies there is compared anyway.
    if (statusOf(error) !== 409 && statusOf(error) !== 412) throw error;
  } finally {
    await handle.close();
  }
}

async function stagedBlocks(blob: BlockBlobClient): Promise<Set<string>> {
  try {
    const { uncommittedBlocks } = await blob.getBlockList('uncommitted');
    return new Set(uncommittedBlocks?.map(({ name }) => name));
  } catch (error) {
    if (statusOf(error) === 404) return new Set();
    throw error;
  }
}

/** Place and content: a block that an earlier try staged is taken only when it is the same. */
function blockId(index: number, bytes: Buffer): string {
  const content = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return Buffer.from(`${String(index).padStart(6, '0')}-${content}`).toString('base64');
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw new CountersignError('integrity', 'the file ends before its end');
    done += bytesRead;
  }
  return bytes;
}

/** Bytes by ranges, a few windows kept. Another blob in its place (another etag) is refused. */
function windowed(blob: BlockBlobClient, size: number, etag: string): ByteSource {
  const windows = new Map<number, Buffer>();
  const fetched = async (at: number, length: number) => {
    try {
      return await blob.downloadToBuffer(at, length, { conditions: { ifMatch: etag } });
    } catch (cause) {
      throw away(cause);
    }
  };
  return {
    size,
    async read(offset, length) {
      if (offset < 0 || offset + length > size) {
        throw new CountersignError('integrity', 'the recording in the store is cut short');
      }
      const first = Math.floor(offset / windowBytes) * windowBytes;
      if (offset + length > first + windowBytes) return fetched(offset, length);
      let window = windows.get(first);
      if (!window) {
        window = await fetched(first, Math.min(windowBytes, size - first));
        for (const old of windows.keys()) if (windows.size >= windowsMax) windows.delete(old);
        windows.set(first, window);
      }
      return window.subarray(offset - first, offset - first + length);
    },
  };
}

function away(cause: unknown): CountersignError {
  return new CountersignError('unavailable', 'The store of recordings does not answer. Try again later.', {
    cause,
  });
}

function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' ? status : null;
}
