import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobStoreOf, type SealedStore } from '#lib/recording/index';
import { applyRetention, deleteRecording, knownRecording, recordingStored } from '#lib/retention/index';
import { intentReader, openRecording } from '#lib/sessions/index';
import { startUploads } from '#proxy/recorder/index';
import { type Azurite, startAzurite } from '#tests/support/azurite';
import { createRetentionWorld, type RetentionWorld } from './world.ts';

let world: RetentionWorld;
let azurite: Azurite;
let blobs: SealedStore;
const logged: string[] = [];
beforeAll(async () => {
  [world, azurite] = await Promise.all([createRetentionWorld(), startAzurite()]);
  blobs = blobStoreOf(azurite.environment) as SealedStore;
});
afterAll(async () => {
  await azurite?.stop();
  await world?.drop();
});

function uploads(store: SealedStore = blobs) {
  const context = world.access.worker();
  return startUploads({
    directory: world.directory,
    store,
    controlPlane: {
      knownRecording: (sessionId) => knownRecording(context, sessionId),
      recordingStored: (stored) => recordingStored(context, stored),
    },
    log: (message, error) => void logged.push(`${message}: ${error}`),
    roundMs: 10,
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    if (tries > 500) throw new Error(`it did not happen: ${logged}`);
    await delay(20);
  }
}

const recordingOf = (sessionId: string) =>
  world.access.database.db.recording.findUniqueOrThrow({ where: { sessionId } });
const isInBlob = (sessionId: string) => azurite.container.getBlobClient(`${sessionId}.csrec`).exists();

test('a sealed file goes to the store, is read from there, and its local file goes', async () => {
  const { sessionId, path } = await world.sealed();
  const running = uploads();
  await until(() => !existsSync(path));
  await running.close();
  expect(await recordingOf(sessionId)).toMatchObject({
    store: 'blob',
    path: `${sessionId}.csrec`,
    state: 'sealed',
  });
  const store = { directory: world.directory, key: world.key, blobs };
  const page = await openRecording(world.access.by('ada'), { sessionId }, store);
  expect(page.records).toMatchObject([{ seq: 1, body: { text: 'select 1' } }]);
  expect(await intentReader(world.access.database.db, store)(sessionId, 1)).toMatchObject({
    text: 'select 1',
  });
  await expect(
    openRecording(world.access.by('ada'), { sessionId }, { ...store, blobs: null }),
  ).rejects.toMatchObject({ code: 'unavailable' });

  await applyRetention(
    world.access.job(),
    { recordingDays: 1, packDays: 1 },
    { ...world.stores, blob: blobs },
  );
  world.access.clock.advance(2 * 86_400_000);
  await deleteRecording(
    world.access.by('ada'),
    { sessionId, reason: 'over' },
    { ...world.stores, blob: blobs },
  );
  expect(await isInBlob(sessionId)).toBe(false);
  expect(await recordingOf(sessionId)).toMatchObject({ state: 'deleted', removedAt: expect.any(Date) });
});

test('between upload and database a reader finds it in either place', async () => {
  const { sessionId, path, digest } = await world.sealed();
  await blobs.put(`${sessionId}.csrec`, path, digest);
  await world.stores.file.remove(`${sessionId}.csrec`);
  const store = { directory: world.directory, key: world.key, blobs };
  expect(await openRecording(world.access.by('ada'), { sessionId }, store)).toMatchObject({ sealed: true });
});

test('what failed is tried again by the next start, and nothing local goes before', async () => {
  const { sessionId, path } = await world.sealed();
  let tries = 0;
  const broken: SealedStore = {
    kind: 'blob',
    async put() {
      tries += 1;
      throw new Error('the store is away');
    },
    open: (name) => blobs.open(name),
    remove: (name) => blobs.remove(name),
  };
  const first = uploads(broken);
  await until(() => tries > 0);
  await first.close();
  expect(tries).toBe(1);
  expect(existsSync(path)).toBe(true);
  expect(logged.join()).toContain('the store is away');
  expect(await recordingOf(sessionId)).toMatchObject({ store: 'file' });
  const second = uploads();
  await until(() => !existsSync(path));
  await second.close();
  expect(await isInBlob(sessionId)).toBe(true);
});

test('a file that was changed after its seal, or that nobody knows, stays where it is', async () => {
  const { sessionId, path } = await world.sealed();
  await appendFile(path, 'x');
  const unknown = join(world.directory, 'ses_unknown.csrec');
  await appendFile(unknown, 'whatever');
  const running = uploads();
  await until(() => logged.some((line) => line.includes('is not the file that was sealed')));
  await running.close();
  expect([existsSync(path), existsSync(unknown)]).toEqual([true, true]);
  expect([await isInBlob(sessionId), await isInBlob('ses_unknown')]).toEqual([false, false]);
});

test('deleted while it was uploaded: what was brought goes again', async () => {
  const { sessionId, path } = await world.sealed();
  const { db } = world.access.database;
  const slow: SealedStore = {
    kind: 'blob',
    async put(name, from, digest) {
      await blobs.put(name, from, digest);
      await db.recording.update({ where: { sessionId }, data: { state: 'deleted' } });
    },
    open: (name) => blobs.open(name),
    remove: (name) => blobs.remove(name),
  };
  const running = uploads(slow);
  await until(() => !existsSync(path));
  await running.close();
  expect(await isInBlob(sessionId)).toBe(false);
});

test('only workers say where recordings lie', async () => {
  const { sessionId, digest } = await world.sealed();
  const stored = { sessionId, digest, store: 'blob', path: 'x' } as const;
  await expect(recordingStored(world.access.by('ada'), stored)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(knownRecording(world.access.by('ada'), sessionId)).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(await recordingStored(world.access.worker(), { ...stored, digest: '0'.repeat(64) })).toBe(false);
  await expect(recordingStored(world.access.worker(), { ...stored, digest: 'short' })).rejects.toMatchObject({
    code: 'invalid',
  });
});
