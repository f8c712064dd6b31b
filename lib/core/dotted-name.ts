// A dotted name is unambiguous: a part that holds a dot, a quote or a star is written in double
// quotes as in SQL ("odd.name"), everything else as the catalog spells it.

export function quotePart(part: string): string {
  return part === '' || /["*.]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part;
}

export function dotted(...parts: readonly string[]): string {
  return parts.map(quotePart).join('.');
}

export interface NamePart {
  readonly text: string;
  readonly quoted: boolean;
}

/** The parts of a dotted name, or null when it is malformed. */
export function splitName(name: string): readonly NamePart[] | null {
  const parts: NamePart[] = [];
  let at = 0;
  for (;;) {
    const match = /"((?:[^"]|"")*)"|[^".]+/y;
    match.lastIndex = at;
    const found = match.exec(name);
    if (!found) return null;
    const inner = found[1];
    parts.push(
      inner === undefined
        ? { text: found[0], quoted: false }
        : { text: inner.replaceAll('""', '"'), quoted: true },
    );
    at += found[0].length;
    if (at === name.length) return parts;
    if (name[at] !== '.') return null;
    at += 1;
  }
}
