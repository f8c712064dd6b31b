import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { heldClock } from '#lib/core/clock';
import { type RecordingRecord, verifyRecordingFile } from '#lib/recording/index';
import { createRecorder } from '#proxy/recorder/index';
import { recoverSpools } from '#proxy/recorder/recovery';
import { closeFrame, frameHeadBytes, spoolFrames } from '#proxy/recorder/spool-frame';
import { header, intent, key, openTold, outcome, row, ToldPlane, temporaryHome } from './fixture.ts';

const home = temporaryHome(true);
afterAll(home.remove);
let homes = 0;

function freshHome(): string {
  homes += 1;
  const path = join(home.path, `home-${homes}`);
  mkdirSync(join(path, 'spool'), { recursive: true });
  return path;
}

/** A spool as a killed worker leaves it: a copy of a living one's folder, without its owner. */
async function leftBehind(
  work: (recorder: ReturnType<typeof createRecorder>) => Promise<void> | void,
  limits = {},
): Promise<string> {
  const living = freshHome();
  const recorder = createRecorder({
    home: living,
    key,
    controlPlane: new ToldPlane(),
    workerId: 'wrk_gone',
    limits: { freeBytesMin: 0, blockAgeMsMax: 60_000, deliverEveryMs: 60_000, ...limits },
  });
  await work(recorder);
  const left = freshHome();
  cpSync(join(living, 'spool', 'wrk_gone'), join(left, 'spool', 'wrk_gone'), { recursive: true });
  rmSync(join(left, 'spool', 'wrk_gone', 'owner.json'));
  await recorder.close();
  return join(left, 'spool', 'wrk_gone');
}

async function recovered(home: string, plane = new ToldPlane()) {
  const faults: string[] = [];
  await recoverSpools({
    home,
    own: 'wrk_new',
    key,
    signingKey: null,
    controlPlane: plane,
    clock: heldClock(new Date('2026-11-24T12:00:00Z')),
    log: (message, error) => faults.push(`${message} ${error instanceof Error ? error.message : ''}`),
    stopping: () => plane.away !== null,
  });
  return { plane, faults };
}

async function recordsOf(path: string): Promise<RecordingRecord[]> {
  await verifyRecordingFile(path);
  const { reader, close } = await openTold(path);
  const records: RecordingRecord[] = [];
  for await (const record of reader.records()) records.push(record);
  await close();
  return records;
}

/** Puts a copy of `folder` in a new home, with one of its files cut to `bytes`. */
function cutCopy(folder: string, file: string, bytes: number): string {
  const target = freshHome();
  cpSync(folder, join(target, 'spool', 'wrk_gone'), { recursive: true });
  truncateSync(join(target, 'spool', 'wrk_gone', file), bytes);
  return target;
}

const kinds = ['intent', 'outcome', 'intent', 'outcome', 'intent'];

function threeStatements(recorder: ReturnType<typeof createRecorder>, rows = true): void {
  const session = recorder.open(header('ses_1'), 'process');
  for (let count = 0; count < 2; count += 1) {
    const seq = session.append(intent(`s${count}`));
    session.append(outcome(seq));
    if (rows) session.index(row('ses_1', seq), {});
  }
  session.append(intent('delete from orders', { tag: 'DELETE', actions: ['write'] }));
  session.flush();
}

/** Recovers a copy that was cut, checks it, and returns how many of the written records it kept. */
async function keptAfterCut(folder: string, segment: string, bytes: number): Promise<number> {
  const target = cutCopy(folder, segment, bytes);
  const { plane, faults } = await recovered(target);
  expect(faults).toEqual([]);
  expect(readdirSync(join(target, 'spool'))).toEqual([]);
  const path = join(target, 'recordings', 'ses_1.csrec');
  if (!existsSync(path)) return -1;
  const bodies = (await recordsOf(path)).map((record) => record.body);
  rmSync(target, { recursive: true });
  const end = bodies.findIndex((body) => body.kind === 'end');
  const marked = bodies.filter((body) => body.kind === 'outcome' && body.status === 'unknown').length;
  const found = bodies.slice(0, end - marked).map((body) => body.kind);
  const open = found.filter((kind) => kind === 'intent').length * 2 - found.length;
  expect(found).toEqual(kinds.slice(0, found.length));
  expect(marked).toBe(open);
  expect(plane.sealed).toMatchObject([{ sessionId: 'ses_1', state: 'interrupted' }]);
  expect(plane.ended).toMatchObject([{ id: 'ses_1', state: 'interrupted' }]);
  return found.length;
}

