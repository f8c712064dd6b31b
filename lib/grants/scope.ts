import { splitName } from '#lib/core/dotted-name';

/** True when everything that `inner` covers, `outer` covers too. */
export function scopeWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.every((pattern) => outer.some((wide) => patternWithin(pattern, wide)));
}

function patternWithin(inner: string, outer: string): boolean {
  if (outer === '*') return true;
  const wide = splitName(outer);
  const narrow = splitName(inner);
  if (wide?.length !== 2 || narrow?.length !== 2) return false;
  if (wide[0]?.text !== narrow[0]?.text) return false;
  const star = wide[1]?.text === '*' && !wide[1].quoted;
  return star || (wide[1]?.text === narrow[1]?.text && wide[1]?.quoted === narrow[1]?.quoted);
}
