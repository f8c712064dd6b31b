import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeCursor } from '#lib/core/page';
import {
  listStatements,
  openRecording,
  type RecordingStore,
  recordingSealed,
  replayIndex,
  replaySteps,
  searchRecording,
} from '#lib/sessions/index';
import { createRecorder } from '#proxy/recorder/index';
import { header, intent, key, outcome, ToldPlane } from '#tests/domain/recorder/fixture';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

// A session of 100,000 statements, written by the gateway's own recorder.

const statements = 100_000;
/** Intent, rows and outcome. */
const perStatement = 3;
const needleAt = 61_234;
let world: AccessWorld;
let home: string;
let store: RecordingStore;
let sessionId: string;

beforeAll(async () => {
  world = await createAccessWorld();
  home = await mkdtemp(join(tmpdir(), 'countersign-replay-'));
  store = { directory: join(home, 'recordings'), key };
  sessionId = await openTestSession(world, [await world.grant()]);
  await record();
  await world.database.db.$executeRaw`
    INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, actions, objects, decision,
      outcome, policies, grant_ids)
    SELECT ${sessionId}, n * ${perStatement} + 1, s.started_at + n * interval '20 ms', s.agent_id, s.resource_id,
      'SELECT', 'SELECT name FROM customers WHERE id = ' || n, '{read}', '{public.customers}',
      CASE WHEN n % 1000 = 0 THEN 'deny' ELSE 'allow' END, 'completed', '{}', '{}'
    FROM generate_series(0, ${statements - 1}) n, session s WHERE s.id = ${sessionId}`;
}, 180_000);
afterAll(async () => {
  await world.database.drop();
  await rm(home, { recursive: true, force: true });
});

async function record(): Promise<void> {
  const plane = new ToldPlane();
  const recorder = createRecorder({
    ...{ home, key, controlPlane: plane, workerId: 'wrk_replay', limits: { freeBytesMin: 0 } },
  });
  const session = recorder.open(header(sessionId), 'process');
  const columns = [{ name: 'name', typeOid: 25, masked: false }];
  for (let n = 0; n < statements; n += 1) {
    const of = session.append(
      intent('SELECT name FROM customers WHERE id = $1', { parameters: [String(n)] }),
    );
    const name = n === needleAt ? 'a Needle\u202E in it' : `customer ${n}`;
    session.append({ kind: 'rows', of, columns, rows: [[name]], truncated: false });
    session.append(outcome(of));
    // As a relay does after what it read at once.
    if (n % 100 === 99) await session.flush();
  }
  session.close({ state: 'closed', reason: 'done' });
  await recorder.close();
  while (plane.sealed.length === 0) await delay(10);
  for (const file of plane.sealed) await recordingSealed(world.worker(), file);
}

const at = (n: number) => n * perStatement + 1;

