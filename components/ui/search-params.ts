export type SearchParams = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The first value of a parameter, or undefined when it is absent or empty. */
export function oneParam(params: SearchParams, name: string): string | undefined {
  const value = params[name];
  const first = typeof value === 'string' ? value : value?.[0];
  return first === undefined || first === '' ? undefined : first;
}

/** `path` with the current parameters and these changes; null removes one. */
export function hrefWith(
  path: string,
  current: SearchParams,
  changes: Readonly<Record<string, string | number | null>>,
): string {
  const next = new URLSearchParams();
  for (const name of Object.keys(current)) {
    const value = oneParam(current, name);
    if (value !== undefined && !(name in changes)) next.set(name, value);
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value !== null && value !== '') next.set(name, String(value));
  }
  const query = next.toString();
  return query ? `${path}?${query}` : path;
}