test('a spool cut at every byte gives an intact recording of what stood before the cut', async () => {
  const folder = await leftBehind((recorder) => threeStatements(recorder, false));
  const segment = '00000001.spool';
  const size = readFileSync(join(folder, segment)).length;
  const kept: number[] = [];
  for (let first = 0; first <= size; first += 32) {
    const cuts = Array.from({ length: Math.min(32, size + 1 - first) }, (_, at) => first + at);
    kept.push(...(await Promise.all(cuts.map((bytes) => keptAfterCut(folder, segment, bytes)))));
  }
  expect(kept).toEqual(kept.toSorted((left, right) => left - right));
  expect(new Set(kept)).toEqual(new Set([-1, 0, 1, 2, 3, 4, 5]));
}, 120_000);

test('an unfinished file cut at every byte is completed from the spool', async () => {
  const folder = await leftBehind(
    async (recorder) => {
      threeStatements(recorder);
      await delay(150);
    },
    { blockAgeMsMax: 1 },
  );
  const part = 'ses_1.part';
  const size = readFileSync(join(folder, part)).length;
  for (let bytes = 0; bytes <= size; bytes += 5) {
    const target = cutCopy(folder, part, bytes);
    const { faults } = await recovered(target);
    expect(faults, `cut at ${bytes}`).toEqual([]);
    const records = await recordsOf(join(target, 'recordings', 'ses_1.csrec'));
    expect(
      records.map((record) => record.body.kind),
      `cut at ${bytes}`,
    ).toEqual([...kinds, 'outcome', 'end']);
    rmSync(target, { recursive: true });
  }
});

test('a finished but untold file, and one with its end written but not moved, are told once more', async () => {
  const folder = await leftBehind((recorder) => {
    const session = recorder.open(header('ses_2'), 'process');
    session.append(intent('a'));
    session.close({ state: 'closed', reason: 'closed by the agent' });
  });
  const target = cutCopy(folder, '00000001.spool', readFileSync(join(folder, '00000001.spool')).length);
  const first = await recovered(target);
  expect(first.plane.sealed).toMatchObject([{ sessionId: 'ses_2', state: 'sealed', records: 2 }]);
  expect(first.plane.ended).toMatchObject([{ state: 'closed', reason: 'closed by the agent' }]);
  cpSync(folder, join(target, 'spool', 'wrk_gone'), { recursive: true });
  const second = await recovered(target);
  expect(second.plane.sealed).toMatchObject([{ digest: first.plane.sealed[0]?.digest, state: 'sealed' }]);
});

test('what was held and not released did not run; what was denied was refused', async () => {
  const hold = { outcome: 'hold', policies: [], message: null, grantIds: [] } as const;
  const folder = await leftBehind((recorder) => {
    const session = recorder.open(header('ses_3'), 'process');
    session.append(intent('held', { decision: hold, ticket: 'AR-1001' }));
    session.append(intent('released', { decision: hold, ticket: 'AR-1002' }));
    session.append({
      kind: 'approval',
      of: 2,
      ticket: 'AR-1002',
      state: 'used',
      by: 'Barbara',
      reason: null,
    });
    session.append(intent('denied', { decision: { ...hold, outcome: 'deny' } }));
    session.append(intent("select 'secret'", { tag: 'SELECT' }));
    session.flush();
  });
  const target = join(folder, '..', '..');
  const { plane } = await recovered(target);
  const outcomes = plane.rows.map((found) => [found.seq, found.outcome]);
  expect(outcomes).toEqual([
    [1, 'cancelled'],
    [2, 'unknown'],
    [4, 'refused'],
    [5, 'unknown'],
  ]);
  for (const found of plane.rows) expect(found.text).not.toContain('secret');
  expect(plane.ended).toMatchObject([{ statements: 4, held: 2, denied: 1, allowed: 1 }]);
});

