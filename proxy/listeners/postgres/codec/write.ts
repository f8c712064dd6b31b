import { visibleLines } from '#lib/core/visible-text';
import { fromClient, fromServer } from './types.ts';

// Messages as bytes. Each function returns a fresh buffer that nothing else writes to.

/** One message: type, length, then the parts. Strings are written with a closing NUL. */
export function message(type: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = parts.map((part) => (typeof part === 'string' ? cstring(part) : part));
  const length = body.reduce((sum, part) => sum + part.length, 4);
  const head = Buffer.allocUnsafe(5);
  head[0] = type;
  head.writeInt32BE(length, 1);
  return Buffer.concat([head, ...body], length + 1);
}

function cstring(text: string): Buffer {
  return Buffer.from(`${text.replaceAll('\0', '')}\0`, 'utf8');
}

export function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value, 0);
  return bytes;
}

export function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value, 0);
  return bytes;
}

export const query = (text: string): Buffer => message(fromClient.query, text);

/** A Parse message; parameter types are left to the server. */
export const parse = (name: string, text: string): Buffer => message(fromClient.parse, name, text, int16(0));

/** A Bind of text values to `statement`, results as text. */
export function bind(portal: string, statement: string, values: readonly (string | null)[]): Buffer {
  const parts: Buffer[] = [int16(0), int16(values.length)];
  for (const value of values) {
    if (value === null) parts.push(int32(-1));
    else {
      const bytes = Buffer.from(value, 'utf8');
      parts.push(int32(bytes.length), bytes);
    }
  }
  parts.push(int16(0));
  return message(fromClient.bind, portal, statement, ...parts);
}

export const describe = (kind: 'S' | 'P', name: string): Buffer =>
  message(fromClient.describe, Buffer.from(kind, 'latin1'), name);
export const execute = (portal: string): Buffer => message(fromClient.execute, portal, int32(0));
export const close = (kind: 'S' | 'P', name: string): Buffer =>
  message(fromClient.close, Buffer.from(kind, 'latin1'), name);
export const sync = message(fromClient.sync);
export const flush = message(fromClient.flush);
export const terminate = message(fromClient.terminate);
export const password = (text: string): Buffer => message(fromClient.password, text);

/** AuthenticationXXX; `code` 0 is Ok, 3 asks for the password in clear text. */
export const authentication = (code: number): Buffer => message(fromServer.authentication, int32(code));
export const parameterStatus = (name: string, value: string): Buffer =>
  message(fromServer.parameterStatus, name, value);
export const backendKeyData = (pid: number, key: Buffer): Buffer =>
  message(fromServer.backendKeyData, int32(pid), key);
export const readyForQuery = (status: 'I' | 'T' | 'E'): Buffer =>
  message(fromServer.readyForQuery, Buffer.from(status, 'latin1'));

/** NegotiateProtocolVersion: the newest minor that we speak, and the options that we don't know. */
export function negotiateVersion(version: number, unknownOptions: readonly string[]): Buffer {
  return message(
    fromServer.negotiateVersion,
    int32(version),
    int32(unknownOptions.length),
    ...unknownOptions,
  );
}

export interface ReportFields {
  readonly severity: 'ERROR' | 'FATAL' | 'NOTICE' | 'WARNING';
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

/** ErrorResponse (ERROR, FATAL) or NoticeResponse (the others). */
export function report(fields: ReportFields): Buffer {
  const isError = fields.severity === 'ERROR' || fields.severity === 'FATAL';
  const parts = [`S${fields.severity}`, `V${fields.severity}`, `C${fields.code}`];
  // Reasons and names that people and agents typed end in terminals: no escape sequence goes there.
  parts.push(`M${visibleLines(fields.message)}`);
  if (fields.detail !== undefined) parts.push(`D${visibleLines(fields.detail)}`);
  if (fields.hint !== undefined) parts.push(`H${visibleLines(fields.hint)}`);
  return message(isError ? fromServer.error : fromServer.notice, ...parts, Buffer.from([0]));
}

/** ErrorResponse or NoticeResponse from fields by their letter, in order. */
export function reportOf(type: number, fields: ReadonlyMap<string, string>): Buffer {
  const parts = Array.from(fields, ([letter, text]) => `${letter}${text}`);
  return message(type, ...parts, Buffer.from([0]));
}

/** A CancelRequest packet: no type byte, on a connection of its own. */
export function cancelRequest(pid: number, key: Buffer): Buffer {
  return Buffer.concat([int32(12 + key.length), int32(80877102), int32(pid), key]);
}

export const sslRequest = Buffer.concat([int32(8), int32(80877103)]);

/** A StartupMessage of protocol 3.0 (196608) or 3.2 (196610). */
export function startup(version: number, parameters: ReadonlyMap<string, string>): Buffer {
  const body = Buffer.concat([
    int32(version),
    ...Array.from(parameters, ([name, value]) => Buffer.from(`${name}\0${value}\0`, 'utf8')),
    Buffer.from([0]),
  ]);
  return Buffer.concat([int32(body.length + 4), body]);
}
