import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  intentReader,
  openRecording,
  openStatement,
  openTerminal,
  type RecordingStore,
  recordingSealed,
} from '#lib/sessions/index';
import { createRecorder } from '#proxy/recorder/index';
import { header, intent, outcome, ToldPlane } from '#tests/domain/recorder/fixture';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

let world: AccessWorld;
let home: string;
let recorder: ReturnType<typeof createRecorder>;
let store: RecordingStore;
let grantId: string;
const plane = new ToldPlane();
const key = { id: 'k', bytes: randomBytes(32) };

beforeAll(async () => {
  world = await createAccessWorld();
  grantId = await world.grant();
  home = await mkdtemp(join(tmpdir(), 'countersign-running-'));
  store = { directory: join(home, 'recordings'), spool: join(home, 'spool'), key };
  recorder = createRecorder({
    home,
    key,
    controlPlane: plane,
    workerId: 'wrk_here',
    limits: { freeBytesMin: 0, blockAgeMsMax: 1 },
  });
});
afterAll(async () => {
  await recorder.close();
  await world.database.drop();
  await rm(home, { recursive: true, force: true });
});

async function running() {
  const sessionId = await openTestSession(world, [grantId], { workerId: 'wrk_here' });
  return { sessionId, session: recorder.open(header(sessionId), 'process') };
}

async function pageOf(sessionId: string, from: number, records: number) {
  for (let tries = 0; tries < 300; tries += 1) {
    const page = await openRecording(world.by('ada'), { sessionId, from }, store).catch(() => null);
    if (page && page.records.length >= records) return page;
    await delay(10);
  }
  throw new Error('nothing came');
}

test('a running session is watched from where one stands; opening it is one entry', async () => {
  const { sessionId, session } = await running();
  session.append(intent('select 1'));
  const first = await pageOf(sessionId, 1, 1);
  expect(first).toMatchObject({ sealed: false, next: 2, header: { sessionId } });
  session.append(outcome(1));
  expect((await pageOf(sessionId, 2, 1)).records).toMatchObject([{ seq: 2, body: { kind: 'outcome' } }]);
  session.append({ kind: 'terminal', of: null, stream: 'out', data: '$ ', encoding: 'utf8' });
  session.append(intent('select 2'));
  await pageOf(sessionId, 4, 1);
  const at = (seq: number) => openStatement(world.by('ada'), { sessionId, seq }, store);
  expect(await at(1)).toMatchObject({ records: [{ seq: 1 }, { seq: 2 }], truncated: false });
  expect(await at(4)).toMatchObject({ records: [{ seq: 4 }], truncated: false });
  let lines = '';
  for await (const line of await openTerminal(world.by('ada'), { sessionId, from: 4 }, store)) lines += line;
  expect(lines).toContain('[0,"o","$ "]');
  expect(await world.entries('recording.opened', sessionId)).toMatchObject([
    { payload: { digest: null, sealed: false }, summary: expect.stringContaining('while it ran') },
  ]);

  session.close({ state: 'closed', reason: 'done' });
  while (!plane.sealed.some((one) => one.sessionId === sessionId)) await delay(10);
  // Sealed, and the control plane does not know it yet.
  await expect(openRecording(world.by('ada'), { sessionId }, store)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('Try again'),
  });
  for (const file of plane.sealed) await recordingSealed(world.worker('wrk_here'), file);
  expect(await openRecording(world.by('ada'), { sessionId }, store)).toMatchObject({
    sealed: true,
    next: null,
  });
});

test('not by who may not, and then nothing is written or read', async () => {
  const { sessionId, session } = await running();
  session.append(intent('select secret'));
  await pageOf(sessionId, 1, 1);
  for (const name of ['bob', 'mallory', 'otto'] as const) {
    await expect(openRecording(world.by(name), { sessionId }, store)).rejects.toMatchObject({
      code: expect.stringMatching(/not_found|forbidden/),
    });
  }
  expect(await world.entries('recording.opened', sessionId)).toHaveLength(1);
});

test('where the gateway’s spool can’t be reached, it is said', async () => {
  const { sessionId } = await running();
  const { directory } = store;
  const elsewhere = await openTestSession(world, [grantId], { workerId: 'wrk_far_away' });
  const said = { code: 'conflict', message: expect.stringContaining('can’t read it') };
  await expect(openRecording(world.by('ada'), { sessionId }, { directory, key })).rejects.toMatchObject(said);
  await expect(
    openRecording(world.by('ada'), { sessionId }, { directory, key, spool: '/nowhere' }),
  ).rejects.toMatchObject(said);
  await expect(openRecording(world.by('ada'), { sessionId: elsewhere }, store)).rejects.toMatchObject(said);
});

test('a held statement is read as it was sent, running or sealed', async () => {
  const read = intentReader(world.database.db, store);
  const { sessionId, session } = await running();
  session.append(intent("delete from customers where ssn = '123-45-6789'", { parameters: ['a', null] }));
  session.append(outcome(1));
  const expected = { text: expect.stringContaining('123-45-6789'), parameters: ['a', null] };
  expect(await read(sessionId, 1)).toEqual(expected);
  session.close({ state: 'closed', reason: 'done' });
  while (!plane.sealed.some((one) => one.sessionId === sessionId)) await delay(10);
  for (const file of plane.sealed) await recordingSealed(world.worker('wrk_here'), file);
  expect(await read(sessionId, 1)).toEqual(expected);
  expect(await read(sessionId, 2)).toBeNull();
  expect(await read(sessionId, 99)).toBeNull();
  expect(await read('ses_none', 1)).toBeNull();
  expect(await world.entries('recording.opened', sessionId)).toEqual([]);
});