test('while the control plane is away the spool stays, and the next start delivers it', async () => {
  const folder = await leftBehind((recorder) => threeStatements(recorder));
  const target = join(folder, '..', '..');
  const away = new ToldPlane();
  away.away = new Error('away');
  await recovered(target, away);
  expect(readdirSync(join(target, 'spool'))).toHaveLength(1);
  const { plane } = await recovered(target);
  expect(plane.sealed).toHaveLength(1);
  expect(plane.rows.map((found) => found.seq)).toEqual([1, 3, 5]);
  expect(readdirSync(join(target, 'spool'))).toEqual([]);
});

test('a recovery that is stopped half way, twice, is finished by the third', async () => {
  const long = `select ${'x'.repeat(2_000)} where id = $1`;
  const repeated = intent(long);
  const statements = 300;
  const folder = await leftBehind((recorder) => {
    const session = recorder.open(header('ses_1'), 'process');
    for (let count = 0; count < statements; count += 1) {
      const seq = session.append({ ...repeated, parameters: [String(count)] });
      session.append(outcome(seq));
      session.index(row('ses_1', seq), {});
    }
    session.flush();
  });
  const home = join(folder, '..', '..');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const away = new ToldPlane();
    away.away = new Error('away');
    // Until it says so, blocks are written.
    away.importStatements = () => delay(300).then(() => Promise.reject(away.away));
    await recovered(home, away);
    const [left = ''] = readdirSync(join(home, 'spool'));
    const part = readdirSync(join(home, 'spool', left)).find((name) => name.endsWith('.part')) ?? '';
    // More of it stands whole than its worker wrote in one block.
    expect(statSync(join(home, 'spool', left, part)).size).toBeGreaterThan(1_000);
  }
  const { plane, faults } = await recovered(home);
  expect(faults).toEqual([]);
  const records = await recordsOf(join(home, 'recordings', 'ses_1.csrec'));
  const intents = records.flatMap(({ body }) => (body.kind === 'intent' ? [body] : []));
  expect(intents.map(({ parameters }) => parameters?.[0])).toEqual(
    Array.from({ length: statements }, (_, count) => String(count)),
  );
  expect(new Set(intents.map(({ text }) => text))).toEqual(new Set([long]));
  expect(plane.rows).toHaveLength(statements);
  expect(readdirSync(join(home, 'spool'))).toEqual([]);
});

test('a session that did nothing is sealed as interrupted, from its log or from its file alone', async () => {
  const fresh = await leftBehind((recorder) => {
    recorder.open(header('ses_idle'), 'process').flush();
  });
  const aged = await leftBehind(
    async (recorder) => {
      recorder.open(header('ses_idle'), 'process').flush();
      await delay(400);
    },
    { segmentAgeMsMax: 1 },
  );
  expect(
    readFileSync(join(aged, readdirSync(aged).find((name) => name.endsWith('.spool')) ?? '')).length,
  ).toBe(8);
  for (const folder of [fresh, aged]) {
    const home = join(folder, '../..');
    const { plane, faults } = await recovered(home);
    expect(faults).toEqual([]);
    const records = await recordsOf(join(home, 'recordings', 'ses_idle.csrec'));
    expect(records.map(({ body }) => body)).toEqual([
      { kind: 'end', state: 'interrupted', reason: expect.stringContaining('without closing') },
    ]);
    expect(plane.sealed).toMatchObject([{ sessionId: 'ses_idle', state: 'interrupted', records: 1 }]);
    expect(plane.ended).toMatchObject([{ id: 'ses_idle', state: 'interrupted', statements: 0 }]);
  }
});

test('a told session is not recorded anew, though its file is in another store by now', async () => {
  const folder = await leftBehind(async (recorder) => {
    const session = recorder.open(header('ses_told'), 'process');
    session.append(intent('select 1'));
    session.close({ state: 'closed', reason: 'done' });
    await delay(400);
  });
  expect(readdirSync(folder)).toContain('ses_told.told');
  expect(readdirSync(folder)).not.toContain('ses_told.key');
  const home = join(folder, '../..');
  const { plane, faults } = await recovered(home);
  expect([plane.sealed, plane.ended, faults]).toEqual([[], [], []]);
  expect(existsSync(join(home, 'recordings', 'ses_told.csrec'))).toBe(false);
});

