import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { notFound } from '#lib/core/errors';
import {
  openRecordingFile,
  type RecordingRecord,
  readLiveRecording,
  verifyRecordingFile,
} from '#lib/recording/index';
import { createRecorder, type RecorderLimits } from '#proxy/recorder/index';
import { Segment } from '#proxy/recorder/segment';
import { header, intent, key, openTold, outcome, row, signing, ToldPlane, temporaryHome } from './fixture.ts';

const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

function started(limits: Partial<RecorderLimits> = {}) {
  const home = temporaryHome();
  const plane = new ToldPlane();
  const recorder = createRecorder({
    home: home.path,
    key,
    controlPlane: plane,
    signingKey: signing.privateKey,
    limits: { freeBytesMin: 0, ...limits },
  });
  opened.push(home.remove, () => recorder.close());
  return { home: home.path, plane, recorder };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 500) throw new Error('it did not happen');
    await delay(10);
  }
}

async function recordsOf(path: string): Promise<RecordingRecord[]> {
  const { reader, close } = await openTold(path);
  const records: RecordingRecord[] = [];
  for await (const record of reader.records()) records.push(record);
  await close();
  return records;
}

test('no row is delivered before it stands in the spool, also one that comes while others are delivered', async () => {
  const { home, plane, recorder } = started();
  const session = recorder.open(header('ses_a'), 'process');
  const finish = (bytesOut: number) => {
    const seq = session.append(intent('select * from customers'));
    session.flush();
    session.append(outcome(seq));
    session.index({ ...row('ses_a', seq), bytesOut }, { requests: [] });
  };
  const missing: number[] = [];
  const take = plane.importStatements.bind(plane);
  plane.importStatements = async (batch) => {
    const [worker = ''] = readdirSync(join(home, 'spool'));
    const folder = join(home, 'spool', worker);
    const log = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    const lacks = (bytesOut: number) => !log.some((text) => text.includes(`"bytesOut":${bytesOut},`));
    missing.push(...batch.rows.map(({ bytesOut }) => bytesOut).filter(lacks));
    if (plane.rows.length === 0) finish(7_002);
    await take(batch);
  };
  finish(7_001);
  await until(() => plane.rows.length === 2);
  expect(missing).toEqual([]);
});

test('a closed session becomes a sealed file that reads back and verifies', async () => {
  const { home, plane, recorder } = started();
  const session = recorder.open(header('ses_a'), 'process');
  const seq = session.append(intent('select * from customers'));
  session.flush();
  session.append(outcome(seq));
  session.index(row('ses_a', seq), { requests: [] });
  session.flush();
  session.close({ state: 'closed', reason: 'closed by the agent' });
  await until(() => plane.sealed.length === 1);

  const path = join(home, 'recordings', 'ses_a.csrec');
  const checked = await verifyRecordingFile(path, [signing.publicKey]);
  expect(checked).toMatchObject({ records: 3, statements: 1, state: 'sealed', signer: 'trusted' });
  expect(plane.sealed[0]).toMatchObject({ sessionId: 'ses_a', path, digest: checked.digest, records: 3 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await recordsOf(path)).map((record) => record.body.kind)).toEqual(['intent', 'outcome', 'end']);
  expect(plane.rows).toHaveLength(1);
  expect(plane.rows[0]?.at).toBeInstanceOf(Date);
  expect(plane.facts.size).toBe(1);
});

