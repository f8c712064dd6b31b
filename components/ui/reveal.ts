export type RevealedPart =
  | { readonly kind: 'text'; readonly at: number; readonly text: string }
  /** A character that would not be seen, or would lie about the order of the others. */
  | { readonly kind: 'mark'; readonly at: number; readonly glyph: string; readonly name: string };

const named: Readonly<Record<number, string>> = {
  0: 'NUL',
  8: 'BACKSPACE',
  12: 'FORM FEED',
  13: 'CARRIAGE RETURN',
  27: 'ESC',
  127: 'DEL',
  160: 'NO-BREAK SPACE',
  173: 'SOFT HYPHEN',
  1564: 'ARABIC LETTER MARK',
  8203: 'ZERO WIDTH SPACE',
  8204: 'ZERO WIDTH NON-JOINER',
  8205: 'ZERO WIDTH JOINER',
  8206: 'LEFT-TO-RIGHT MARK',
  8207: 'RIGHT-TO-LEFT MARK',
  8232: 'LINE SEPARATOR',
  8233: 'PARAGRAPH SEPARATOR',
  8234: 'LEFT-TO-RIGHT EMBEDDING',
  8235: 'RIGHT-TO-LEFT EMBEDDING',
  8236: 'POP DIRECTIONAL FORMATTING',
  8237: 'LEFT-TO-RIGHT OVERRIDE',
  8238: 'RIGHT-TO-LEFT OVERRIDE',
  8288: 'WORD JOINER',
  8294: 'LEFT-TO-RIGHT ISOLATE',
  8295: 'RIGHT-TO-LEFT ISOLATE',
  8296: 'FIRST STRONG ISOLATE',
  8297: 'POP DIRECTIONAL ISOLATE',
  65279: 'BYTE ORDER MARK',
  65533: 'REPLACEMENT CHARACTER',
};

// What a reader can't see, or can't trust to see: odd spaces, joiners, bidi controls, fillers,
// variation selectors. Controls, format characters, surrogates and private use come by category.
const hiddenRanges: readonly (readonly [from: number, to: number])[] = [
  [0xa0, 0xa0],
  [0x034f, 0x034f],
  [0x115f, 0x1160],
  [0x1680, 0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffd],
  [0xe0100, 0xe01ef],
];
const hiddenCategory = /^[\p{Cc}\p{Cf}\p{Cs}\p{Co}]$/u;

function isHidden(character: string, code: number): boolean {
  if (code === 0x09 || code === 0x0a) return false;
  return hiddenCategory.test(character) || hiddenRanges.some(([from, to]) => code >= from && code <= to);
}

/** Splits text into what can be shown as it stands and marks for what can't. Nothing is dropped. */
export function reveal(text: string): readonly RevealedPart[] {
  const parts: RevealedPart[] = [];
  let from = 0;
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (isHidden(character, code)) {
      if (at > from) parts.push({ kind: 'text', at: from, text: text.slice(from, at) });
      parts.push({ kind: 'mark', at, glyph: glyphOf(code), name: nameOf(code) });
      from = at + character.length;
    }
    at += character.length;
  }
  if (from < text.length) parts.push({ kind: 'text', at: from, text: text.slice(from) });
  return parts;
}

function glyphOf(code: number): string {
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return codeName(code);
}

function nameOf(code: number): string {
  const name = named[code];
  return name ? `${codeName(code)} ${name}` : codeName(code);
}

function codeName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
