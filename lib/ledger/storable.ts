import type { Json } from '#lib/core/canonical-json';

/**
 * Text as the database can hold it: without NUL (shown as U+2400) and lone surrogates. Applied
 * before hashing, so that what is hashed is what is stored.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u2400');
}

/** The same in every string and key of a value. */
export function storableJson(value: Json): Json {
  if (typeof value === 'string') return storableText(value);
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map(storableJson);
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [[storableText(key), storableJson(member)] as const],
  );
  return Object.fromEntries(members);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
