/** Characters that hide, reorder or end text: controls, zero-width, bidi, line separators, tags. */
const hidden =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single code points are meant, also combining ones
  /[\p{Cc}\p{Cs}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu;

/** Text as a person should see it: what would be invisible or change the order stands as `\u{202E}`. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    if (character === '\n') return ' ⏎ ';
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
  });
}

/** The same for a terminal, where lines and tabs stay what they are. */
export function visibleLines(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : visible(part)))
    .join('');
}
