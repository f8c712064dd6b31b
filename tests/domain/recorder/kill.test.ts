import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '#lib/core/clock';
import { type RecordingRecord, verifyRecordingFile } from '#lib/recording/index';
import { recoverSpools } from '#proxy/recorder/recovery';
import { key, openTold, ToldPlane, temporaryHome, toldKeys } from './fixture.ts';

const clients = 3;
const children = new Set<ChildProcess>();
const homes: (() => void)[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const remove of homes) remove();
});

/** Lets a worker write for a moment, then kills it as no handler can see. */
async function killedRun(home: string, run: number, durability: string): Promise<void> {
  const script = join(import.meta.dirname, 'killed-worker.ts');
  const args = [script, home, String(run), key.bytes.toString('hex'), durability];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  await once(child.stdout, 'data');
  await delay(randomInt(20, 400));
  child.kill('SIGKILL');
  await once(child, 'exit');
  children.delete(child);
}

function lines(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

async function recordsOf(path: string): Promise<RecordingRecord[]> {
  const { reader, close } = await openTold(path);
  const records: RecordingRecord[] = [];
  for await (const record of reader.records()) records.push(record);
  await close();
  return records;
}

interface Found {
  readonly intents: Set<string>;
  readonly completed: Set<string>;
  readonly unknown: string[];
  interrupted: number;
}

/** Every recording of the home, each checked from end to end. */
async function readAll(home: string): Promise<Found> {
  const found: Found = { intents: new Set(), completed: new Set(), unknown: [], interrupted: 0 };
  for (const file of readdirSync(join(home, 'recordings'))) {
    expect(file).toMatch(/\.csrec$/);
    const path = join(home, 'recordings', file);
    const { state } = await verifyRecordingFile(path);
    if (state === 'interrupted') found.interrupted += 1;
    const names = new Map<number, string>();
    for (const { seq, body } of await recordsOf(path)) {
      if (body.kind === 'intent') {
        const name = /-- (\S+)/.exec(body.text)?.[1] ?? '';
        names.set(seq, name);
        found.intents.add(name);
      } else if (body.kind === 'outcome') {
        const name = names.get(body.of) ?? 'no intent';
        if (body.status === 'unknown') found.unknown.push(name);
        else found.completed.add(name);
      }
    }
  }
  return found;
}

test.each(['process', 'disk'])(
  'a worker killed again and again under load: the target and the recordings agree (%s)',
  async (durability) => {
    const home = temporaryHome();
    homes.push(home.remove);
    const runs = 12;
    const plane = new ToldPlane();
    const faults: string[] = [];
    for (let run = 1; run <= runs; run += 1) {
      await killedRun(home.path, run, durability);
      await recoverSpools({
        home: home.path,
        own: 'wrk_test',
        key,
        signingKey: null,
        controlPlane: plane,
        clock: systemClock,
        log: (message) => faults.push(message),
        stopping: () => false,
      });
      expect(readdirSync(join(home.path, 'spool'))).toEqual([]);
    }
    expect(faults).toEqual([]);
    const told = lines(join(home.path, 'told.log')).map((line) => line.split(' '));
    for (const [kind, id = '', , , wrappedKey] of told)
      if (kind === 'sealed' && wrappedKey)
        toldKeys.set(join(home.path, 'recordings', `${id}.csrec`), wrappedKey);
    const found = await readAll(home.path);
    const forwarded = lines(join(home.path, 'target.log'));
    expect(forwarded.length).toBeGreaterThan(100);
    expect(forwarded.filter((name) => !found.intents.has(name))).toEqual([]);
    const reached = new Set(forwarded);
    expect([...found.completed].filter((name) => !reached.has(name))).toEqual([]);
    expect(found.unknown.length).toBeLessThanOrEqual(runs * clients);
    expect(found.interrupted).toBeLessThanOrEqual(runs * clients);

    const sealed = new Set([
      ...plane.sealed.map((recording) => `${recording.sessionId}.csrec`),
      ...told.filter(([kind]) => kind === 'sealed').map(([, id]) => `${id}.csrec`),
    ]);
    expect(readdirSync(join(home.path, 'recordings')).filter((file) => !sealed.has(file))).toEqual([]);
    const rows = new Set([
      ...plane.rows.map((row) => `${row.sessionId} ${row.seq}`),
      ...told.filter(([kind]) => kind === 'row').map(([, id, seq]) => `${id} ${seq}`),
    ]);
    expect(rows.size).toBeGreaterThanOrEqual(found.completed.size - runs * clients);
  },
  120_000,
);
