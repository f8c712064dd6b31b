import { CountersignError } from '#lib/core/errors';
import { recordBytesMax } from './format.ts';
import type { RecordBody, RecordingRecord } from './model.ts';

// A record: u32 body length · u32 seq · u48 microseconds · u8 kind · u8 zero · body (JSON, UTF-8).

export const recordHeadBytes = 16;

const kindCodes: Readonly<Record<RecordBody['kind'], number>> = {
  intent: 1,
  outcome: 2,
  rows: 3,
  approval: 4,
  notice: 5,
  end: 6,
  terminal: 7,
  resize: 8,
  request: 9,
  response: 10,
};

const kindOfCode = new Map(Object.entries(kindCodes).map(([kind, code]) => [code, kind]));

export const intentCode = kindCodes.intent;
export const outcomeCode = kindCodes.outcome;
export const endCode = kindCodes.end;

export function kindCode(kind: RecordBody['kind']): number {
  return kindCodes[kind];
}

/** Writes a record's head at `at`; the body's bytes follow it. */
export function writeRecordHead(
  target: Buffer,
  at: number,
  head: { readonly bytes: number; readonly seq: number; readonly atUs: number; readonly code: number },
): void {
  target.writeUInt32LE(head.bytes, at);
  target.writeUInt32LE(head.seq, at + 4);
  target.writeUIntLE(head.atUs, at + 8, 6);
  target[at + 14] = head.code;
  target[at + 15] = 0;
}

/** One record as bytes of its own. */
export function encodeRecord(record: RecordingRecord): Buffer {
  const body = Buffer.from(JSON.stringify(record.body), 'utf8');
  if (body.length > recordBytesMax) throw new CountersignError('limit', 'the record is too long to be kept');
  const bytes = Buffer.allocUnsafe(recordHeadBytes + body.length);
  writeRecordHead(bytes, 0, {
    bytes: body.length,
    seq: record.seq,
    atUs: record.atUs,
    code: kindCodes[record.body.kind],
  });
  body.copy(bytes, recordHeadBytes);
  return bytes;
}

/** A record's head and where its body lies, without reading the body. */
export interface RecordSpan {
  readonly seq: number;
  readonly atUs: number;
  readonly code: number;
  readonly start: number;
  readonly end: number;
}

/** Walks the records of a block's plain bytes. Throws `integrity` where they do not add up. */
export function* recordSpans(plain: Buffer): Generator<RecordSpan> {
  let at = 0;
  while (at < plain.length) {
    if (plain.length - at < recordHeadBytes) throw damaged('a record is cut short');
    const bytes = plain.readUInt32LE(at);
    const start = at + recordHeadBytes;
    if (bytes > plain.length - start) throw damaged('a record is longer than its block');
    if (plain[at + 15] !== 0) throw damaged('a record uses a flag that this version does not know');
    yield {
      seq: plain.readUInt32LE(at + 4),
      atUs: plain.readUIntLE(at + 8, 6),
      code: plain[at + 14] ?? 0,
      start,
      end: start + bytes,
    };
    at = start + bytes;
  }
}

/** The record of a span. Unknown kinds are refused: a newer version wrote them. */
export function decodeRecord(plain: Buffer, span: RecordSpan): RecordingRecord {
  const kind = kindOfCode.get(span.code);
  if (kind === undefined) {
    throw damaged(`record ${span.seq} is of kind ${span.code}, which this version does not know`);
  }
  let body: RecordBody;
  try {
    body = JSON.parse(plain.toString('utf8', span.start, span.end)) as RecordBody;
  } catch (cause) {
    throw new CountersignError('integrity', `record ${span.seq} can't be read`, { cause });
  }
  if (body.kind !== kind) throw damaged(`record ${span.seq} says it is of two kinds`);
  return { seq: span.seq, atUs: span.atUs, body };
}

function damaged(message: string): CountersignError {
  return new CountersignError('integrity', message);
}