test('the folder of a living worker is left alone', async () => {
  const living = freshHome();
  const recorder = createRecorder({
    home: living,
    key,
    controlPlane: new ToldPlane(),
    limits: { freeBytesMin: 0 },
  });
  const session = recorder.open(header('ses_4'), 'process');
  session.append(intent('a'));
  session.flush();
  const { plane } = await recovered(living);
  expect(plane.sealed).toEqual([]);
  await recorder.close();
  expect(existsSync(join(living, 'recordings', 'ses_4.csrec'))).toBe(true);
});

test('a damaged segment in the middle is kept aside, said, and its sessions end where it breaks', async () => {
  const folder = await leftBehind(
    (recorder) => {
      const session = recorder.open(header('ses_5'), 'process');
      for (let count = 0; count < 12; count += 1) {
        session.append(intent(`s${count}`));
        session.flush();
      }
    },
    { segmentBytesMax: 1_500 },
  );
  const segments = readdirSync(folder).filter((name) => name.endsWith('.spool'));
  expect(segments.length).toBeGreaterThan(2);
  const damaged = join(folder, segments[1] ?? '');
  const bytes = readFileSync(damaged);
  bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
  writeFileSync(damaged, bytes);
  const target = join(folder, '..', '..');
  const { plane, faults } = await recovered(target);
  expect(faults.join()).toMatch(/could not be read.*records of session ses_5 are missing/s);
  expect(plane.sealed).toMatchObject([{ state: 'interrupted' }]);
  expect(readdirSync(join(target, 'spool')).join()).toMatch(/^damaged-/);
  const records = await recordsOf(join(target, 'recordings', 'ses_5.csrec'));
  expect(records.at(-1)?.body).toMatchObject({ kind: 'end', reason: expect.stringContaining('lost') });
});

test('a statement row that leans on one that is not there is said and left out; nothing else is', async () => {
  const folder = await leftBehind((recorder) => threeStatements(recorder));
  const path = join(folder, '00000001.spool');
  const payload = '{"like":99,"row":{"sessionId":"ses_1","seq":7,"at":0},"facts":null}';
  const frame = Buffer.alloc(frameHeadBytes + payload.length);
  frame.write(payload, frameHeadBytes);
  closeFrame(frame, 0, spoolFrames.row, 1, payload.length);
  appendFileSync(path, frame);
  const { plane, faults } = await recovered(join(folder, '..', '..'));
  expect(faults).toEqual([expect.stringContaining('like row 99, which is not there')]);
  expect(plane.rows.map(({ seq }) => seq)).toEqual([1, 3, 5]);
  expect(plane.sealed).toMatchObject([{ sessionId: 'ses_1', state: 'interrupted' }]);
});

test('what is appended in bulk before a flush stays with its session across segments', async () => {
  const wide = 'x'.repeat(300_000);
  const folder = await leftBehind(
    (recorder) => {
      const sessions = ['ses_6', 'ses_7'].map((id) => recorder.open(header(id), 'process'));
      for (let count = 0; count < 12; count += 1) {
        for (const session of sessions) {
          session.append(intent(`s${count}`));
          session.append({ kind: 'rows', of: 1, columns: null, rows: [[wide]], truncated: false });
          session.index(row(session.sessionId, count, String(count).padStart(64, '0')), { count });
        }
        if (count % 5 === 4) sessions[0]?.flush();
      }
      sessions[0]?.flush();
    },
    { segmentBytesMax: 1_000_000 },
  );
  expect(readdirSync(folder).filter((name) => name.endsWith('.spool')).length).toBeGreaterThan(2);
  for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name));
  const target = join(folder, '..', '..');
  const { plane, faults } = await recovered(target);
  expect(faults).toEqual([]);
  for (const id of ['ses_6', 'ses_7']) {
    const records = await recordsOf(join(target, 'recordings', `${id}.csrec`));
    expect(records.filter((record) => record.body.kind === 'rows')).toHaveLength(12);
  }
  expect(plane.rows.filter((found) => found.outcome === 'completed')).toHaveLength(24);
  expect(plane.facts.size).toBe(12);
});
