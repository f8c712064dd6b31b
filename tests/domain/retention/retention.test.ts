import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#lib/core/ids';
import { openRecordingFile } from '#lib/recording/index';
import { applyRetention, deleteRecording, removeDeleted, setLegalHold } from '#lib/retention/index';
import { openRecording } from '#lib/sessions/index';
import { createRetentionWorld, type RetentionWorld } from './world.ts';

const day = 86_400_000;
const policy = { recordingDays: 30, packDays: 365 };
let world: RetentionWorld;
beforeAll(async () => {
  world = await createRetentionWorld();
});
afterAll(() => world.drop());

const by = (name: Parameters<RetentionWorld['access']['by']>[0]) => world.access.by(name);
const recordingOf = (sessionId: string) =>
  world.access.database.db.recording.findUniqueOrThrow({ where: { sessionId } });
const run = () => applyRetention(world.access.job(), policy, world.stores);

/** A recording whose retention is over. */
async function due() {
  await run();
  const sealed = await world.sealed();
  await run();
  world.access.clock.advance(31 * day);
  return sealed;
}

async function campaign(sessionId: string | null, state: 'open' | 'signed') {
  const { db } = world.access.database;
  const id = newId('campaign');
  const now = world.access.clock.now();
  await db.campaign.create({
    data: {
      ...{ id, name: `Q4 ${state}`, scope: {}, riskAnalysis: '', state: 'open', dueAt: now },
      periodFrom: new Date(now.getTime() - 90 * day),
      periodTo: now,
      items: {
        create: {
          ...{ id: newId('item'), grantId: world.grantId, sentence: '', grantSnapshot: {}, evidenceHash: '' },
          ...{ privileged: false, unusedPermissions: 0, usedPermissions: 1, recommendation: 'none' },
          evidence: { permissions: [{ recent: sessionId ? [{ sessionId, seq: 1 }] : [] }] },
        },
      },
    },
  });
  if (state === 'signed') {
    await db.signOff.create({
      data: {
        ...{ campaignId: id, personId: world.access.people.linus.id, text: '', manifestHash: '' },
        ...{ packPath: '', packHash: '', at: now },
      },
    });
    await db.campaign.update({ where: { id }, data: { state } });
  }
  return async () => {
    await db.campaignItem.deleteMany({ where: { campaignId: id } });
    await db.campaign.delete({ where: { id } });
  };
}

