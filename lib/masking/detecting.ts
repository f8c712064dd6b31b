import { maskBinaryArray, maskTextArray } from './arrays.ts';
import { type BytesSearch, bytesSearch, needsOf } from './detectors.ts';
import type { FieldFormat, FieldMasker } from './field.ts';
import { hideInJson } from './json.ts';
import type { DetectorName } from './model.ts';
import { meets, sign, signsOf } from './prefilter.ts';
import { classOf, elementOf } from './types.ts';

// The second wall: an aid, not a boundary. Text and JSON are searched, other types pass.

const jsonbVersion = 1;
/** Types from here on are not built in: what an extension or a user made, most often read as text. */
const firstOwnOid = 16_384;
const recordOid = 2_249;

/**
 * The search of one column: hides what detectors find in the value from `start` to `end`; null where they
 * find nothing. Null in its place: values of this type are not searched. A type that is not built in is
 * searched in its text form only.
 */
export function detectingMasker(
  typeOid: number,
  format: FieldFormat,
  only: readonly DetectorName[],
): BytesSearch | null {
  if (only.length === 0) return null;
  const element = elementOf(typeOid);
  if (element !== null) {
    const inner = detectingMasker(element, format, only);
    if (inner === null) return null;
    const hide: FieldMasker = (bytes) => inner(bytes, 0, bytes.length) ?? bytes;
    const elements = format === 0 ? maskTextArray(hide, false) : maskBinaryArray(hide, element, false);
    const empty = emptyArray(format, element);
    const hideAll = (bytes: Uint8Array) => same(bytes, elements(bytes) ?? empty);
    return looked(only, hideAll, classOf(element) === 'json' ? sign.backslash : 0);
  }
  const type = classOf(typeOid);
  const isText = type === 'text' || type === 'bpchar';
  const isReadAsText = type === null && format === 0 && (typeOid >= firstOwnOid || typeOid === recordOid);
  if (isText || isReadAsText) return bytesSearch(only);
  // Behind `\u0040` in json no sign of a detector is seen; jsonb has no such escapes.
  if (type === 'json') return looked(only, (bytes) => inJson(bytes, only), sign.backslash);
  if (type !== 'jsonb') return null;
  if (format === 0) return looked(only, (bytes) => inJson(bytes, only));
  return looked(only, (bytes) => {
    const text = bytes.subarray(1);
    const hidden = inJson(text, only);
    return hidden === text ? bytes : Buffer.concat([Uint8Array.of(bytes[0] ?? jsonbVersion), hidden]);
  });
}

/** In place of an array that can't be read. */
function emptyArray(format: FieldFormat, element: number): Uint8Array {
  if (format === 0) return Buffer.from('{}');
  const head = Buffer.alloc(12);
  head.writeInt32BE(element, 8);
  return head;
}

/** The bytes themselves where the other ones are equal. */
function same(bytes: Uint8Array, other: Uint8Array): Uint8Array {
  return Buffer.compare(bytes, other) === 0 ? bytes : other;
}

/** Runs `hide` only where a look at the bytes leaves something to find. */
function looked(
  only: readonly DetectorName[],
  hide: (bytes: Uint8Array) => Uint8Array,
  also = 0,
): BytesSearch {
  const needs = also === 0 ? needsOf(only) : [...needsOf(only), also];
  return (bytes, start, end) => {
    if (!meets(signsOf(bytes, start, end), needs)) return null;
    const value = bytes.subarray(start, end);
    const hidden = hide(value);
    return hidden === value ? null : hidden;
  };
}

function inJson(bytes: Uint8Array, only: readonly DetectorName[]): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const hidden = hideInJson(text, only);
  return hidden === text ? bytes : Buffer.from(hidden, 'utf8');
}
