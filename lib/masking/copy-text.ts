import type { CopyMasker, CopyOptions, MaskAt } from './copy.ts';
import type { FieldMasker } from './field.ts';
import { ValueBuffer } from './value-buffer.ts';

const backslash = 0x5c;
const newline = 0x0a;
const letters: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

const letterOf = new Map(Object.entries(letters).map(([letter, byte]) => [byte, letter.charCodeAt(0)]));

/**
 * COPY's text format: fields between delimiters, rows end with a newline, a backslash escapes. A
 * masked field is unescaped, masked and escaped again; an unmasked one passes byte for byte.
 */
export function copyTextMasker(
  options: Extract<CopyOptions, { format: 'text' }>,
  maskAt: MaskAt,
): CopyMasker {
  const delimiter = (options.delimiter ?? '\t').charCodeAt(0);
  const nullText = Buffer.from(options.nullText ?? '\\N');
  const raw = new ValueBuffer();
  let isHeader = options.header === true;
  let index = 0;
  let current: FieldMasker | null = isHeader ? null : maskAt(0);
  let isEscaped = false;
  let isRowBegun = false;
  let maskedFields = 0;

  const maskCurrent = (mask: FieldMasker): Uint8Array => {
    const bytes = raw.take();
    if (bytes.equals(nullText)) return bytes;
    maskedFields += 1;
    const masked = mask(unescapeField(bytes));
    return masked === null ? nullText : escapeField(masked, delimiter);
  };
  const nextField = (isNewRow: boolean) => {
    index = isNewRow ? 0 : index + 1;
    if (isNewRow) isHeader = false;
    isRowBegun = !isNewRow;
    current = isHeader ? null : maskAt(index);
  };

  return {
    get maskedFields() {
      return maskedFields;
    },
    push(chunk) {
      const parts: Uint8Array[] = [];
      let passedFrom: number | null = current ? null : 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        if (!isEscaped && (byte === delimiter || byte === newline)) {
          if (current) parts.push(maskCurrent(current));
          const from = passedFrom ?? at;
          nextField(byte === newline);
          if (current) parts.push(chunk.subarray(from, at + 1));
          passedFrom = current ? null : from;
          continue;
        }
        isRowBegun = true;
        isEscaped = !isEscaped && byte === backslash;
        if (current) raw.add(byte);
      }
      if (passedFrom !== null) parts.push(chunk.subarray(passedFrom));
      return Buffer.concat(parts);
    },
    finish() {
      return isRowBegun && current ? maskCurrent(current) : new Uint8Array();
    },
  };
}

/** A field's value, from the way it stands in the text format. */
export function unescapeField(bytes: Buffer): Buffer {
  if (!bytes.includes(backslash)) return bytes;
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at] ?? 0;
    if (byte === backslash && at + 1 < bytes.length) {
      at += 1;
      byte = bytes[at] ?? 0;
      byte = letters[String.fromCharCode(byte)] ?? byte;
    }
    out[length] = byte;
    length += 1;
  }
  return out.subarray(0, length);
}

export function escapeField(bytes: Uint8Array, delimiter: number): Buffer {
  const out: number[] = [];
  for (const byte of bytes) {
    const letter = letterOf.get(byte);
    if (letter !== undefined) out.push(backslash, letter);
    else if (byte === backslash || byte === delimiter) out.push(backslash, byte);
    else out.push(byte);
  }
  return Buffer.from(out);
}