test('an intent is in the spool file when flush returns', () => {
  const { home, recorder } = started();
  const session = recorder.open(header('ses_b'), 'process');
  session.append(intent("delete from orders where note = 'marker'"));
  expect(session.flush()).toBeUndefined();
  const [worker] = readdirSync(join(home, 'spool'));
  const folder = join(home, 'spool', worker ?? '');
  const [segment] = readdirSync(folder).filter((name) => name.endsWith('.spool'));
  const path = join(folder, segment ?? '');
  expect(readFileSync(path, 'utf8')).toContain("note = 'marker'");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('with disk durability flush resolves after the sync, and concurrent flushes share it', async () => {
  const { recorder } = started();
  const sessions = ['ses_c', 'ses_d', 'ses_e'].map((id) => recorder.open(header(id), 'disk'));
  const flushes = sessions.map((session) => {
    session.append(intent('select 1'));
    return session.flush();
  });
  for (const flush of flushes) expect(flush).toBeInstanceOf(Promise);
  await Promise.all(flushes);
  expect(flushes[1]).toBe(flushes[2]);
});

test('a segment goes when its records are sealed and its rows delivered, and not before', async () => {
  const { home, plane, recorder } = started({ segmentBytesMax: 1_000, blockAgeMsMax: 1 });
  plane.away = new Error('away');
  const session = recorder.open(header('ses_f'), 'process');
  for (let count = 0; count < 20; count += 1) {
    const seq = session.append(intent(`select ${count}`));
    session.append(outcome(seq));
    session.index(row('ses_f', seq), {});
    session.flush();
  }
  const folder = join(home, 'spool', readdirSync(join(home, 'spool'))[0] ?? '');
  const segments = () => readdirSync(folder).filter((name) => name.endsWith('.spool')).length;
  await delay(300);
  expect(segments()).toBeGreaterThan(5);
  plane.away = null;
  await until(() => segments() <= 2);
  expect(plane.rows.map((found) => found.seq)).toEqual(Array.from({ length: 20 }, (_, at) => at * 2 + 1));
});

test('a session that does nothing has a file, and its segment waits for it', async () => {
  const { home, recorder } = started({ segmentAgeMsMax: 1 });
  recorder.open(header('ses_idle'), 'process');
  const folder = join(home, 'spool', readdirSync(join(home, 'spool'))[0] ?? '');
  await until(() => existsSync(join(folder, 'ses_idle.part')));
  await until(() => !existsSync(join(folder, '00000001.spool')));
  expect(statSync(join(folder, 'ses_idle.part')).size).toBeGreaterThan(100);
});

test('the key of a recording is told with its seal, and stays beside the file when that is refused', async () => {
  const { home, plane, recorder } = started();
  recorder.open(header('ses_told'), 'process').close({ state: 'closed', reason: 'done' });
  await until(() => plane.sealed.length === 1);
  plane.away = notFound('no such session');
  recorder.open(header('ses_refused'), 'process').close({ state: 'closed', reason: 'done' });
  const path = (name: string) => join(home, 'recordings', name);
  await until(() => existsSync(path('ses_refused.csrec.key')));
  expect(existsSync(path('ses_told.csrec.key'))).toBe(false);
  await expect(openRecordingFile(path('ses_told.csrec'), key)).rejects.toThrow(/kept apart/);
  const { close } = await openTold(path('ses_told.csrec'));
  await close();
  const kept = readFileSync(path('ses_refused.csrec.key'), 'utf8');
  const other = await openRecordingFile(path('ses_refused.csrec'), key, kept);
  await other.close();
  await expect(openRecordingFile(path('ses_told.csrec'), key, kept)).rejects.toMatchObject({
    code: 'integrity',
  });
});

test('rows beyond the queue wait in the spool and arrive in order', async () => {
  const { plane, recorder } = started({ rowsQueuedMax: 5, rowsPerBatch: 3, segmentBytesMax: 4_000 });
  plane.away = new Error('away');
  const session = recorder.open(header('ses_g'), 'process');
  for (let count = 1; count <= 60; count += 1) {
    session.append(intent('select 1'));
    session.index(row('ses_g', count, String(count % 7).repeat(64)), { count });
    session.flush();
  }
  await delay(300);
  plane.away = null;
  await until(() => plane.rows.length === 60);
  session.index(row('ses_g', 61), {});
  await until(() => plane.rows.length === 61);
  expect(plane.rows.map((found) => found.seq)).toEqual(Array.from({ length: 61 }, (_, at) => at + 1));
  expect(plane.facts.size).toBe(8);
});

test('a row that is refused for itself is left out and holds nobody up', async () => {
  const { plane, recorder } = started();
  plane.refuse = (found) => found.seq === 4;
  const session = recorder.open(header('ses_h'), 'process');
  for (let seq = 1; seq <= 9; seq += 1) session.index(row('ses_h', seq), {});
  await until(() => plane.rows.length === 8);
  expect(plane.rows.map((found) => found.seq)).toEqual([1, 2, 3, 5, 6, 7, 8, 9]);
});

test('no session opens while the disk is short, the spool full or the recorder closed', async () => {
  const short = started({ freeBytesMin: Number.MAX_SAFE_INTEGER });
  await until(() => short.recorder.trouble() !== null);
  expect(() => short.recorder.open(header('ses_i'), 'process')).toThrow(/free/);

  const full = started({ spoolBytesMax: 10_000, pauseMsMax: 50, segmentBytesMax: 1_000_000 });
  const session = full.recorder.open(header('ses_j'), 'process');
  session.append(intent('x'.repeat(20_000)));
  const paused = session.flush();
  expect(paused).toBeInstanceOf(Promise);
  await expect(paused).rejects.toThrow(/spool is full/);
  expect(() => full.recorder.open(header('ses_k'), 'process')).toThrow(/spool is full/);

  const closed = started();
  await closed.recorder.close();
  expect(() => closed.recorder.open(header('ses_l'), 'process')).toThrow(/stopping/);
});

test('close ends what is open, seals it and leaves no spool behind', async () => {
  const { home, plane, recorder } = started();
  const session = recorder.open(header('ses_m'), 'process');
  session.append(intent('select 1'));
  await recorder.close();
  expect(plane.sealed).toHaveLength(1);
  expect(readdirSync(join(home, 'spool'))).toEqual([]);
  expect(existsSync(join(home, 'recordings', 'ses_m.csrec'))).toBe(true);
  expect(() => session.append(intent('select 2'))).toThrow(/ended/);
});

test('what could not be told before the end is told by the next start', async () => {
  const first = started();
  first.plane.away = new Error('away');
  const session = first.recorder.open(header('ses_n'), 'process');
  const seq = session.append(intent('select 1'));
  session.append(outcome(seq));
  session.index(row('ses_n', seq), {});
  session.close({ state: 'closed', reason: 'closed by the agent' });
  await first.recorder.close();
  expect(first.plane.sealed).toEqual([]);

  const plane = new ToldPlane();
  const second = createRecorder({ home: first.home, key, controlPlane: plane, limits: { freeBytesMin: 0 } });
  opened.push(() => second.close());
  await second.recovered;
  expect(plane.sealed.map((sealed) => [sealed.sessionId, sealed.state])).toEqual([['ses_n', 'sealed']]);
  expect(plane.rows).toHaveLength(1);
});

test('a running session can be followed from its unfinished file', async () => {
  const { home, plane, recorder } = started({ blockAgeMsMax: 1 });
  const spool = join(home, 'spool');
  const session = recorder.open(header('ses_live'), 'process');
  const read = () => readLiveRecording(spool, 'ses_live', key, { fromSeq: 2, limit: 10 });
  let page = await read();
  for (let tries = 0; page === null && tries < 300; tries += 1) {
    await delay(10);
    page = await read();
  }
  expect(page).toMatchObject({ records: [], nextSeq: 2, header: { sessionId: 'ses_live' } });
  for (let count = 0; count < 3; count += 1) session.append(intent(`s${count}`));
  for (let tries = 0; (page?.records.length ?? 0) < 2 && tries < 300; tries += 1) {
    await delay(10);
    page = await read();
  }
  expect(page?.records.map((record) => record.seq)).toEqual([2, 3]);
  expect(page).toMatchObject({ nextSeq: 4, header: { sessionId: 'ses_live' } });
  expect(await readLiveRecording(spool, '../ses_live', key, { fromSeq: 1, limit: 1 })).toBeNull();
  const seen: number[] = [];
  for (let count = 3; count < 40; count += 1) {
    session.append(intent(`s${count}`));
    if (count % 7 === 0) await delay(15);
    const next = await readLiveRecording(spool, 'ses_live', key, { fromSeq: seen.length + 1, limit: 2 });
    seen.push(...(next?.records ?? []).map((record) => record.seq));
  }
  expect(seen).toEqual(seen.map((_, index) => index + 1));
  expect(seen.length).toBeGreaterThan(3);
  const first = await readLiveRecording(spool, 'ses_live', key, { fromSeq: 1, limit: 1 });
  expect(first?.records.map((record) => record.seq)).toEqual([1]);
  session.close({ state: 'closed', reason: 'closed by the agent' });
  await until(() => plane.sealed.length === 1);
  expect(await read()).toBeNull();
});

test('a spool that can not be written stops the session and new ones, and goes on when it can again', () => {
  const { recorder, home } = started();
  const session = recorder.open(header('ses_full'), 'process');
  session.append(intent('a'));
  session.flush();
  const write = vi.spyOn(Segment.prototype, 'write').mockImplementation(() => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  });
  session.append(intent('b'));
  expect(() => session.flush()).toThrow(/ENOSPC/);
  expect(() => recorder.open(header('ses_next'), 'process')).toThrow(/ENOSPC/);
  write.mockRestore();
  session.flush();
  expect(recorder.trouble()).toBeNull();
  const worker = readdirSync(join(home, 'spool'))[0] ?? '';
  const segment = readFileSync(join(home, 'spool', worker, '00000001.spool'), 'utf8');
  expect(segment.match(/"text":"[ab]"/g)).toEqual(['"text":"a"', '"text":"b"']);
});

test('a write that stopped half way is taken up where it stopped', async () => {
  const { recorder, plane, home } = started();
  const session = recorder.open(header('ses_half'), 'process');
  session.flush();
  const real = Segment.prototype.write;
  let calls = 0;
  const write = vi.spyOn(Segment.prototype, 'write').mockImplementation(function (
    this: Segment,
    bytes,
    from,
    to,
  ) {
    calls += 1;
    if (calls === 2) throw new Error('EIO: i/o error');
    return real.call(this, bytes, from, calls === 1 ? from + 5 : to);
  });
  session.append(intent('half'));
  expect(() => session.flush()).toThrow(/EIO/);
  session.flush();
  write.mockRestore();
  session.close({ state: 'closed', reason: 'closed by the agent' });
  await until(() => plane.sealed.length === 1);
  expect((await recordsOf(join(home, 'recordings', 'ses_half.csrec'))).length).toBe(2);
});
