import { networkOf, networkOfBytes } from './addresses.ts';
import { maskBinaryArray, maskTextArray } from './arrays.ts';
import { binaryGeneraliser, leastOf, onBytes } from './binary.ts';
import { generaliseDate } from './dates.ts';
import { fixedTextOf, fixedUuid, hashMark, uuidTail } from './marks.ts';
import type { MaskSpec } from './model.ts';
import { generaliseDecimal, generaliseFloat } from './numbers.ts';
import { hmacOf, type MaskKey, maskText } from './text.ts';
import { classOf, elementOf, type TypeClass } from './types.ts';

/** Text or binary, as the wire numbers formats. */
export type FieldFormat = 0 | 1;

/** Masks one value that is not null. Null: the masked value is SQL's null. */
export type FieldMasker = (bytes: Uint8Array) => Uint8Array | null;

/**
 * Masks a field so that a driver decodes it as its type. `typeOid` is the base type's for a domain;
 * a type that can't carry the mark, and one that is not known, becomes null.
 */
export function maskField(
  mask: MaskSpec | 'full',
  typeOid: number,
  format: FieldFormat,
  bytes: Uint8Array | null,
  key: MaskKey = null,
): Uint8Array | null {
  return bytes === null ? null : fieldMasker(mask, typeOid, format, key)(bytes);
}

/** `maskField` for one column, made once for many rows. */
export function fieldMasker(
  mask: MaskSpec | 'full',
  typeOid: number,
  format: FieldFormat,
  key: MaskKey = null,
): FieldMasker {
  if (mask !== 'full' && mask.kind === 'null') return nulled;
  const element = elementOf(typeOid);
  if (element !== null) {
    const inner = fieldMasker(mask, element, format, key);
    const isWhole = mask === 'full' || mask.kind === 'fixed';
    return format === 0 ? maskTextArray(inner, isWhole) : maskBinaryArray(inner, element, isWhole);
  }
  const type = classOf(typeOid);
  if (type === null) return nulled;
  return format === 0 ? textMasker(mask, type, key) : binaryMasker(mask, type, key);
}

const nulled: FieldMasker = () => null;
const always =
  (bytes: Uint8Array): FieldMasker =>
  () =>
    bytes;
const textOf = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
const onText =
  (change: (text: string) => string | null): FieldMasker =>
  (bytes) => {
    const masked = change(textOf(bytes));
    return masked === null ? null : Buffer.from(masked, 'utf8');
  };

function textMasker(mask: MaskSpec | 'full', type: TypeClass, key: MaskKey): FieldMasker {
  if (type === 'text' || type === 'bpchar') return plainText(mask, type, key);
  if (type === 'json' || type === 'jsonb') return always(Buffer.from(JSON.stringify(fixedTextOf(mask))));
  if (type === 'bytea') {
    const binary = byteaMasker(mask, key);
    return (bytes) => {
      const masked = binary(decodeBytea(textOf(bytes)));
      return masked === null ? null : Buffer.from(`\\x${Buffer.from(masked).toString('hex')}`);
    };
  }
  if (type === 'uuid') return onText((text) => maskUuid(mask, text, key));
  if (type === 'inet') return keepsPart(mask) ? onText(networkOf) : nulled;
  if (mask === 'full' || mask.kind !== 'generalise') return nulled;
  const { options } = mask;
  switch (type) {
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return onText((text) => generaliseDate(text, options));
    case 'float4':
    case 'float8':
      return onText((text) => generaliseFloat(Number(text), options)?.toString() ?? null);
    case 'int2':
    case 'int4':
    case 'int8':
      return onText((text) => integerText(text, type, options));
    case 'numeric':
      return onText((text) => generaliseDecimal(text, options));
  }
}

function integerText(
  text: string,
  type: 'int2' | 'int4' | 'int8',
  options: MaskSpec['options'],
): string | null {
  const lower = generaliseDecimal(text, options);
  return lower === null || BigInt(lower) < leastOf[type] ? null : lower;
}

function plainText(mask: MaskSpec | 'full', type: TypeClass, key: MaskKey): FieldMasker {
  if (mask === 'full' || mask.kind === 'fixed') return always(Buffer.from(fixedTextOf(mask)));
  return onText((text) => maskText(type === 'bpchar' ? text.trimEnd() : text, mask, key));
}

function keepsPart(mask: MaskSpec | 'full'): boolean {
  return mask !== 'full' && (mask.kind === 'partial' || mask.kind === 'generalise');
}

function byteaMasker(mask: MaskSpec | 'full', key: MaskKey): FieldMasker {
  if (mask === 'full' || mask.kind !== 'hash') return always(Buffer.from(fixedTextOf(mask)));
  return (bytes) =>
    key
      ? Buffer.from(hashMark + hmacOf(Buffer.from(bytes).toString('hex'), key).toString('hex', 0, 12))
      : null;
}

/** A bytea in text form, hex or the old escape format. */
function decodeBytea(text: string): Buffer {
  if (text.startsWith('\\x')) return Buffer.from(text.slice(2), 'hex');
  const plain = text.replace(/\\(\\|[0-3][0-7]{2})/g, (_, code: string) =>
    code === '\\' ? code : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return Buffer.from(plain, 'latin1');
}

/** A version 8 UUID that ends with the mark; `hash` fills the rest. */
function maskUuid(mask: MaskSpec | 'full', text: string, key: MaskKey): string | null {
  if (mask === 'full' || mask.kind === 'fixed') return fixedUuid;
  if (mask.kind !== 'hash' || !key) return null;
  const hex = hmacOf(text.toLowerCase(), key).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${uuidTail}`;
}

function binaryMasker(mask: MaskSpec | 'full', type: TypeClass, key: MaskKey): FieldMasker {
  if (type === 'text' || type === 'bpchar') return plainText(mask, type, key);
  if (type === 'json') return always(Buffer.from(JSON.stringify(fixedTextOf(mask))));
  if (type === 'jsonb') return always(Buffer.from(`\u0001${JSON.stringify(fixedTextOf(mask))}`));
  if (type === 'bytea') return byteaMasker(mask, key);
  if (type === 'uuid') {
    if (mask === 'full' || mask.kind === 'fixed')
      return always(Buffer.from(fixedUuid.replaceAll('-', ''), 'hex'));
    return (bytes) => {
      if (bytes.length !== 16) return null;
      const hex = Buffer.from(bytes).toString('hex');
      const masked = maskUuid(mask, hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), key);
      return masked === null ? null : Buffer.from(masked.replaceAll('-', ''), 'hex');
    };
  }
  if (type === 'inet') return keepsPart(mask) ? onBytes(null, networkOfBytes) : nulled;
  if (mask === 'full' || mask.kind !== 'generalise') return nulled;
  return binaryGeneraliser(type, mask.options);
}
