// One pass over the bytes says which detectors can find anything at all: most text has none of their
// signs, and then no regular expression runs.

/** Signs of a byte, as bits. */
const at = 1;
const digit = 2;
const dot = 4;
const colon = 8;
const dash = 16;
const capital = 32;
const underscore = 64;
const equals = 128;

const signOf = new Uint8Array(256);
for (let byte = 0x30; byte <= 0x39; byte += 1) signOf[byte] = digit;
for (let byte = 0x41; byte <= 0x5a; byte += 1) signOf[byte] = capital;
for (const [character, sign] of [
  ['@', at],
  ['.', dot],
  [':', colon],
  ['-', dash],
  ['_', underscore],
  ['=', equals],
] as const) {
  signOf[character.charCodeAt(0)] = sign;
}

/** What a text holds at all. */
export interface Signs {
  readonly at: boolean;
  readonly dot: boolean;
  readonly colon: boolean;
  readonly dash: boolean;
  readonly capital: boolean;
  readonly underscore: boolean;
  readonly equals: boolean;
  /** Digits in all. */
  readonly digits: number;
}

export function signsOf(bytes: Uint8Array): Signs {
  let seen = 0;
  let digits = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const sign = signOf[bytes[index] ?? 0] ?? 0;
    seen |= sign;
    digits += (sign & digit) >> 1;
  }
  return {
    at: (seen & at) !== 0,
    dot: (seen & dot) !== 0,
    colon: (seen & colon) !== 0,
    dash: (seen & dash) !== 0,
    capital: (seen & capital) !== 0,
    underscore: (seen & underscore) !== 0,
    equals: (seen & equals) !== 0,
    digits,
  };
}
