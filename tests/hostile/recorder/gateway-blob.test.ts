import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobStoreOf, bufferSource, type SealedStore, verifyRecording } from '#lib/recording/index';
import { readSealed } from '#lib/sessions/read-records';
import { type Azurite, startAzurite } from '#tests/support/azurite';
import { createGatewayWorld, type GatewayWorld } from './real-gateway.ts';

// A real gateway that keeps its recordings in a blob store, and is killed before it could bring them.

let world: GatewayWorld;
let azurite: Azurite;
beforeAll(async () => {
  [world, azurite] = await Promise.all([createGatewayWorld(), startAzurite()]);
});
afterAll(async () => {
  await azurite?.stop();
  await world?.drop();
});

async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    if (tries > 300) throw new Error(`not in time: ${what}\n${world.said()}`);
    await delay(100);
  }
}

test('what a killed gateway left is sealed, brought to the store, and read from there', async () => {
  const { db } = world.control;
  // The store is away at first: nothing listens there.
  const away = {
    ...azurite.environment,
    COUNTERSIGN_BLOB_URL: 'http://127.0.0.1:9/devstoreaccount1/recordings',
  };
  const first = await world.start(away);
  const password = await world.tokens.token('migrator');
  const open = async () => {
    const options = { host: '127.0.0.1', port: first.port, user: 'migrator', database: 'shop', password };
    const client = new Client(options);
    client.on('error', () => {});
    await client.connect();
    await client.query("SELECT id, 'kept in a blob' AS what FROM orders ORDER BY id LIMIT 1");
    return client;
  };
  const closed = await open();
  await closed.end();
  await open();
  await until('the closed session is sealed', async () => (await db.recording.count()) === 1);
  await first.kill();
  expect(await db.recording.findMany({ select: { store: true } })).toEqual([{ store: 'file' }]);

  const second = await world.start(azurite.environment);
  await until(
    'both are in the store',
    async () => (await db.recording.count({ where: { store: 'blob' } })) === 2,
  );
  await until('nothing is left here', () => readdirSync(join(world.home, 'recordings')).length === 0);
  await second.stop();
  const recordings = await db.recording.findMany({ orderBy: { sealedAt: 'asc' } });
  expect(recordings.map(({ state }) => state)).toEqual(['sealed', 'interrupted']);
  const blobs = blobStoreOf(azurite.environment) as SealedStore;
  for (const recording of recordings) {
    const blob = azurite.container.getBlobClient(recording.path);
    const checked = await verifyRecording(bufferSource(await blob.downloadToBuffer()), [world.publicKey]);
    expect(checked).toMatchObject({ digest: recording.digest, signer: 'trusted' });
    const store = { directory: '/nowhere', key: world.key, blobs };
    const wanted = { sessionId: recording.sessionId, from: 1, limit: 10 };
    const { records } = await readSealed(store, recording, wanted);
    expect(JSON.stringify(records)).toContain('kept in a blob');
  }
}, 90_000);
