import { copyBinaryMasker } from './copy-binary.ts';
import { copyCsvMasker } from './copy-csv.ts';
import { copyTextMasker } from './copy-text.ts';
import type { FieldMasker } from './field.ts';

/** Masks COPY data that streams out. Pure: bytes in, bytes out, cut anywhere. */
export interface CopyMasker {
  push(chunk: Uint8Array): Uint8Array;
  /** What is left at the end; call it once. */
  finish(): Uint8Array;
  /** Fields masked so far. */
  readonly maskedFields: number;
}

/** What the statement says of the format; one-byte characters as COPY requires. Encoding must be UTF-8. */
export type CopyOptions =
  | {
      readonly format: 'text';
      readonly delimiter?: string;
      readonly nullText?: string;
      readonly header?: boolean;
    }
  | {
      readonly format: 'csv';
      readonly delimiter?: string;
      readonly nullText?: string;
      readonly quote?: string;
      readonly escape?: string;
      readonly header?: boolean;
    }
  | { readonly format: 'binary' };

/** The masker of the column at a zero-based position, or null: it passes as it is. */
export type MaskAt = (index: number) => FieldMasker | null;

export function copyMasker(options: CopyOptions, maskAt: MaskAt): CopyMasker {
  switch (options.format) {
    case 'text':
      return copyTextMasker(options, maskAt);
    case 'csv':
      return copyCsvMasker(options, maskAt);
    case 'binary':
      return copyBinaryMasker(maskAt);
  }
}
