import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bind,
  execute,
  int16,
  int32,
  message,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { type RawFrame, rawThroughGateway, reportOf } from '#tests/support/raw-postgres';
import { createTargetDatabase, queried, type TargetDatabase } from '#tests/support/target-database';

// In production up to 1,000 rows pass without approval, however they are written.

let target: TargetDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  target = await createTargetDatabase();
  await queried(target.url, 'CREATE TABLE stock (id int, note text)');
  gateway = await startTestGateway({ target, holdMs: 20_000 });
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

beforeEach(async () => {
  await queried(target.url, 'TRUNCATE stock');
  gateway.control.approvals.clear();
});

const stored = async () => (await queried(target.url, 'SELECT count(*)::int AS n FROM stock'))[0]?.n;

const lines = (count: number, line = (at: number) => `${at}\tx\n`): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('');

async function copy(text: string, data: string | Buffer, before: readonly string[] = []): Promise<string> {
  const client = await gateway.connect();
  try {
    for (const one of before) await client.query(one);
    await pipeline(Readable.from([data]), client.query(copyFrom(text)));
    return 'stored';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => {});
  }
}

const into = 'COPY stock FROM STDIN';
const pending = /^\[PENDING\] ticket AR-\d+: /;

function binary(count: number): Buffer {
  const head = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), int32(0), int32(0)]);
  const row = Buffer.concat([int16(2), int32(4), int32(7), int32(-1)]);
  return Buffer.concat([head, ...Array.from({ length: count }, () => row), int16(-1)]);
}

describe('a COPY … FROM STDIN', () => {
  it.each([
    ['text', into, lines(1_000)],
    ['text without a last line break', into, lines(1_000).trimEnd()],
    ['csv with a header', `${into} (FORMAT csv, HEADER)`, `id,note\n${lines(1_000, (at) => `${at},x\n`)}`],
    ['lines that end with CR LF', into, lines(1_000, (at) => `${at}\tx\r\n`)],
    ['binary', `${into} (FORMAT binary)`, binary(1_000)],
    ['nothing at all', into, ''],
  ])('passes up to the limit: %s', async (_name, text, data) => {
    expect(await copy(text, data)).toBe('stored');
    expect(gateway.control.approvals.size).toBe(0);
    expect(await stored()).toBe(data.length === 0 ? 0 : 1_000);
  });

  it.each([
    ['text', into, lines(1_001)],
    ['text without a last line break', into, lines(1_001).trimEnd()],
    ['csv', `${into} (FORMAT csv)`, lines(1_001, (at) => `${at},x\n`)],
    ['lines that end with CR', into, lines(1_001, (at) => `${at}\tx\r`)],
    [
      'csv whose quotes hide nothing',
      `${into} (FORMAT csv, ESCAPE '\\')`,
      lines(1_001, (at) => `${at},"x\\""\n`),
    ],
    ['binary', `${into} (FORMAT binary)`, binary(1_001)],
    ['a form that is not known to be counted', `${into} (ON_ERROR ignore)`, lines(1)],
  ])('is pending beyond it, and nothing is stored: %s', async (_name, text, data) => {
    expect(await copy(text, data)).toMatch(pending);
    expect(await stored()).toBe(0);
    await expect
      .poll(() => gateway.control.statements.at(-1))
      .toMatchObject({ tag: 'COPY', outcome: 'pending' });
  });

  it('runs once when its ticket was approved, and asks again then', async () => {
    expect(await copy(into, lines(1_500))).toMatch(pending);
    const { id, request } = await gateway.control.pending();
    expect(request.card).toMatchObject({
      verdict: 'Copies 1,500 rows into public.stock',
      rowEstimate: 1_500,
      estimateNote: expect.stringContaining('none of them is stored'),
    });
    gateway.control.answer(id, 'approved');
    expect(await copy(into, lines(1_500))).toBe('stored');
    expect(await stored()).toBe(1_500);
    expect(await copy(into, lines(1_500))).toMatch(pending);
    expect(await stored()).toBe(1_500);
  });

  it.each([
    ['as many other rows', lines(1_500, (at) => `${at}\ty\n`)],
    ['more rows', lines(1_501)],
  ])('is asked anew with %s than were shown', async (_name, data) => {
    expect(await copy(into, lines(1_500))).toMatch(pending);
    gateway.control.answer((await gateway.control.pending()).id, 'approved');
    expect(await copy(into, data)).toMatch(pending);
    expect(await stored()).toBe(0);
    expect(await copy(into, lines(1_500))).toBe('stored');
    expect(await stored()).toBe(1_500);
  });

  it('fails the client’s own transaction', async () => {
    expect(await copy(into, lines(1_001), ['BEGIN', 'INSERT INTO stock VALUES (1)'])).toMatch(pending);
    expect(await stored()).toBe(0);
  });

  it('is judged alike in the extended protocol, and the connection goes on', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    const data = (text: string) => message('d'.charCodeAt(0), Buffer.from(text));
    const done = message('c'.charCodeAt(0));
    const send = async (count: number): Promise<RawFrame[]> => {
      raw.send(parse('', into), bind('', '', []), execute(''), sync);
      await raw.until('G');
      for (let at = 0; at < count; at += 100) raw.send(data(lines(Math.min(100, count - at))));
      raw.send(done, sync);
      return raw.until('Z');
    };
    const refused = await send(1_001);
    expect(reportOf(refused.find(({ type }) => type === 'E')).get('M')).toMatch(pending);
    const kept = await send(1_000);
    expect(kept.map(({ type, bytes }) => (type === 'E' ? bytes.toString() : type))).toContain('C');
    raw.send(query('SELECT 1'));
    expect((await raw.until('Z')).map(({ type }) => type)).toContain('D');
    raw.close();
    expect(await stored()).toBe(1_000);
  });

  it('is judged alike when the data does not wait for the answer', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    raw.send(query(into), message('d'.charCodeAt(0), Buffer.from(lines(1_001))), message('c'.charCodeAt(0)));
    const frames = await raw.until('Z');
    expect(reportOf(frames.find(({ type }) => type === 'E')).get('M')).toMatch(pending);
    raw.close();
    expect(await stored()).toBe(0);
  });

  it('is stopped by the client as ever', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    raw.send(query(into));
    await raw.until('G');
    raw.send(message('d'.charCodeAt(0), Buffer.from(lines(5_000))), message('f'.charCodeAt(0), 'enough'));
    const frames = await raw.until('Z');
    expect(reportOf(frames.find(({ type }) => type === 'E')).get('C')).toBe('57014');
    raw.close();
    expect(gateway.control.approvals.size).toBe(0);
  });

  it('among several statements is held before any of it runs', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    raw.send(query(`BEGIN`));
    await raw.until('Z');
    raw.send(query(`SELECT 1; ${into}`));
    const frames = await raw.until('Z');
    expect(reportOf(frames.find(({ type }) => type === 'E')).get('M')).toMatch(pending);
    raw.close();
  });
});
