// One pass over the bytes says which detectors can find anything at all: most text has none of their
// signs, and then nothing is copied, read as text, or given to a regular expression.

/** Signs of bytes, as bits: characters that are there, and how many digits or how long a run there is. */
export const sign = {
  at: 1,
  dot: 2,
  colon: 4,
  /** `-` or a space */
  gap: 8,
  dash: 16,
  capital: 32,
  underscore: 64,
  equals: 128,
  /** `+` or `(` */
  dials: 256,
  backslash: 512,
  /** A byte of a character that is not ASCII. */
  wide: 1024,
  digits6: 1 << 16,
  digits9: 1 << 17,
  digits13: 1 << 19,
  /** So many letters, digits, `_ - . ~` without a break. */
  run15: 1 << 20,
  /** `00` and another digit than zero, where a word begins, among at least nine digits. */
  zeros: 1 << 21,
  capitals3: 1 << 22,
  /** Two capitals and two digits, where a word begins. */
  country: 1 << 23,
} as const;

const digit = 1 << 14;
const inRun = 1 << 15;
const characterSigns = 2047;

const signOf = new Uint16Array(256).fill(sign.wide, 0x80);
for (let byte = 0x30; byte <= 0x39; byte += 1) signOf[byte] = digit | inRun;
for (let byte = 0x41; byte <= 0x5a; byte += 1) signOf[byte] = sign.capital | inRun;
for (let byte = 0x61; byte <= 0x7a; byte += 1) signOf[byte] = inRun;
for (const [character, bits] of [
  ['@', sign.at],
  ['.', sign.dot | inRun],
  [':', sign.colon],
  [' ', sign.gap],
  ['-', sign.gap | sign.dash | inRun],
  ['_', sign.underscore | inRun],
  ['~', inRun],
  ['=', sign.equals],
  ['+', sign.dials],
  ['(', sign.dials],
  ['\\', sign.backslash],
] as const) {
  signOf[character.charCodeAt(0)] = bits;
}

const runLong = 15;

/** Signs of the bytes from `start` to `end`. */
export function signsOf(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let seen = 0;
  let digits = 0;
  let capitals = 0;
  let runFrom = start;
  let longest = 0;
  for (let at = start; at < end; at += 1) {
    const bits = signOf[bytes[at] as number] as number;
    seen |= bits;
    digits += (bits >> 14) & 1;
    capitals += (bits >> 5) & 1;
    if (bits < inRun) {
      if (at - runFrom > longest) longest = at - runFrom;
      runFrom = at + 1;
    }
  }
  if (end - runFrom > longest) longest = end - runFrom;
  const run = longest >= runLong ? sign.run15 : 0;
  const country = capitals > 1 && digits > 1 && hasCountry(bytes, start, end) ? sign.country : 0;
  const counted = (seen & characterSigns) | run | country | (capitals < 3 ? 0 : sign.capitals3);
  return digits < 6 ? counted : counted | countSigns(digits, bytes, start, end);
}

function countSigns(digits: number, bytes: Uint8Array, start: number, end: number): number {
  if (digits < 9) return sign.digits6;
  const many = sign.digits6 | sign.digits9 | (hasZeros(bytes, start, end) ? sign.zeros : 0);
  return digits < 13 ? many : many | sign.digits13;
}

const zero = 0x30;

function hasZeros(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 2 < end; at += 1) {
    if (bytes[at] !== zero || bytes[at + 1] !== zero) continue;
    const next = bytes[at + 2] as number;
    if (next > zero && next <= 0x39 && (at === start || !isWord(bytes[at - 1] as number))) return true;
  }
  return false;
}

/** As an IBAN begins. What follows may be letters: their number says nothing. */
function hasCountry(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 3; at < end; ) {
    // No digit here: neither the second nor the first of its two digits.
    if (!isDigit(bytes[at] as number)) {
      at += 2;
      continue;
    }
    const isHead =
      isDigit(bytes[at - 1] as number) &&
      isCapital(bytes[at - 2] as number) &&
      isCapital(bytes[at - 3] as number);
    if (isHead && (at - 3 === start || !isWord(bytes[at - 4] as number))) return true;
    at += 1;
  }
  return false;
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= 0x39;
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isWord(byte: number): boolean {
  const bits = signOf[byte] as number;
  return (bits & inRun) !== 0 && (bits & (sign.dot | sign.gap)) === 0 && byte !== 0x7e;
}

/** True where `seen` has all signs of one of the needs. */
export function meets(seen: number, needs: readonly number[]): boolean {
  for (const need of needs) if ((seen & need) === need) return true;
  return false;
}
