/** A stretch of a text; `at`: its offset there, and the number of the match that it is. */
export interface Stretch {
  readonly text: string;
  readonly at: number;
  readonly match: number | null;
}

export const matchesMax = 1_000;

/** Cuts a text where the words stand, whatever their case; the first thousand of them. */
export function stretchesOf(text: string, words: string): readonly Stretch[] {
  if (words === '') return [{ text, at: 0, match: null }];
  const pattern = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  const found: Stretch[] = [];
  let from = 0;
  let matches = 0;
  for (const hit of text.matchAll(pattern)) {
    if (matches >= matchesMax) break;
    if (hit.index > from) found.push({ text: text.slice(from, hit.index), at: from, match: null });
    found.push({ text: hit[0], at: hit.index, match: matches });
    matches += 1;
    from = hit.index + hit[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), at: from, match: null });
  return found;
}
