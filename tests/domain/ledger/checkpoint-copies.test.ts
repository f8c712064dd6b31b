import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { blobCopies, type CheckpointCopies, copyCheckpoint, folderCopies } from '#bin/jobs/checkpoint-copies';
import { readKeeping } from '#bin/jobs/keeping';
import { run } from '#bin/verify';
import { systemClock } from '#lib/core/clock';
import { appendEntry, defaultOrigin, exportLedger, publishCheckpoint, verifierLine } from '#lib/ledger/index';
import { type BlobPlace, blobPlaceOf } from '#lib/recording/store/settings';
import { type Azurite, startAzurite } from '#tests/support/azurite';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
let control: ControlDatabase;
let other: ControlDatabase;
let azurite: Azurite;
let folder: string;
beforeAll(async () => {
  [control, other, azurite] = await Promise.all([
    createControlDatabase(),
    createControlDatabase(),
    startAzurite(),
  ]);
  folder = await mkdtemp(join(tmpdir(), 'countersign-copies-'));
});
afterAll(async () => {
  await Promise.all([control.drop(), other.drop(), azurite?.stop()]);
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => vi.restoreAllMocks());

async function grow({ db }: ControlDatabase, count: number, key: KeyObject = privateKey): Promise<void> {
  await db.$transaction(async (tx) => {
    for (let at = 0; at < count; at += 1) {
      const actor = { kind: 'job', name: 'test' } as const;
      const subject = { kind: 'worker', id: 'wrk_1' };
      await appendEntry(tx, { actor, action: 'worker.event', subject, summary: 'something happened' });
    }
  });
  await publishCheckpoint(db, key);
}

async function exported(name: string): Promise<string> {
  const actor = {
    kind: 'person',
    id: 'per_l',
    name: 'L',
    email: '',
    roles: ['auditor'],
    groupIds: [],
  } as const;
  const path = join(folder, name);
  const lines: string[] = [];
  for await (const line of await exportLedger({ db: control.db, clock: systemClock, actor }))
    lines.push(line);
  await writeFile(path, lines.join(''));
  return path;
}

const places: Record<string, () => CheckpointCopies> = {
  folder: () => folderCopies(join(folder, 'copies')),
  blob: () => blobCopies(blobPlaceOf(azurite.environment) as BlobPlace),
};

describe.each(['folder', 'blob'])('copies in a %s', (kind) => {
  const place = () => places[kind]?.() as CheckpointCopies;

  test('hold each newest checkpoint once; an export is checked against them', async () => {
    const db = control.db;
    await grow(control, 3);
    await copyCheckpoint(db, [place()]);
    await copyCheckpoint(db, [place()]);
    await grow(control, 4);
    await copyCheckpoint(db, [place()]);
    const names = [...(await place().list())].sort();
    expect(names).toHaveLength(2);
    const [from = '', to = ''] = names;
    for (const name of names) await writeFile(join(folder, name), await place().read(name));
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const key = verifierLine(defaultOrigin(publicKey), publicKey);
    const path = await exported(`${kind}.jsonl`);
    expect(await run([path, '--key', key, '--from', join(folder, from), '--to', join(folder, to)])).toBe(0);
  });

  test('contradict a ledger that was set back or made anew', async () => {
    const size = Math.max(...(await place().list()).map((name) => Number(/\d+/.exec(name)?.[0])));
    const before = await place().list();
    await grow(other, 1);
    if ((await other.db.ledgerLeaf.count()) < size) {
      await expect(copyCheckpoint(other.db, [place()])).rejects.toThrow(/set back/);
      await grow(other, size - (await other.db.ledgerLeaf.count()));
    }
    if ((await other.db.ledgerLeaf.count()) === size) {
      await expect(copyCheckpoint(other.db, [place()])).rejects.toThrow(/one of them was changed/);
    }
    expect(await place().list()).toEqual(before);
  });
});

test('a place that fails does not keep the others from their copy', async () => {
  const broken: CheckpointCopies = {
    name: 'broken',
    list: async () => {
      throw new Error('not mounted');
    },
    read: async () => '',
    write: async () => undefined,
  };
  const fresh = join(folder, 'fresh');
  await expect(copyCheckpoint(control.db, [broken, folderCopies(fresh)])).rejects.toThrow('not mounted');
  const [name = ''] = await readdir(fresh);
  expect(await readFile(join(fresh, name), 'utf8')).toContain(defaultOrigin(privateKey));
});

test('what is kept where is read from the environment, and its faults are named', () => {
  expect(readKeeping({ NODE_ENV: 'test' })).toMatchObject({
    policy: { recordingDays: null, packDays: 2_555 },
    copies: [],
    stores: { blob: null },
  });
  const { policy, copies, stores } = readKeeping({
    NODE_ENV: 'test',
    ...azurite.environment,
    COUNTERSIGN_RETENTION_DAYS: '400',
    COUNTERSIGN_CHECKPOINT_DIR: '/mnt/checkpoints',
    COUNTERSIGN_CHECKPOINT_BLOB_URL: 'https://elsewhere.blob.core.windows.net/checkpoints?sig=secret',
  });
  expect(policy).toEqual({ recordingDays: 400, packDays: 2_555 });
  expect(copies.map(({ name }) => name)).toEqual([
    '/mnt/checkpoints',
    'https://elsewhere.blob.core.windows.net/checkpoints',
  ]);
  expect(stores.blob?.kind).toBe('blob');
  for (const wrong of ['0', '1.5', 'ever', '-3', '99999']) {
    expect(() => readKeeping({ NODE_ENV: 'test', COUNTERSIGN_RETENTION_DAYS: wrong })).toThrow(
      /COUNTERSIGN_RETENTION_DAYS must be/,
    );
  }
});
