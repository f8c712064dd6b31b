import { isUtf8 } from 'node:buffer';
import { FrameFault } from './frames.ts';

// Bodies of messages, read in place. `start` and `end` are a frame's: the body begins at start + 5.

/** Shorter texts are looked at byte by byte: cheaper than a call into the decoder. */
const shortBytes = 48;

/** A cursor over one frame's body that refuses to read past its end. */
export class Body {
  readonly buffer: Buffer;
  at: number;
  readonly end: number;

  constructor(buffer: Buffer, start: number, end: number) {
    this.buffer = buffer;
    this.at = start + 5;
    this.end = end;
  }

  byte(): number {
    this.#need(1);
    const value = this.buffer[this.at] as number;
    this.at += 1;
    return value;
  }

  int16(): number {
    const { buffer, at } = this;
    this.#need(2);
    this.at = at + 2;
    return (((buffer[at] as number) << 24) >> 16) | (buffer[at + 1] as number);
  }

  int32(): number {
    const { buffer, at } = this;
    this.#need(4);
    this.at = at + 4;
    return (
      ((buffer[at] as number) << 24) |
      ((buffer[at + 1] as number) << 16) |
      ((buffer[at + 2] as number) << 8) |
      (buffer[at + 3] as number)
    );
  }

  /** Up to the next NUL, which must be there. Text that is not UTF-8 is refused. */
  string(): string {
    const from = this.at;
    const nul = endOfText(this.buffer, from, this.end);
    if (nul < 0) throw new FrameFault('a text in a message has no end');
    this.at = nul + 1;
    return decodeText(this.buffer, from, nul);
  }

  bytes(length: number): Buffer {
    const from = this.skip(length);
    return this.buffer.subarray(from, from + length);
  }

  /** Passes over `length` bytes; where they begin. */
  skip(length: number): number {
    this.#need(length);
    const from = this.at;
    this.at += length;
    return from;
  }

  /** Refuses what stands after the last field. */
  done(): void {
    if (this.at !== this.end) throw new FrameFault('a message is longer than its content');
  }

  #need(length: number): void {
    if (length < 0 || this.at + length > this.end) throw new FrameFault('a message ends too early');
  }
}

/** Where the NUL stands, or -1. Names are short: most are found without a call into the runtime. */
function endOfText(buffer: Buffer, from: number, end: number): number {
  const near = Math.min(end, from + shortBytes);
  let at = from;
  while (at < near && buffer[at] !== 0) at += 1;
  if (at < near) return at;
  const nul = at < end ? buffer.indexOf(0, at) : -1;
  return nul < end ? nul : -1;
}

/** UTF-8 text; short texts of plain ASCII are the common case. Throws `EncodingFault`. */
export function decodeText(buffer: Buffer, from: number, to: number): string {
  if (from === to) return '';
  if (to - from <= shortBytes) {
    let at = from;
    while (at < to && (buffer[at] as number) < 0x80) at += 1;
    if (at === to) return buffer.toString('latin1', from, to);
  }
  if (!isUtf8(buffer.subarray(from, to))) throw new EncodingFault('the text is not valid UTF-8');
  return buffer.toString('utf8', from, to);
}

/** The text can't be read as the server would read it; the connection itself is in order. */
export class EncodingFault extends Error {
  override readonly name = 'EncodingFault';
}

export function readQuery(buffer: Buffer, start: number, end: number): string {
  const body = new Body(buffer, start, end);
  const text = body.string();
  body.done();
  return text;
}

export interface ParseMessage {
  readonly name: string;
  readonly text: string;
  readonly types: readonly number[];
}

export function readParse(buffer: Buffer, start: number, end: number): ParseMessage {
  const body = new Body(buffer, start, end);
  const name = body.string();
  const text = body.string();
  const types = int32s(body, body.int16());
  body.done();
  return { name, text, types };
}

function int32s(body: Body, count: number): number[] {
  if (count < 0) throw new FrameFault('a message counts below zero');
  const values: number[] = [];
  for (let index = 0; index < count; index += 1) values.push(body.int32());
  return values;
}

export interface BindMessage {
  readonly portal: string;
  readonly statement: string;
  readonly formats: readonly number[];
  readonly values: readonly (Buffer | null)[];
  readonly resultFormats: readonly number[];
}

export function readBind(buffer: Buffer, start: number, end: number): BindMessage {
  const body = new Body(buffer, start, end);
  const portal = body.string();
  const statement = body.string();
  const formats = int16s(body);
  const values = bytesOrNull(body);
  const resultFormats = int16s(body);
  body.done();
  return { portal, statement, formats, values, resultFormats };
}

