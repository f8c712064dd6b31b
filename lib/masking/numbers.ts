import type { MaskSpec } from './model.ts';

type Options = MaskSpec['options'];

const bucketUsual = 10;
const digitsMax = 1_000;
const numericBase = 10_000n;

function bucketOf(options: Options): number {
  const { bucket } = options;
  return typeof bucket === 'number' && Number.isSafeInteger(bucket) && bucket > 1 ? bucket : bucketUsual;
}

/** The lower end of the bucket that an integer is in. */
export function generaliseInteger(value: bigint, options: Options): bigint {
  const bucket = BigInt(bucketOf(options));
  const rest = value % bucket;
  return value - (rest < 0n ? rest + bucket : rest);
}

/** Null for NaN and infinities. */
export function generaliseFloat(value: number, options: Options): number | null {
  if (!Number.isFinite(value)) return null;
  const bucket = bucketOf(options);
  const lower = Math.floor(value / bucket) * bucket;
  return Number.isFinite(lower) ? lower : null;
}

/** Of a decimal number's text; null for anything else. */
export function generaliseDecimal(text: string, options: Options): string | null {
  if (text.length > digitsMax) return null;
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return null;
  const [, sign, whole = '0', fraction = ''] = match;
  let value = BigInt(whole);
  if (sign === '-') value = -value - (/[1-9]/.test(fraction) ? 1n : 0n);
  return generaliseInteger(value, options).toString();
}

// Binary numeric: int16 digits, weight, sign, display scale; then base-10000 digits.
const signPositive = 0x0000;
const signNegative = 0x4000;

/** Of a binary numeric; null for NaN, infinities, and what is malformed or absurdly long. */
export function generaliseNumeric(bytes: Buffer, options: Options): Buffer | null {
  if (bytes.length < 8) return null;
  const count = bytes.readUInt16BE(0);
  const weight = bytes.readInt16BE(2);
  const sign = bytes.readUInt16BE(4);
  if (bytes.length !== 8 + count * 2 || weight > digitsMax / 4) return null;
  if (sign !== signPositive && sign !== signNegative) return null;
  let value = 0n;
  let hasFraction = false;
  for (let place = 0; place <= Math.max(weight, count - 1); place += 1) {
    const digit = place < count ? bytes.readUInt16BE(8 + place * 2) : 0;
    if (place <= weight) value = value * numericBase + BigInt(digit);
    else if (digit !== 0) hasFraction = true;
  }
  if (sign === signNegative) value = -value - (hasFraction ? 1n : 0n);
  return encodeNumeric(generaliseInteger(value, options));
}

function encodeNumeric(value: bigint): Buffer {
  const digits: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest /= numericBase) {
    digits.unshift(Number(rest % numericBase));
  }
  const bytes = Buffer.alloc(8 + digits.length * 2);
  bytes.writeUInt16BE(digits.length, 0);
  bytes.writeInt16BE(Math.max(0, digits.length - 1), 2);
  bytes.writeUInt16BE(value < 0n ? signNegative : signPositive, 4);
  for (const [index, digit] of digits.entries()) bytes.writeUInt16BE(digit, 8 + index * 2);
  return bytes;
}
