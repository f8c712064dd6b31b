import type { FieldMasker } from './field.ts';

// Arrays are masked element by element; a mask that hides everything leaves one element, so that not
// even their length shows. What can't be read becomes null.

const depthMax = 6;

/** Of an array in text form: `{a,"b c",NULL}`, `[0:1]={…}`. Element separator is the comma. */
export function maskTextArray(inner: FieldMasker, isWhole: boolean): FieldMasker {
  return (bytes) => {
    if (isWhole) {
      const one = inner(new Uint8Array());
      return one === null ? null : Buffer.from(`{${quoteElement(Buffer.from(one).toString('utf8'))}}`);
    }
    const masked = maskArrayText(Buffer.from(bytes).toString('utf8'), inner);
    return masked === null ? null : Buffer.from(masked, 'utf8');
  };
}

function maskArrayText(text: string, inner: FieldMasker): string | null {
  const bounds = /^(?:\[-?\d+:-?\d+\])+=/.exec(text)?.[0] ?? '';
  let at = bounds.length;
  let depth = 0;
  let out = bounds;
  const token = /[{},]|"((?:[^"\\]|\\[\s\S])*)"|((?:[^{},"\\\s]|\\[\s\S])(?:[^{},"\\]|\\[\s\S])*)/y;
  while (at < text.length) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found) return null;
    at += found[0].length;
    const sign = found[0];
    if (sign === '{') depth += 1;
    else if (sign === '}') depth -= 1;
    if (depth > depthMax || depth < 0 || (depth === 0 && at < text.length)) return null;
    const raw = found[1] ?? found[2];
    out += raw === undefined ? sign : maskElement(raw, found[1] !== undefined, inner);
  }
  return depth === 0 && out.length > bounds.length ? out : null;
}

function maskElement(raw: string, isQuoted: boolean, inner: FieldMasker): string {
  if (!isQuoted && raw.toUpperCase() === 'NULL') return 'NULL';
  const masked = inner(Buffer.from(raw.replace(/\\([\s\S])/g, '$1'), 'utf8'));
  return masked === null ? 'NULL' : quoteElement(Buffer.from(masked).toString('utf8'));
}

function quoteElement(text: string): string {
  const isPlain = text !== '' && !/[{},"\\\s]/.test(text) && text.toUpperCase() !== 'NULL';
  return isPlain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Of an array in binary form; `elementOid` must be the one that stands in it. */
export function maskBinaryArray(inner: FieldMasker, elementOid: number, isWhole: boolean): FieldMasker {
  return (bytes) => {
    if (isWhole) {
      const one = inner(new Uint8Array());
      return one === null ? null : oneElement(one, elementOid);
    }
    return maskArrayBytes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), inner, elementOid);
  };
}

function oneElement(element: Uint8Array, elementOid: number): Buffer {
  const head = Buffer.alloc(24);
  for (const [index, value] of [1, 0, elementOid, 1, 1, element.length].entries()) {
    head.writeInt32BE(value, index * 4);
  }
  return Buffer.concat([head, element]);
}

function maskArrayBytes(bytes: Buffer, inner: FieldMasker, elementOid: number): Buffer | null {
  if (bytes.length < 12) return null;
  const dimensions = bytes.readInt32BE(0);
  const headBytes = 12 + dimensions * 8;
  if (dimensions < 0 || dimensions > depthMax || bytes.length < headBytes) return null;
  if (bytes.readInt32BE(8) !== elementOid) return null;
  const head = Buffer.from(bytes.subarray(0, headBytes));
  const parts: Uint8Array[] = [head];
  let at = headBytes;
  let hasNull = false;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null;
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < -1 || at + Math.max(0, length) > bytes.length) return null;
    const masked = length === -1 ? null : inner(bytes.subarray(at, at + length));
    at += Math.max(0, length);
    hasNull ||= masked === null;
    const size = Buffer.alloc(4);
    size.writeInt32BE(masked === null ? -1 : masked.length);
    parts.push(size, ...(masked === null ? [] : [masked]));
  }
  if (hasNull) head.writeInt32BE(1, 4);
  return Buffer.concat(parts);
}
