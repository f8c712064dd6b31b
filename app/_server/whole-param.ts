import { invalid } from '#lib/core/errors';

/** A whole number from 0 out of an address; undefined: it says nothing. Throws `invalid` for anything else. */
export function wholeParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(`${name} is a whole number.`);
  }
  return value;
}
