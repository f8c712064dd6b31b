import { invalid } from '#lib/core/errors';

const wordsMax = 10;

/**
 * The words of a free-text search, all of which must stand somewhere in the text; what stands in
 * double quotes is one. Three letters or digits in a row are what the index can look up.
 */
export function searchWords(text: string): readonly string[] {
  const words = [...text.matchAll(/"([^"]+)"|[^\s"]+/g)].map(([whole, quoted]) => quoted ?? whole);
  if (words.length > wordsMax) throw invalid(`Search for at most ${wordsMax} words.`);
  if (words.length > 0 && !words.some((word) => /[a-z0-9]{3}/i.test(word))) {
    throw invalid('Search for a word of three letters or digits, or more.', [
      { at: 'text', message: 'needs three letters or digits in a row' },
    ]);
  }
  return words;
}

/** A pattern for ILIKE that finds `word` anywhere and nothing else. */
export function containing(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}
