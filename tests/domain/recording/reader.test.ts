import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { type ByteSource, bufferSource, RecordingReader } from '#lib/recording/index';
import { flipped, header, intent, key, makeRecording, outcome, statements } from './fixture.ts';

test('reads back what was written, from any sequence, in pages', async () => {
  const blocks = statements(50, 7);
  const bodies = blocks.flat();
  const { bytes } = await makeRecording(blocks);
  const reader = await RecordingReader.open(bufferSource(bytes), key);
  expect(reader.header).toEqual(header('ses_test'));
  for (const from of [1, 2, 14, 15, 99, 100]) {
    const found = [];
    for await (const record of reader.records(from)) found.push(record.body);
    expect(found).toEqual(bodies.slice(from - 1));
  }
  const pages = [];
  for (let next: number | null = 1; next !== null; ) {
    const page = await reader.page(next, 9);
    pages.push(...page.records.map((record) => record.seq));
    next = page.nextSeq;
  }
  expect(pages).toEqual(bodies.map((_, at) => at + 1));
  expect(await reader.page(101, 10)).toEqual({ records: [], nextSeq: null });
});

test('a page reads the blocks that it needs and no more', async () => {
  const { bytes } = await makeRecording(statements(400, 10));
  let read = 0;
  const inner = bufferSource(bytes);
  const counting: ByteSource = {
    size: inner.size,
    read: (offset, length) => {
      read += length;
      return inner.read(offset, length);
    },
  };
  const reader = await RecordingReader.open(counting, key);
  read = 0;
  await reader.page(401, 20);
  expect(read).toBeLessThan(bytes.length / 10);
});

test('a statement comes with what belongs to it and nothing else', async () => {
  const rows = { kind: 'rows', of: 1, columns: null, rows: [['1']], truncated: false } as const;
  const { bytes } = await makeRecording([
    [intent('a'), intent('b'), rows],
    [outcome(2), outcome(1)],
  ]);
  const reader = await RecordingReader.open(bufferSource(bytes), key);
  expect((await reader.statement(1)).records.map((record) => record.seq)).toEqual([1, 3, 5]);
  expect((await reader.statement(2)).records.map((record) => record.seq)).toEqual([2, 4]);
  expect((await reader.statement(4)).records.map((record) => record.seq)).toEqual([4]);
});

test('a moment leads to the record at or after it', async () => {
  const { bytes } = await makeRecording(statements(20, 3));
  const reader = await RecordingReader.open(bufferSource(bytes), key);
  expect(await reader.seqAt(0)).toBe(1);
  expect(await reader.seqAt(17_000)).toBe(17);
  expect(await reader.seqAt(17_001)).toBe(18);
  expect(await reader.seqAt(40_001)).toBeNull();
});

test('an older key of the ring opens what it wrapped; another key opens nothing', async () => {
  const old = { id: 'old', bytes: randomBytes(32) };
  const { bytes } = await makeRecording(statements(1, 1), { sealingKey: old });
  expect((await RecordingReader.open(bufferSource(bytes), [key, old])).header.sessionId).toBe('ses_test');
  await expect(RecordingReader.open(bufferSource(bytes), key)).rejects.toThrow(/sealed with key old/);
  const wrong = { id: 'old', bytes: randomBytes(32) };
  await expect(RecordingReader.open(bufferSource(bytes), wrong)).rejects.toMatchObject({ code: 'integrity' });
});

test('nothing of a changed block or a forged index is handed out', async () => {
  const { bytes, offsets } = await makeRecording(statements(6, 2));
  const changed = await RecordingReader.open(
    bufferSource(flipped(bytes, (offsets[1] as number) + 60, 1)),
    key,
  );
  expect((await changed.page(1, 4)).records).toHaveLength(4);
  await expect(changed.page(5, 4)).rejects.toThrow(/block 2/);
  const forged = flipped(bytes, (offsets[3] as number) + 8, 0);
  await expect(RecordingReader.open(bufferSource(forged), key)).rejects.toThrow(/footer/);
});

test('text of every kind survives', async () => {
  const text = '\u0000 \ud800 \u202e évil 😀 \u001b[2J </script> \' " \\';
  const { bytes } = await makeRecording([[intent(text, { parameters: [null, '', 'b64:AAE=', text] })]]);
  const reader = await RecordingReader.open(bufferSource(bytes), key);
  const [record] = (await reader.page(1, 1)).records;
  expect(record?.body).toMatchObject({ text, parameters: [null, '', 'b64:AAE=', text] });
});

test('a recording without records opens, and an interrupted one says so', async () => {
  const { bytes } = await makeRecording([], { state: 'interrupted' });
  const reader = await RecordingReader.open(bufferSource(bytes), key);
  expect(reader.footer).toMatchObject({ state: 'interrupted', records: 0 });
  expect(await reader.page(1, 10)).toEqual({ records: [], nextSeq: null });
  expect(await reader.seqAt(0)).toBeNull();
});
