import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameFault, FrameReader } from '#proxy/listeners/postgres/codec/frames';
import { clientDelivery, serverDelivery } from '#proxy/listeners/postgres/codec/limits';
import { fromClient, fromServer } from '#proxy/listeners/postgres/codec/types';
import { bind, execute, message, parse, query, report, sync } from '#proxy/listeners/postgres/codec/write';

interface Seen {
  readonly type: number;
  readonly bytes: string;
}

/** Feeds chunks and puts streamed frames together again. */
function read(chunks: readonly Buffer[], rules = clientDelivery): Seen[] {
  const reader = new FrameReader(rules);
  const seen: Seen[] = [];
  let parts: Buffer[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let got = reader.next(); got !== 'more'; got = reader.next()) {
      const bytes = Buffer.from(reader.buffer.subarray(reader.start, reader.end));
      if (got === 'frame') seen.push({ type: reader.type, bytes: bytes.toString('hex') });
      else {
        if (reader.first) parts = [];
        parts.push(bytes);
        if (reader.last) seen.push({ type: reader.type, bytes: Buffer.concat(parts).toString('hex') });
      }
    }
  }
  expect(reader.waitingBytes).toBe(0);
  return seen;
}

const messages = [
  query('select 1'),
  parse('name', 'select $1::text'),
  bind('', 'name', ['a', null, 'ünïcode']),
  execute(''),
  sync,
  message(fromClient.copyData, Buffer.alloc(300, 7)),
  message(fromClient.copyDone),
];
const stream = Buffer.concat(messages);
const whole = messages.map((bytes) => ({ type: bytes[0], bytes: bytes.toString('hex') }));

describe('frames', () => {
  it('come out the same wherever the stream is cut in two', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(read([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
    }
  });

  it('come out the same in pieces of every size', () => {
    for (let size = 1; size <= 40; size += 1) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
      expect(read(chunks)).toEqual(whole);
    }
  });

  it('come out the same for any cuts and any frames', () => {
    const frames = fc.array(
      fc.record({ type: fc.constantFrom(...'QPBEDCSHdcfX'), body: fc.uint8Array({ maxLength: 200 }) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(frames, fc.array(fc.nat(2000), { maxLength: 12 }), (list, cuts) => {
        const bytes = list.map(({ type, body }) => message(type.charCodeAt(0), Buffer.from(body)));
        const all = Buffer.concat(bytes);
        const places = [...new Set(cuts.map((cut) => cut % all.length))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, index) => all.subarray(from, places[index] ?? all.length));
        expect(read(chunks)).toEqual(bytes.map((one) => ({ type: one[0], bytes: one.toString('hex') })));
      }),
    );
  });

  it('refuse a length that no message has', () => {
    const reader = new FrameReader(clientDelivery);
    reader.push(Buffer.from([fromClient.query, 0, 0, 0, 3]));
    expect(() => reader.next()).toThrow(FrameFault);
  });

  it.each([0x7fffffff, 0xffffffff, 0x80000000])(
    'refuse a declared length of %d before any of it comes',
    (length) => {
      const reader = new FrameReader(clientDelivery);
      const head = Buffer.alloc(5);
      head[0] = fromClient.query;
      head.writeUInt32BE(length, 1);
      reader.push(head);
      expect(() => reader.next()).toThrow(FrameFault);
    },
  );

  it('stream a row that is declared as a gibibyte, keeping nothing of it', () => {
    const reader = new FrameReader((type, length) => serverDelivery(type, length, false));
    const head = Buffer.alloc(5);
    head[0] = fromServer.dataRow;
    head.writeUInt32BE(1024 * 1024 * 1024, 1);
    reader.push(head);
    let got = reader.next();
    const chunk = Buffer.alloc(65_536);
    let bytes = 0;
    for (let sent = 0; sent < 100; sent += 1) {
      reader.push(chunk);
      for (got = reader.next(); got !== 'more'; got = reader.next()) {
        expect(got).toBe('part');
        bytes += reader.end - reader.start;
      }
      expect(reader.waitingBytes).toBeLessThan(16);
    }
    expect(bytes).toBeGreaterThanOrEqual(100 * chunk.length);
    expect(reader.atBoundary).toBe(false);
  });

  it('tell that a Terminate waits behind others', () => {
    const reader = new FrameReader(clientDelivery);
    reader.push(Buffer.concat([query('select 1'), sync]));
    reader.next();
    expect(reader.awaits(fromClient.terminate)).toBe(false);
    reader.push(message(fromClient.terminate));
    expect(reader.awaits(fromClient.terminate)).toBe(true);
  });
});

describe('a report', () => {
  it('carries nothing to the terminal but text, whatever people and agents typed', () => {
    const typed = 'red \u001b[31m, a \u202ereversed name, a\0C00000 field, \u009b2J';
    const bytes = report({
      severity: 'ERROR',
      code: '42501',
      message: typed,
      detail: typed,
      hint: `a\n\tb ${typed}`,
    });
    const fields = bytes.toString('utf8', 5).split('\0');
    expect(fields.map((field) => field.charAt(0)).join('')).toBe('SVCMDH');
    for (const hidden of ['\u001b', '\u202e', '\u009b']) expect(fields.join('')).not.toContain(hidden);
    expect(fields[3]).toContain('red \\u{1B}[31m');
    expect(fields[5]).toMatch(/^Ha\n\tb red/);
  });
});
