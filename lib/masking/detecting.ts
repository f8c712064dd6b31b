import { maskBinaryArray, maskTextArray } from './arrays.ts';
import { hideDetected, mayHold } from './detectors.ts';
import type { FieldFormat, FieldMasker } from './field.ts';
import { hideInJson } from './json.ts';
import type { DetectorName } from './model.ts';
import { classOf, elementOf } from './types.ts';

// The second wall: an aid, not a boundary. Text and JSON are searched, other types pass.

const jsonbVersion = 1;
/** Types from here on are not built in: what an extension or a user made, most often read as text. */
const firstOwnOid = 16_384;
const recordOid = 2_249;

/**
 * Hides what detectors find in a value; the same bytes where they find nothing. Null: values of this
 * type are not searched. A type that is not built in is searched in its text form only.
 */
export function detectingMasker(
  typeOid: number,
  format: FieldFormat,
  only: readonly DetectorName[],
): FieldMasker | null {
  if (only.length === 0) return null;
  const element = elementOf(typeOid);
  if (element !== null) {
    const inner = detectingMasker(element, format, only);
    if (inner === null) return null;
    const elements = format === 0 ? maskTextArray(inner, false) : maskBinaryArray(inner, element, false);
    return (bytes) => (mayHold(bytes, only) ? elements(bytes) : bytes);
  }
  const type = classOf(typeOid);
  const isText = type === 'text' || type === 'bpchar';
  const isReadAsText = type === null && format === 0 && (typeOid >= firstOwnOid || typeOid === recordOid);
  if (isText || isReadAsText) return (bytes) => searched(bytes, only, hideDetected);
  if (type === 'json') return (bytes) => searched(bytes, only, hideInJson, hasEscapes(bytes));
  if (type !== 'jsonb') return null;
  if (format === 0) return (bytes) => searched(bytes, only, hideInJson);
  return (bytes) => {
    const text = bytes.subarray(1);
    const hidden = searched(text, only, hideInJson);
    return hidden === text ? bytes : Buffer.concat([Uint8Array.of(bytes[0] ?? jsonbVersion), hidden]);
  };
}

function searched(
  bytes: Uint8Array,
  only: readonly DetectorName[],
  hide: (text: string, only: readonly DetectorName[]) => string,
  always = false,
): Uint8Array {
  if (!always && !mayHold(bytes, only)) return bytes;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const hidden = hide(text, only);
  return hidden === text ? bytes : Buffer.from(hidden, 'utf8');
}

/** Behind `\u0040` no sign of a detector is seen. */
function hasEscapes(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('\\u');
}
