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

/** Short forms: the rest is as in the earlier record of the same block that `like` names. */
const shortCodes = { intent: 16, rows: 17 } as const;

const kindOfCode = new Map<number, string>([
  ...Object.entries(kindCodes).map(([kind, code]) => [code, kind] as const),
  ...Object.entries(shortCodes).map(([kind, code]) => [code, kind] as const),
]);

export function kindCode(kind: RecordBody['kind']): number {
  return kindCodes[kind];
}

export function shortCode(kind: keyof typeof shortCodes): number {
  return shortCodes[kind];
}

/** True for both forms of an intent. */
export function isIntentCode(code: number): boolean {
  return code === kindCodes.intent || code === shortCodes.intent;
}

/** True for what names an earlier record that it is like. */
export function isShort(code: number): boolean {
  return code === shortCodes.intent || code === shortCodes.rows;
}

/** Writes a record's head at `at`; the body's bytes follow it. */
export function writeRecordHead(
  target: Buffer,
  at: number,
  bodyBytes: number,
  seq: number,
  atUs: number,
  code: number,
): void {
  target.writeUInt32LE(bodyBytes, at);
  target.writeUInt32LE(seq, at + 4);
  target.writeUIntLE(atUs, at + 8, 6);
  target[at + 14] = code;
  target[at + 15] = 0;
}

/** One record as bytes of its own. */
export function encodeRecord(record: RecordingRecord): Buffer {
  const body = Buffer.from(JSON.stringify(record.body), 'utf8');
  if (body.length > recordBytesMax) throw new CountersignError('limit', 'the record is too long to be kept');
  const bytes = Buffer.allocUnsafe(recordHeadBytes + body.length);
  writeRecordHead(bytes, 0, body.length, record.seq, record.atUs, kindCodes[record.body.kind]);
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

/** Finds an earlier record of the same block. */
type Earlier = (seq: number) => RecordBody | undefined;

/**
 * The record of a span. Unknown kinds are refused: a newer version wrote them. A short record is
 * filled up from the one that it names.
 */
export function decodeRecord(plain: Buffer, span: RecordSpan, earlier: Earlier): RecordingRecord {
  const kind = kindOfCode.get(span.code);
  if (kind === undefined) {
    throw damaged(`record ${span.seq} is of kind ${span.code}, which this version does not know`);
  }
  let body: RecordBody & { readonly like?: number };
  try {
    body = JSON.parse(plain.toString('utf8', span.start, span.end)) as RecordBody;
  } catch (cause) {
    throw new CountersignError('integrity', `record ${span.seq} can't be read`, { cause });
  }
  if (body.kind !== kind) throw damaged(`record ${span.seq} says it is of two kinds`);
  return {
    seq: span.seq,
    atUs: span.atUs,
    body: isShort(span.code) ? filledUp(body, span.seq, earlier) : body,
  };
}

function filledUp(short: RecordBody & { readonly like?: number }, seq: number, earlier: Earlier): RecordBody {
  const { like, ...own } = short;
  const whole = like === undefined ? undefined : earlier(like);
  if (own.kind === 'intent' && whole?.kind === 'intent') return { ...whole, ...own };
  if (own.kind === 'rows' && whole?.kind === 'rows') return { ...own, columns: whole.columns };
  throw damaged(`record ${seq} is like ${like}, which its block does not have`);
}

/** A block's records with `fromSeq` ≤ seq < `toSeq`, in order. */
export function* decodeRecords(plain: Buffer, fromSeq: number, toSeq: number): Generator<RecordingRecord> {
  const spans = new Map<number, RecordSpan>();
  const bodies = new Map<number, RecordBody>();
  const earlier: Earlier = (seq) => {
    const span = spans.get(seq);
    if (span === undefined) return undefined;
    const body = bodies.get(seq) ?? decodeRecord(plain, span, nothing).body;
    bodies.set(seq, body);
    return body;
  };
  for (const span of recordSpans(plain)) {
    if (span.seq >= toSeq) return;
    if (!isShort(span.code)) spans.set(span.seq, span);
    if (span.seq >= fromSeq) yield decodeRecord(plain, span, earlier);
  }
}

const nothing: Earlier = () => undefined;

function damaged(message: string): CountersignError {
  return new CountersignError('integrity', message);
}