function bytesOrNull(body: Body): (Buffer | null)[] {
  const count = body.int16() & 0xffff;
  const values: (Buffer | null)[] = [];
  for (let index = 0; index < count; index += 1) {
    const length = body.int32();
    values.push(length === -1 ? null : body.bytes(length));
  }
  return values;
}

function int16s(body: Body): number[] {
  const count = body.int16() & 0xffff;
  const values: number[] = [];
  for (let index = 0; index < count; index += 1) values.push(body.int16());
  return values;
}

export interface CallMessage {
  readonly oid: number;
  readonly formats: readonly number[];
  readonly values: readonly (Buffer | null)[];
  readonly resultFormat: number;
}

export function readFunctionCall(buffer: Buffer, start: number, end: number): CallMessage {
  const body = new Body(buffer, start, end);
  const oid = body.int32() >>> 0;
  const formats = int16s(body);
  const values = bytesOrNull(body);
  const resultFormat = body.int16();
  body.done();
  return { oid, formats, values, resultFormat };
}

/** Describe and Close: what kind of name, and the name. */
export function readTarget(buffer: Buffer, start: number, end: number): { kind: 'S' | 'P'; name: string } {
  const body = new Body(buffer, start, end);
  const kind = String.fromCharCode(body.byte());
  if (kind !== 'S' && kind !== 'P') throw new FrameFault('a message names neither statement nor portal');
  const name = body.string();
  body.done();
  return { kind, name };
}

export function readExecute(buffer: Buffer, start: number, end: number): { portal: string; rowsMax: number } {
  const body = new Body(buffer, start, end);
  const portal = body.string();
  const rowsMax = body.int32();
  body.done();
  return { portal, rowsMax };
}

export interface ColumnDescription {
  readonly name: string;
  readonly tableOid: number;
  readonly attribute: number;
  readonly typeOid: number;
  readonly format: number;
}

export function readRowDescription(buffer: Buffer, start: number, end: number): ColumnDescription[] {
  const body = new Body(buffer, start, end);
  const count = body.int16();
  const columns: ColumnDescription[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = looseString(body);
    const tableOid = body.int32() >>> 0;
    const attribute = body.int16();
    const typeOid = body.int32() >>> 0;
    body.int16();
    body.int32();
    columns.push({ name, tableOid, attribute, typeOid, format: body.int16() });
  }
  body.done();
  return columns;
}

/** Text from the target, for people: what is not UTF-8 is replaced, not refused. */
function looseString(body: Body): string {
  const nul = body.buffer.indexOf(0, body.at);
  if (nul < 0 || nul >= body.end) throw new FrameFault('a text in a message has no end');
  const text = body.buffer.toString('utf8', body.at, nul);
  body.at = nul + 1;
  return text;
}

/** Fields of an ErrorResponse or NoticeResponse by their letter, in the order they came. */
export function readReport(buffer: Buffer, start: number, end: number): Map<string, string> {
  const body = new Body(buffer, start, end);
  const fields = new Map<string, string>();
  for (let letter = body.byte(); letter !== 0; letter = body.byte()) {
    fields.set(String.fromCharCode(letter), looseString(body));
  }
  return fields;
}

/** ParameterDescription: the types of a prepared statement's parameters. */
export function readParameterTypes(buffer: Buffer, start: number, end: number): number[] {
  const body = new Body(buffer, start, end);
  const types = int32s(body, body.int16() & 0xffff);
  body.done();
  return types.map((oid) => oid >>> 0);
}

export function readParameterStatus(buffer: Buffer, start: number, end: number): [string, string] {
  const body = new Body(buffer, start, end);
  return [looseString(body), looseString(body)];
}

/** The fields of a DataRow, each null or what `read` makes of its place in the buffer. */
export function readRow<Value>(
  buffer: Buffer,
  start: number,
  end: number,
  read: (from: number, to: number, index: number) => Value,
): (Value | null)[] {
  const body = new Body(buffer, start, end);
  const count = body.int16();
  const values: (Value | null)[] = [];
  for (let index = 0; index < count; index += 1) {
    const length = body.int32();
    if (length === -1) values.push(null);
    else {
      const from = body.skip(length);
      values.push(read(from, from + length, index));
    }
  }
  body.done();
  return values;
}

/** The fields of a DataRow, each null or a slice of the frame. */
export function readDataRow(buffer: Buffer, start: number, end: number): (Buffer | null)[] {
  return readRow(buffer, start, end, (from, to) => buffer.subarray(from, to));
}
