import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bufferSource, type RecordBody } from '#lib/recording/index';
import {
  openRecording,
  openStatement,
  openTerminal,
  type RecordingStore,
  recordingSealed,
  searchRecording,
} from '#lib/sessions/index';

import { intent, key, makeRecording, outcome } from '#tests/domain/recording/fixture';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

// An agent decides how long its records are: sixty of a mebibyte stand for a thousand of sixteen.

const mebibyte = 1024 * 1024;
const large = 60;
/** A page's bound, and a block that passes it. */
const pageBytes = 5 * mebibyte;

let world: AccessWorld;
let grantId: string;
let sessionId: string;
let store: RecordingStore;
let read = 0;

beforeAll(async () => {
  world = await createAccessWorld();
  grantId = await world.grant(['read'], ['public.*']);
  sessionId = await openTestSession(world, [grantId]);
  const blocks: RecordBody[][] = [[intent('the first'), out('$ '), out('over the edge\r\n$ ')]];
  for (let count = 0; count < large; count += 1) blocks.push([rowsOf(1)]);
  blocks.push([outcome(1), out('# '), intent('the last')]);
  const { bytes, digest } = await makeRecording(blocks, { sessionId });
  await recordingSealed(world.worker(), {
    ...{ sessionId, path: 'x', bytes: bytes.length, records: 1, blocks: 1, digest },
    ...{ state: 'sealed', sealedAt: world.clock.now() },
  });
  store = { directory: '/nowhere', key, blobs: counting(bytes) };
}, 60_000);
afterAll(() => world.database.drop());

function out(data: string): RecordBody {
  return { kind: 'terminal', of: null, stream: 'out', data, encoding: 'utf8' };
}

function rowsOf(of: number): RecordBody {
  const text = randomBytes((mebibyte * 3) / 4).toString('base64');
  return { kind: 'rows', of, columns: null, rows: [[text]], truncated: false };
}

function counting(bytes: Buffer): NonNullable<RecordingStore['blobs']> {
  const source = bufferSource(bytes);
  const counted = {
    size: source.size,
    read: (offset: number, length: number) => {
      read += length;
      return source.read(offset, length);
    },
  };
  const open = async () => ({ source: counted, close: async () => {} });
  return { open } as unknown as NonNullable<RecordingStore['blobs']>;
}

async function readBy<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const before = read;
  const result = await work();
  return [result, read - before];
}

describe('a recording of large records', () => {
  test('is opened in pages that end by their bytes, and goes on', async () => {
    const seen: number[] = [];
    for (let from: number | null = 1; from !== null; ) {
      const at: number = from;
      const [page, bytes] = await readBy(() =>
        openRecording(world.by('ada'), { sessionId, from: at, limit: 1_000 }, store),
      );
      expect(bytes).toBeLessThan(pageBytes);
      seen.push(...page.records.map(({ seq }) => seq));
      from = page.next;
    }
    expect(seen).toEqual(Array.from({ length: large + 6 }, (_, place) => place + 1));
  });

  test('is searched up to so many characters, and no further', async () => {
    const search = (from: number) =>
      readBy(() => searchRecording(world.by('ada'), { sessionId, text: 'the last', from }, store));
    const [first, bytes] = await search(1);
    expect(first).toMatchObject({ hits: [], next: expect.any(Number) });
    expect(bytes).toBeLessThan(32 * mebibyte + pageBytes);
    const [rest] = await search(first.next ?? 0);
    expect(rest).toMatchObject({ hits: [{ seq: large + 6 }], next: null });
  });

  test('shows of a statement its beginning and its outcome', async () => {
    const found = await openStatement(world.by('ada'), { sessionId, seq: 1 }, store);
    expect(found.truncated).toBe(true);
    const kinds = found.records.map(({ body }) => body.kind);
    expect(kinds).toEqual(['intent', ...kinds.slice(1, -1).map(() => 'rows'), 'outcome']);
    expect(kinds.length).toBeGreaterThan(5);
    expect(kinds.length).toBeLessThan(12);
    const last = await openStatement(world.by('ada'), { sessionId, seq: large + 6 }, store);
    expect(last).toMatchObject({ records: [{ seq: large + 6 }], truncated: false });
    for (const seq of [large + 7, 99_999_999_999]) {
      expect(await openStatement(world.by('ada'), { sessionId, seq }, store)).toMatchObject({ records: [] });
    }
    await expect(openStatement(world.by('ada'), { sessionId, seq: 0 }, store)).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(openStatement(world.by('otto'), { sessionId, seq: 1 }, store)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await world.entries('recording.opened', sessionId)).toHaveLength(1);
  });

  test('plays from its end without all that lies before', async () => {
    const [text, bytes] = await readBy(async () => {
      let lines = '';
      const from = large + 6;
      for await (const line of await openTerminal(world.by('ada'), { sessionId, from }, store)) lines += line;
      return lines;
    });
    expect(bytes).toBeLessThan(2 * pageBytes);
    expect(text.split('\n')[1]).toBe('[0,"o","# "]');
  });
});
