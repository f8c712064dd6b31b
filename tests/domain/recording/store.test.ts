import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  blobStoreOf,
  FileStore,
  RecordingReader,
  recordingName,
  type SealedStore,
} from '#lib/recording/index';
import { blobPlaceOf } from '#lib/recording/store/settings';
import { type Azurite, startAzurite } from '#tests/support/azurite';
import { key, makeRecording, statements } from './fixture.ts';

let folder: string;
let azurite: Azurite;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-store-'));
  azurite = await startAzurite();
});
afterAll(async () => {
  await azurite?.stop();
  await rm(folder, { recursive: true, force: true });
});

const stores: Record<string, () => SealedStore> = {
  file: () => new FileStore(join(folder, 'kept')),
  blob: () => blobStoreOf(azurite.environment) as SealedStore,
};

let names = 0;
async function fileOf(bytes: Buffer): Promise<{ name: string; path: string; digest: string }> {
  names += 1;
  const path = join(folder, `sealed-${names}`);
  await writeFile(path, bytes);
  return {
    name: recordingName(`ses_${names}`),
    path,
    digest: createHash('sha256').update(bytes).digest('hex'),
  };
}

describe.each(['file', 'blob'])('the %s store', (kind) => {
  const store = () => stores[kind]?.() as SealedStore;

  test('keeps a recording, which is read in pieces', async () => {
    const { bytes } = await makeRecording(statements(400, 40));
    const { name, path, digest } = await fileOf(bytes);
    await store().put(name, path, digest);
    const { source, close } = await store().open(name);
    expect(source.size).toBe(bytes.length);
    const reader = await RecordingReader.open(source, key);
    expect((await reader.page(700, 3)).records.map(({ seq }) => seq)).toEqual([700, 701, 702]);
    await expect(source.read(bytes.length - 2, 4)).rejects.toMatchObject({ code: 'integrity' });
    await close();
  });

  test('takes the same file twice and at once, and never another one in its place', async () => {
    const { name, path, digest } = await fileOf(randomBytes(100_000));
    await Promise.all([store().put(name, path, digest), store().put(name, path, digest)]);
    await store().put(name, path, digest);
    const other = await fileOf(randomBytes(100_000));
    await expect(store().put(name, other.path, other.digest)).rejects.toMatchObject({ code: 'integrity' });
    const { source, close } = await store().open(name);
    expect(
      createHash('sha256')
        .update(await source.read(0, source.size))
        .digest('hex'),
    ).toBe(digest);
    await close();
  });

  test('says when what it read back is not what was sealed', async () => {
    const { name, path } = await fileOf(randomBytes(1_000));
    await expect(store().put(name, path, '0'.repeat(64))).rejects.toMatchObject({ code: 'integrity' });
  });

  test('removes for good, also what is gone already', async () => {
    const { name, path, digest } = await fileOf(randomBytes(10));
    await store().put(name, path, digest);
    await store().remove(name);
    await store().remove(name);
    await expect(store().open(name)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('knows names of recordings only', async () => {
    const { path, digest } = await fileOf(randomBytes(10));
    for (const name of ['../x.csrec', 'a/b.csrec', 'x.key', '', 'x.csrec/..']) {
      await expect(store().put(name, path, digest)).rejects.toMatchObject({ code: 'invalid' });
      await expect(store().open(name)).rejects.toMatchObject({
        code: expect.stringMatching(/invalid|not_found/),
      });
      await expect(store().remove(name)).rejects.toMatchObject({ code: 'invalid' });
    }
    expect(() => recordingName('../x')).toThrow();
  });
});

test('half a copy is never seen', async () => {
  const { name, path, digest } = await fileOf(randomBytes(50_000));
  await stores.file?.().put(name, path, digest);
  expect((await readdir(join(folder, 'kept'))).filter((file) => !file.endsWith('.csrec'))).toEqual([]);
  expect(existsSync(path)).toBe(true);
});

test('an upload goes on where it stopped, and takes no block that is not its own', async () => {
  const megabytes = 4 * 1024 * 1024;
  const bytes = randomBytes(2 * megabytes + 1_000);
  const { name, path, digest } = await fileOf(bytes);
  const blob = azurite.container.getBlockBlobClient(name);
  const idOf = (index: number, part: Buffer) =>
    Buffer.from(
      `${String(index).padStart(6, '0')}-${createHash('sha256').update(part).digest('hex').slice(0, 32)}`,
    ).toString('base64');
  const first = bytes.subarray(0, megabytes);
  const foreign = randomBytes(megabytes);
  await blob.stageBlock(idOf(0, first), first, first.length);
  await blob.stageBlock(idOf(1, foreign), foreign, foreign.length);
  await expect(stores.blob?.().open(name)).rejects.toMatchObject({ code: 'not_found' });
  await stores.blob?.().put(name, path, digest);
  const { metadata, contentLength } = await blob.getProperties();
  expect({ metadata, contentLength }).toEqual({ metadata: { sha256: digest }, contentLength: bytes.length });
  const { committedBlocks } = await blob.getBlockList('committed');
  expect(committedBlocks?.map(({ name: id }) => id)[0]).toBe(idOf(0, first));
  expect(committedBlocks?.map(({ name: id }) => id)).not.toContain(idOf(1, foreign));
});

test('a store that does not answer is unavailable, not missing', async () => {
  const url = 'http://127.0.0.1:9/account/recordings?sig=x';
  const gone = blobStoreOf({ COUNTERSIGN_STORE: 'blob', COUNTERSIGN_BLOB_URL: url }) as SealedStore;
  await expect(gone.open('ses_1.csrec')).rejects.toMatchObject({ code: 'unavailable' });
});

test('the environment chooses the store, and its faults are named', () => {
  expect(blobPlaceOf({})).toBeNull();
  expect(blobPlaceOf({ COUNTERSIGN_STORE: 'file', COUNTERSIGN_BLOB_URL: '' })).toBeNull();
  const good = { COUNTERSIGN_STORE: 'blob', COUNTERSIGN_BLOB_URL: 'https://a.blob.core.windows.net/c' };
  expect(blobPlaceOf(good)).toEqual({
    url: good.COUNTERSIGN_BLOB_URL,
    account: null,
    keyFile: null,
    identityClientId: null,
  });
  for (const [change, said] of [
    [{ COUNTERSIGN_STORE: 'tape' }, /COUNTERSIGN_STORE must be file or blob/],
    [{ COUNTERSIGN_BLOB_URL: '' }, /COUNTERSIGN_BLOB_URL must be/],
    [{ COUNTERSIGN_BLOB_URL: 'http://a.example/c' }, /must be https/],
    [{ COUNTERSIGN_BLOB_URL: 'https://a.example/' }, /names no container/],
    [{ COUNTERSIGN_BLOB_URL: 'nonsense' }, /not an address/],
    [{ COUNTERSIGN_BLOB_ACCOUNT: 'a' }, /belong together/],
  ] as const) {
    expect(() => blobPlaceOf({ ...good, ...change })).toThrow(said);
  }
});
