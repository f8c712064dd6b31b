import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CheckpointCopies, copyCheckpoint } from '#bin/jobs/checkpoint-copies';
import { readKeeping } from '#bin/jobs/keeping';
import { webhookCopies } from '#bin/jobs/webhook-copies';
import {
  appendEntry,
  defaultOrigin,
  openCheckpoint,
  parseVerifier,
  publishCheckpoint,
  verifierLine,
} from '#lib/ledger/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { httpReceiver, type Receiver } from '../outbox/receivers.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const secret = 'a-secret-that-only-two-know';
let control: ControlDatabase;
let receiver: Receiver;
let folder: string;
let secretFile: string;
let serial = 0;
beforeAll(async () => {
  [control, receiver] = await Promise.all([createControlDatabase(), httpReceiver()]);
  folder = await mkdtemp(join(tmpdir(), 'countersign-webhook-'));
  secretFile = join(folder, 'secret');
  await writeFile(secretFile, `${secret}\n`);
});
afterAll(async () => {
  await Promise.all([control.drop(), receiver.close()]);
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answers = [{ status: 204 }];
  serial += 1;
});

const memory = () => join(folder, `memory-${serial}`);
const place = (): CheckpointCopies =>
  webhookCopies({
    url: `${receiver.url}/checkpoints?key=1`,
    secretFile,
    privateNetwork: true,
    memory: memory(),
  });

async function grow({ db }: ControlDatabase, count: number): Promise<void> {
  const actor = { kind: 'job', name: 'test' } as const;
  const subject = { kind: 'worker', id: 'wrk_1' };
  for (let at = 0; at < count; at += 1) {
    await db.$transaction((tx) =>
      appendEntry(tx, { actor, action: 'worker.event', subject, summary: 'something happened' }),
    );
  }
  await publishCheckpoint(db, privateKey);
}

test('each newest checkpoint is sent once, signed, whole', async () => {
  await grow(control, 3);
  await copyCheckpoint(control.db, [place()]);
  await copyCheckpoint(control.db, [place()]);
  expect(receiver.received).toHaveLength(1);
  const [{ headers, body, path } = { headers: {}, body: '', path: '' }] = receiver.received;
  expect(path).toBe('/checkpoints?key=1');
  const id = headers['webhook-id'];
  const signed = `${id}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', secret).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  const event = JSON.parse(body);
  expect(event).toMatchObject({ specversion: '1.0', id, type: 'countersign.checkpoint.published' });
  const verifier = parseVerifier(verifierLine(defaultOrigin(publicKey), publicKey));
  const opened = openCheckpoint(event.data.note, [verifier]);
  expect(opened.verifier).not.toBeNull();
  expect(event.data).toMatchObject({ size: opened.size, root: opened.root.toString('hex') });
  await grow(control, 2);
  await copyCheckpoint(control.db, [place()]);
  expect(receiver.received).toHaveLength(2);
});

test('what was not taken is sent again under the same id, and a redirect is a no', async () => {
  await grow(control, 1);
  receiver.answers = [{ status: 503 }, { status: 307, location: '/elsewhere' }, { status: 204 }];
  await expect(copyCheckpoint(control.db, [place()])).rejects.toThrow('The receiver answered 503: said no');
  await expect(copyCheckpoint(control.db, [place()])).rejects.toThrow('answered 307');
  await copyCheckpoint(control.db, [place()]);
  expect(receiver.received.map(({ path }) => path)).toEqual(Array(3).fill('/checkpoints?key=1'));
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(await readdir(memory())).toHaveLength(1);
});

test('a ledger that was set back, or made anew, is said and not sent', async () => {
  const other = await createControlDatabase();
  try {
    await grow(control, 1);
    const size = await control.db.ledgerLeaf.count();
    await copyCheckpoint(control.db, [place()]);
    await grow(other, 1);
    await expect(copyCheckpoint(other.db, [place()])).rejects.toThrow(/set back/);
    await grow(other, size - 1);
    await expect(copyCheckpoint(other.db, [place()])).rejects.toThrow(/one of them was changed/);
    expect(receiver.received).toHaveLength(1);
  } finally {
    await other.drop();
  }
});

test('its settings are read from the environment; what is wrong with them is named', async () => {
  const environment = {
    NODE_ENV: 'test',
    COUNTERSIGN_HOME: folder,
    COUNTERSIGN_CHECKPOINT_WEBHOOK_URL: 'https://receiver.example/checkpoints?key=secret',
    COUNTERSIGN_CHECKPOINT_WEBHOOK_SECRET_FILE: secretFile,
  } as const;
  const [copies] = readKeeping(environment).copies;
  // Where it goes stands in logs; the secret in its query does not.
  expect(copies?.name).toBe('https://receiver.example/checkpoints');
  const { COUNTERSIGN_CHECKPOINT_WEBHOOK_SECRET_FILE: _, ...without } = environment;
  expect(() => readKeeping(without)).toThrow(/belong together/);
  const plain = { ...environment, COUNTERSIGN_CHECKPOINT_WEBHOOK_URL: 'http://receiver.example/' };
  expect(() => readKeeping(plain)).toThrow(/https/);
  expect(readKeeping({ ...plain, COUNTERSIGN_CHECKPOINT_WEBHOOK_PRIVATE: '1' }).copies).toHaveLength(1);
  const wrong = { ...environment, COUNTERSIGN_CHECKPOINT_WEBHOOK_URL: 'ftp://receiver.example/' };
  expect(() => readKeeping(wrong)).toThrow(/COUNTERSIGN_CHECKPOINT_WEBHOOK_URL must be/);
  await writeFile(join(folder, 'short'), 'short');
  const short = webhookCopies({
    ...{ url: receiver.url, secretFile: join(folder, 'short'), privateNetwork: true, memory: memory() },
  });
  await expect(copyCheckpoint(control.db, [short])).rejects.toThrow(/at least 24 characters/);
  const metadata = webhookCopies({
    ...{ url: 'http://169.254.169.254/', secretFile, privateNetwork: true, memory: memory() },
  });
  await expect(copyCheckpoint(control.db, [metadata])).rejects.toThrow(/not a public address/);
  expect(receiver.received).toEqual([]);
});