describe('over 100,000 statements', () => {
  test('the index is a hundred marks, whatever the length', async () => {
    const { firstSeq, lastSeq, marks } = await replayIndex(world.by('linus'), sessionId);
    expect([firstSeq, lastSeq, marks.length]).toEqual([at(0), at(statements - 1), 100]);
    expect(marks[0]).toEqual({ seq: 1, atMs: 0 });
    expect(marks.at(-1)).toEqual({ seq: at(statements - 1), atMs: (statements - 1) * 20 });
    for (const mark of marks) expect(mark.atMs).toBe(((mark.seq - 1) / perStatement) * 20);
  });

  test('any place is found by sequence, by time, forwards and back, and by what is asked for', async () => {
    const by = world.by('linus');
    const first = async (input: object) => (await replaySteps(by, { sessionId, ...input }))[0];
    expect(await first({ from: at(50_000) - 1 })).toEqual({ seq: at(50_000), atMs: 1_000_000 });
    expect(await first({ atMs: 1_999_970 })).toEqual({ seq: at(99_999), atMs: 1_999_980 });
    expect(await first({ atMs: 1_000_010, back: true })).toEqual({ seq: at(50_000), atMs: 1_000_000 });
    expect(await first({ from: at(700) - 1, back: true })).toMatchObject({ seq: at(699) });
    expect(await first({ back: true })).toMatchObject({ seq: at(99_999) });
    expect(await first({ from: at(50_001), decision: 'deny' })).toMatchObject({ seq: at(51_000) });
    expect(await first({ text: '"= 99998"' })).toMatchObject({ seq: at(99_998) });
    expect(await first({ from: at(99_999) + 1 })).toBeUndefined();
    expect(await replaySteps(by, { sessionId })).toHaveLength(200);
  });

  test('a place out of all bounds is a fault of who asks', async () => {
    const by = world.by('linus');
    const far = encodeCursor([world.clock.now().toISOString(), sessionId, '99999999999']);
    const refused = { code: 'invalid' };
    await expect(listStatements(by, { sessionId, cursor: far })).rejects.toMatchObject(refused);
    await expect(replaySteps(by, { sessionId, from: 99_999_999_999 })).rejects.toMatchObject(refused);
    expect((await openRecording(by, { sessionId, from: 99_999_999_999 }, store)).records).toEqual([]);
  });

  test('one after the other they are all there, across the pages and to the end', async () => {
    for (const [first, last] of [
      [50_000, 53_000],
      [98_900, statements],
    ] as const) {
      const seen: number[] = [];
      while (seen.length < last - first) {
        const from = seen.length === 0 ? at(first) : (seen.at(-1) ?? 0) + 1;
        const steps = await replaySteps(world.by('ada'), { sessionId, from });
        if (steps.length === 0) break;
        seen.push(...steps.map(({ seq }) => seq));
      }
      expect(seen).toEqual(Array.from({ length: last - first }, (_, n) => at(first + n)));
    }
  });

  test('a page from the middle or the end is read from one or two blocks of the file', async () => {
    const read = countedReads(store);
    for (const n of [0, 50_000, 99_900]) {
      const before = read.bytes();
      const page = await openRecording(world.by('linus'), { sessionId, from: at(n), limit: 200 }, read.store);
      expect(page.records[0]).toMatchObject({
        seq: at(n),
        body: { kind: 'intent', parameters: [String(n)] },
      });
      expect(page.records).toHaveLength(200);
      expect(read.bytes() - before).toBeLessThan(read.size() / 10);
    }
  });

  test('a result is searched for in the whole recording, in bounded steps', async () => {
    const by = world.by('linus');
    const hits = [];
    let from: number | null = 1;
    let calls = 0;
    while (from !== null) {
      const found = await searchRecording(by, { sessionId, text: 'nEEDLE', from }, store);
      hits.push(...found.hits);
      from = found.next;
      calls += 1;
    }
    expect(calls).toBeGreaterThanOrEqual((statements * perStatement) / 20_000);
    expect(hits).toEqual([
      {
        ...{ seq: at(needleAt) + 1, statement: at(needleAt), kind: 'rows', atMs: expect.any(Number) },
        ...{ before: 'a ', match: 'Needle', after: '\u202E in it' },
      },
    ]);
    const many = await searchRecording(by, { sessionId, text: 'customer 1' }, store);
    expect(many.hits).toHaveLength(20);
    expect(many.next).toBe((many.hits.at(-1)?.seq ?? 0) + 1);
  });

  test('only for who may: the list’s rights for places, the recording’s for what is in it', async () => {
    for (const name of ['bob', 'mallory', 'otto'] as const) {
      const refused = { code: expect.stringMatching(/not_found|forbidden/) };
      await expect(replayIndex(world.by(name), sessionId)).rejects.toMatchObject(refused);
      await expect(replaySteps(world.by(name), { sessionId })).rejects.toMatchObject(refused);
      await expect(searchRecording(world.by(name), { sessionId, text: 'ab' }, store)).rejects.toMatchObject(
        refused,
      );
    }
    await expect(searchRecording(world.by('ada'), { sessionId, text: 'a' }, store)).rejects.toMatchObject({
      code: 'invalid',
    });
    expect((await listStatements(world.by('ada'), { sessionId, limit: 2 })).rows).toHaveLength(2);
  });
});

/** The same store, counting what is read of it. */
function countedReads(files: RecordingStore) {
  let bytes = 0;
  let size = 0;
  const path = (name: string) => join(files.directory, name);
  const counted: RecordingStore = {
    ...files,
    directory: '/nowhere',
    blobs: {
      open: async (name) => {
        const { size: whole } = await stat(path(name));
        size = whole;
        const { open } = await import('node:fs/promises');
        const handle = await open(path(name), 'r');
        const read = async (offset: number, length: number) => {
          bytes += length;
          const buffer = Buffer.alloc(length);
          await handle.read(buffer, 0, length, offset);
          return buffer;
        };
        return { source: { size: whole, read }, close: () => handle.close() };
      },
    } as NonNullable<RecordingStore['blobs']>,
  };
  return { store: counted, bytes: () => bytes, size: () => size };
}
