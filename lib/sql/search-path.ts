/** The schema names of a search_path setting, as the server reports it: `"$user", public`. */
export function parseSearchPath(setting: string): string[] {
  const names: string[] = [];
  const element = /\s*(?:"((?:[^"]|"")*)"|([^\s,"]+))\s*(?:,|$)/y;
  while (element.lastIndex < setting.length) {
    const found = element.exec(setting);
    if (found === null) break;
    const name = found[1] === undefined ? (found[2] ?? '').toLowerCase() : found[1].replaceAll('""', '"');
    if (name !== '') names.push(name);
  }
  return names;
}
