import type { CopyMasker, CopyOptions, MaskAt } from './copy.ts';
import { CsvField, csvDialect, encodeCsv } from './csv-field.ts';
import type { FieldMasker } from './field.ts';
import { ValueBuffer } from './value-buffer.ts';

const newline = 0x0a;

/**
 * COPY's csv format: a quoted field may hold delimiters and newlines, and an unquoted one that is the
 * null text is null. An unmasked field passes byte for byte.
 */
export function copyCsvMasker(options: Extract<CopyOptions, { format: 'csv' }>, maskAt: MaskAt): CopyMasker {
  const dialect = csvDialect(options);
  const field = new CsvField(dialect);
  const value = new ValueBuffer();
  let isHeader = options.header === true;
  let index = 0;
  let current: FieldMasker | null = isHeader ? null : maskAt(0);
  let isRowBegun = false;
  let maskedFields = 0;

  const maskCurrent = (mask: FieldMasker): Uint8Array => {
    const bytes = value.take();
    if (!field.wasQuoted && bytes.equals(dialect.nullText)) return dialect.nullText;
    maskedFields += 1;
    const masked = mask(bytes);
    return masked === null ? dialect.nullText : encodeCsv(Buffer.from(masked), dialect, field.wasQuoted);
  };
  const nextField = (isNewRow: boolean) => {
    index = isNewRow ? 0 : index + 1;
    if (isNewRow) isHeader = false;
    isRowBegun = !isNewRow;
    field.begin();
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
        const added = field.read(byte);
        if (added !== null) {
          isRowBegun = true;
          if (current) for (const each of added) value.add(each);
          continue;
        }
        if (current) parts.push(maskCurrent(current));
        const from = passedFrom ?? at;
        nextField(byte === newline);
        if (current) parts.push(chunk.subarray(from, at + 1));
        passedFrom = current ? null : from;
      }
      if (passedFrom !== null) parts.push(chunk.subarray(passedFrom));
      return Buffer.concat(parts);
    },
    finish() {
      return isRowBegun && current ? maskCurrent(current) : new Uint8Array();
    },
  };
}
