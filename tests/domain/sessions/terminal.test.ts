import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordBody } from '#lib/recording/index';
import { openTerminal, recordingSealed, type TerminalInput } from '#lib/sessions/index';
import { createRecorder } from '#proxy/recorder/index';
import { header, ToldPlane } from '#tests/domain/recorder/fixture';
import { intent, key, makeRecording, outcome } from '#tests/domain/recording/fixture';
import { type AccessWorld, createAccessWorld, openTestSession, type PersonName } from '../access-world.ts';

let world: AccessWorld;
let directory: string;
let grantId: string;
beforeAll(async () => {
  world = await createAccessWorld();
  grantId = await world.grant(['read'], ['public.*']);
  directory = await mkdtemp(join(tmpdir(), 'countersign-terminal-'));
});
afterAll(async () => {
  await world.database.drop();
  await rm(directory, { recursive: true, force: true });
});

const out = (data: string, of: number | null = null): RecordBody => ({
  ...{ kind: 'terminal', of, stream: 'out', data, encoding: 'utf8' },
});

async function sealed(blocks: readonly (readonly RecordBody[])[]): Promise<string> {
  const sessionId = await openTestSession(world, [grantId]);
  const { bytes, digest } = await makeRecording(blocks, { sessionId });
  await writeFile(join(directory, `${sessionId}.csrec`), bytes);
  await recordingSealed(world.worker(), {
    ...{ sessionId, path: 'x', bytes: bytes.length, records: 1, blocks: 1, digest },
    ...{ state: 'sealed', sealedAt: world.clock.now() },
  });
  return sessionId;
}

async function cast(input: TerminalInput, name: PersonName = 'ada') {
  const lines = await openTerminal(world.by(name), input, { directory, key });
  let text = '';
  for await (const line of lines) text += line;
  const read = text.trimEnd().split('\n');
  const end = JSON.parse((read.pop() ?? '').slice(2)) as unknown;
  const [head, ...events] = read.map((line) => JSON.parse(line) as unknown);
  return { head, events, end };
}

describe('a shell', () => {
  let sessionId: string;
  beforeAll(async () => {
    sessionId = await sealed([
      [{ kind: 'resize', columns: 100, rows: 30 }, out('$ '), intent('ls'), out('ls\r\na b\r\n$ ')],
      [
        { kind: 'terminal', of: null, stream: 'in', data: 'my password', encoding: 'utf8' },
        { kind: 'resize', columns: 90_000, rows: 0 },
        intent('cat file'),
        { kind: 'terminal', of: null, stream: 'out', data: 'ww==', encoding: 'base64' },
        { kind: 'terminal', of: null, stream: 'out', data: 'qQ==', encoding: 'base64' },
        out('\u001b]52;c;eA==\u0007done'),
      ],
    ]);
  });

  test('plays as an asciicast with a marker at every statement; what was typed is left out', async () => {
    expect(await cast({ sessionId })).toEqual({
      head: { version: 3, term: { cols: 100, rows: 30 }, timestamp: expect.any(Number) },
      events: [
        [0, 'r', '100x30'],
        [0.001, 'o', '$ '],
        [0.001, 'm', '3'],
        [0.001, 'o', 'ls\r\na b\r\n$ '],
        [0.002, 'r', '500x1'],
        [0.001, 'm', '7'],
        [0.002, 'o', 'é'],
        [0.001, 'o', '‹OSC 52›done'],
      ],
      end: { next: null, removed: { 'OSC 52': 1 } },
    });
  });

  test('from a statement on, with what stood on the screen before', async () => {
    const { head, events } = await cast({ sessionId, from: 7 });
    expect(head).toMatchObject({ term: { cols: 500, rows: 1 } });
    expect(events.slice(0, 2)).toEqual([
      [0, 'o', '$ ls\r\na b\r\n$ '],
      [0, 'm', '7'],
    ]);
  });

  test('only to who may open the recording; it is one entry an hour', async () => {
    for (const name of ['bob', 'mallory', 'otto'] as const) {
      await expect(cast({ sessionId }, name)).rejects.toMatchObject({
        code: expect.stringMatching(/not_found|forbidden/),
      });
    }
    await cast({ sessionId }, 'linus');
    await cast({ sessionId, from: 7 }, 'linus');
    const entries = await world.entries('recording.opened', sessionId);
    expect(entries.filter(({ summary }) => /linus/i.test(summary))).toHaveLength(1);
  });

  test('a place that is not there is said', async () => {
    await expect(cast({ sessionId, from: 99 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(cast({ sessionId, from: 0 })).rejects.toMatchObject({ code: 'invalid' });
  });
});

test('commands without a terminal begin their lines at the left; one can be seen alone', async () => {
  const sessionId = await sealed([
    [intent('a'), out('x\n\ny\n', 1), intent('b'), out('z\r', 3), out('\nz', 3), outcome(3)],
  ]);
  const { events } = await cast({ sessionId, of: 3 });
  expect(events).toEqual([
    [0, 'm', '3'],
    [0.001, 'o', 'z\r'],
    [0.001, 'o', '\nz'],
  ]);
  expect((await cast({ sessionId })).events).toContainEqual([0.001, 'o', 'x\r\n\r\ny\r\n']);
});

test('a long session comes in parts, each going on where the one before ended', async () => {
  const line = `${'x'.repeat(1_000)}\r\n`;
  const blocks = Array.from({ length: 60 }, (_, at) => [
    intent(`step ${at}`),
    ...Array.from({ length: 99 }, () => out(line)),
  ]);
  const sessionId = await sealed(blocks);
  const first = await cast({ sessionId });
  const next = (first.end as { next: number }).next;
  expect(next).toBeGreaterThan(4_000);
  const second = await cast({ sessionId, from: next });
  expect(second.end).toMatchObject({ next: null });
  const chars = [...first.events, ...second.events]
    .map((event) => event as [number, string, string])
    .filter(([, code]) => code === 'o')
    .reduce((sum, [, , data]) => sum + data.length, 0);
  // What stood before the second part is drawn again, at most 64 KiB of it.
  expect(chars - 60 * 99 * line.length).toBeGreaterThan(0);
  expect(chars - 60 * 99 * line.length).toBeLessThanOrEqual(65_536);
});

test('a running shell is watched as it goes on', async () => {
  const home = await mkdtemp(join(tmpdir(), 'countersign-terminal-live-'));
  const recorder = createRecorder({
    ...{ home, key, controlPlane: new ToldPlane(), workerId: 'wrk_live' },
    limits: { freeBytesMin: 0, blockAgeMsMax: 1 },
  });
  const sessionId = await openTestSession(world, [grantId], { workerId: 'wrk_live' });
  const session = recorder.open(header(sessionId), 'process');
  const live = { directory: join(home, 'recordings'), spool: join(home, 'spool'), key };
  const shown = async (from: number): Promise<string> => {
    for (let tries = 0; tries < 300; tries += 1) {
      const lines = await openTerminal(world.by('ada'), { sessionId, from }, live).catch(() => []);
      let text = '';
      for await (const line of lines) text += line;
      if (text.includes('"next":') && !text.includes(`"next":${from},`)) return text;
      await delay(10);
    }
    throw new Error('nothing came');
  };
  session.append(out('$ '));
  expect(await shown(1)).toContain('# {"next":2,');
  session.append(out('make\r\n'));
  const second = await shown(2);
  expect(second).toContain('[0,"o","$ "]\n[0,"o","make\\r\\n"]\n# {"next":3,');
  await recorder.close();
  await rm(home, { recursive: true, force: true });
});