describe('deleteRecording', () => {
  test('destroys the key and the bytes; entry and digest stay, and no copy can be read', async () => {
    const { sessionId, path, digest, wrappedKey } = await due();
    const copy = `${path}.copy`;
    await copyFile(path, copy);
    await deleteRecording(by('ada'), { sessionId, reason: 'over' }, world.stores);
    expect(existsSync(path)).toBe(false);
    expect(await recordingOf(sessionId)).toMatchObject({
      state: 'deleted',
      wrappedKey: null,
      digest,
      deletedAt: world.access.clock.now(),
      removedAt: world.access.clock.now(),
    });
    expect(await world.access.entries('recording.deleted', sessionId)).toMatchObject([
      { payload: { reason: 'over', digest, keyInFile: false }, actorName: 'ada' },
    ]);
    expect(await world.access.entries('session.sealed', sessionId)).toHaveLength(1);
    const { directory, key } = world;
    await expect(openRecording(by('ada'), { sessionId }, { directory, key })).rejects.toMatchObject({
      code: 'conflict',
    });
    // The sealing key alone does not open a copy; with the wrapped key it would.
    await expect(openRecordingFile(copy, key)).rejects.toThrow(/kept apart/);
    await (await openRecordingFile(copy, key, wrappedKey)).close();
    await expect(
      deleteRecording(by('ada'), { sessionId, reason: 'again' }, world.stores),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  test('not before its retention is over, and not without any', async () => {
    const { sessionId, path } = await world.sealed();
    const attempt = () => deleteRecording(by('ada'), { sessionId, reason: 'x' }, world.stores);
    await expect(attempt()).rejects.toThrow(/No retention is set/);
    await run();
    await expect(attempt()).rejects.toThrow(/kept until/);
    expect(existsSync(path)).toBe(true);
  });

  test('not while an open campaign or a legal hold needs it', async () => {
    const { sessionId, path } = await due();
    const attempt = () => deleteRecording(by('ada'), { sessionId, reason: 'x' }, world.stores);
    const end = await campaign(null, 'open');
    await expect(attempt()).rejects.toThrow(/open campaign “Q4 open”/);
    expect(await run()).toMatchObject({ deleted: 0 });
    await setLegalHold(by('linus'), { sessionId, hold: true, reason: 'case 7' });
    await end();
    await expect(attempt()).rejects.toThrow(/legal hold/);
    await run();
    expect(existsSync(path)).toBe(true);
    await setLegalHold(by('linus'), { sessionId, hold: false, reason: 'case closed' });
    await attempt();
    expect(existsSync(path)).toBe(false);
  });

  test('not while a pack points to it, for its time and not for ever', async () => {
    const { sessionId } = await due();
    await campaign(sessionId, 'signed');
    const other = await due();
    await expect(deleteRecording(by('ada'), { sessionId, reason: 'x' }, world.stores)).rejects.toThrow(
      /pack of “Q4 signed”/,
    );
    expect(await run()).toEqual({ deleted: 1, kept: 1 });
    expect(await recordingOf(other.sessionId)).toMatchObject({ state: 'deleted' });
    world.access.clock.advance(366 * day);
    await run();
    expect(await recordingOf(sessionId)).toMatchObject({ state: 'deleted' });
  });

  test('only by admins, with a reason, of what exists', async () => {
    const { sessionId } = await due();
    for (const name of ['alan', 'olga', 'linus', 'mallory'] as const) {
      await expect(deleteRecording(by(name), { sessionId, reason: 'x' }, world.stores)).rejects.toMatchObject(
        { code: 'forbidden' },
      );
    }
    await expect(deleteRecording(by('ada'), { sessionId, reason: ' ' }, world.stores)).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(
      deleteRecording(by('ada'), { sessionId: newId('session'), reason: 'x' }, world.stores),
    ).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.access.entries('recording.deleted', sessionId)).toEqual([]);
  });
});

describe('applyRetention', () => {
  test('deletes what is due, once, and sets no end where none is wanted', async () => {
    const { sessionId } = await due();
    const young = await world.sealed();
    expect((await run()).deleted).toBeGreaterThan(0);
    expect((await run()).deleted).toBe(0);
    expect(await recordingOf(sessionId)).toMatchObject({ state: 'deleted', wrappedKey: null });
    expect(await world.access.entries('recording.deleted', sessionId)).toMatchObject([
      { payload: { reason: 'its retention is over' } },
    ]);
    const { retainUntil, sealedAt } = await recordingOf(young.sessionId);
    expect(retainUntil?.getTime()).toBe(sealedAt.getTime() + 30 * day);
    await applyRetention(world.access.job(), { ...policy, recordingDays: 1 }, world.stores);
    expect((await recordingOf(young.sessionId)).retainUntil).toEqual(retainUntil);
    const kept = await world.sealed();
    await applyRetention(world.access.job(), { ...policy, recordingDays: null }, world.stores);
    expect((await recordingOf(kept.sessionId)).retainUntil).toBeNull();
  });

  test('when the store is away the key is gone all the same, and the bytes follow', async () => {
    const { sessionId, path } = await due();
    const away = {
      ...world.stores.file,
      kind: 'file' as const,
      remove: () => Promise.reject(new Error('away')),
    };
    const stores = { file: away as typeof world.stores.file, blob: null };
    await deleteRecording(by('ada'), { sessionId, reason: 'over' }, stores);
    expect(await recordingOf(sessionId)).toMatchObject({ wrappedKey: null, removedAt: null });
    expect(existsSync(path)).toBe(true);
    expect(await removeDeleted(world.access.job(), world.stores)).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  test('is the job’s alone', async () => {
    await expect(applyRetention(by('ada'), policy, world.stores)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

test('setLegalHold: by admins and auditors, each change an entry, twice a conflict', async () => {
  const { sessionId } = await world.sealed();
  await setLegalHold(by('ada'), { sessionId, hold: true, reason: 'case 1' });
  await expect(setLegalHold(by('ada'), { sessionId, hold: true, reason: 'x' })).rejects.toMatchObject({
    code: 'conflict',
  });
  for (const name of ['alan', 'olga', 'mallory'] as const) {
    await expect(setLegalHold(by(name), { sessionId, hold: false, reason: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  }
  await expect(
    setLegalHold(by('ada'), { sessionId: newId('session'), hold: true, reason: 'x' }),
  ).rejects.toMatchObject({ code: 'not_found' });
  await setLegalHold(by('linus'), { sessionId, hold: false, reason: 'closed' });
  expect(await world.access.entries('recording.held', sessionId)).toHaveLength(1);
  expect(await world.access.entries('recording.released', sessionId)).toMatchObject([
    { payload: { reason: 'closed' }, actorName: 'linus' },
  ]);
});
