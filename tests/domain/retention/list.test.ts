import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#lib/core/ids';
import {
  applyRetention,
  deleteRecording,
  listRecordings,
  recordingKeeping,
  setLegalHold,
} from '#lib/retention/index';
import { openTestSession } from '../access-world.ts';
import { createRetentionWorld, type RetentionWorld } from './world.ts';

const day = 86_400_000;
let world: RetentionWorld;
const ids: Record<'deleted' | 'held' | 'due' | 'kept' | 'endless', string> = {
  ...{ deleted: '', held: '', due: '', kept: '', endless: '' },
};
beforeAll(async () => {
  world = await createRetentionWorld();
  const retain = () =>
    world.access.database.db.$executeRaw`
      UPDATE recording SET retain_until = sealed_at + interval '30 days' WHERE retain_until IS NULL`;
  for (const name of ['deleted', 'held', 'due'] as const) {
    ids[name] = (await world.sealed()).sessionId;
    world.access.clock.advance(1_000);
  }
  await retain();
  world.access.clock.advance(31 * day);
  ids.kept = (await world.sealed()).sessionId;
  await retain();
  world.access.clock.advance(1_000);
  ids.endless = (await world.sealed()).sessionId;
  await setLegalHold(by('linus'), { sessionId: ids.held, hold: true, reason: 'case 1' });
  await setLegalHold(by('ada'), { sessionId: ids.held, hold: false, reason: 'closed' });
  await setLegalHold(by('linus'), { sessionId: ids.held, hold: true, reason: 'case 7 \u001b[31m' });
  await deleteRecording(by('ada'), { sessionId: ids.deleted, reason: 'over' }, world.stores);
});
afterAll(() => world.drop());

const by = (name: Parameters<RetentionWorld['access']['by']>[0]) => world.access.by(name);
const listed = async (filter: Parameters<typeof listRecordings>[1]) =>
  (await listRecordings(by('linus'), filter)).rows.map(({ sessionId }) => sessionId);

test('each recording is in the list of what keeps it, the newest first, in pages', async () => {
  expect(await listed({ state: 'held' })).toEqual([ids.held]);
  expect(await listed({ state: 'due' })).toEqual([ids.due]);
  expect(await listed({ state: 'kept' })).toEqual([ids.endless, ids.kept]);
  expect(await listed({ state: 'deleted' })).toEqual([ids.deleted]);
  const all: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await listRecordings(by('ada'), { limit: 2, cursor });
    all.push(...page.rows.map(({ sessionId }) => sessionId));
    if (page.next === null) break;
    cursor = page.next;
  }
  expect(all).toEqual([ids.endless, ids.kept, ids.due, ids.held, ids.deleted]);
});

test('each says what keeps it and who may do what about it', async () => {
  const of = async (name: keyof typeof ids, who: 'ada' | 'linus' = 'ada') =>
    recordingKeeping(by(who), ids[name]);
  expect(await of('held')).toMatchObject({
    state: 'held',
    hold: { by: 'linus', reason: 'case 7 \u001b[31m' },
    keptBecause: 'The recording is under legal hold. Release it first.',
    may: { hold: true, delete: false },
  });
  expect(await of('due')).toMatchObject({ hold: null, keptBecause: null, may: { hold: true, delete: true } });
  expect(await of('due', 'linus')).toMatchObject({ may: { hold: true, delete: false } });
  expect(await of('kept')).toMatchObject({ state: 'kept', may: { delete: false } });
  expect((await of('kept'))?.keptBecause).toMatch(/^The recording is kept until \d{4}-\d\d-\d\d\.$/);
  expect(await of('endless')).toMatchObject({ state: 'kept', retainUntil: null });
  expect((await of('endless'))?.keptBecause).toMatch(/COUNTERSIGN_RETENTION_DAYS/);
  expect(await of('deleted')).toMatchObject({ state: 'deleted', may: { hold: false, delete: false } });
});

test('what it says of a deletion is what the deletion does', async () => {
  for (const name of ['held', 'kept', 'endless', 'deleted'] as const) {
    const sessionId = ids[name];
    const keptBecause = (await recordingKeeping(by('ada'), sessionId))?.keptBecause;
    const refused = deleteRecording(by('ada'), { sessionId, reason: 'x' }, world.stores);
    await expect(refused).rejects.toMatchObject({ code: 'conflict', message: keptBecause });
  }
  const policy = { recordingDays: 30, packDays: 365 };
  expect(await applyRetention(world.access.job(), policy, world.stores)).toMatchObject({ deleted: 1 });
  expect(await listed({ state: 'due' })).toEqual([]);
});

test('only admins and auditors read it; a session without a recording has nothing kept', async () => {
  for (const name of ['alan', 'olga', 'mallory'] as const) {
    await expect(listRecordings(by(name), {})).rejects.toMatchObject({ code: 'forbidden' });
    await expect(recordingKeeping(by(name), ids.held)).rejects.toMatchObject({ code: 'forbidden' });
  }
  const open = await openTestSession(world.access, [world.grantId]);
  expect(await recordingKeeping(by('linus'), open)).toBeNull();
  await expect(recordingKeeping(by('linus'), newId('session'))).rejects.toMatchObject({ code: 'not_found' });
  const cursor = 'nonsense';
  await expect(listRecordings(by('linus'), { cursor })).rejects.toMatchObject({ code: 'invalid' });
});
