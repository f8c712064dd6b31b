import { createHmac } from 'node:crypto';
import { generaliseDate } from './dates.ts';
import { fixedTextOf, hashMark, partialMark } from './marks.ts';
import type { MaskSpec } from './model.ts';
import { generaliseDecimal } from './numbers.ts';

/** Keys masking, so that equal values of one deployment stay joinable: 32 bytes. */
export type MaskKey = Uint8Array | null;

const hashBytes = 12;
const cardDigitsMin = 12;
const cardDigitsMax = 19;
const keptMax = 4;

/** A masked text, or null where the mask leaves nothing. The mark makes it known again. */
export function maskText(value: string, mask: MaskSpec | 'full', key: MaskKey = null): string | null {
  if (mask === 'full') return fixedTextOf(mask);
  switch (mask.kind) {
    case 'fixed':
      return fixedTextOf(mask);
    case 'partial':
      return partialText(value, mask.options);
    case 'hash':
      return key ? hashMark + hmacOf(value, key).subarray(0, hashBytes).toString('hex') : null;
    case 'generalise':
      return generaliseDate(value, mask.options) ?? generaliseDecimal(value, mask.options);
    default:
      return null;
  }
}

export function hmacOf(value: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(value, 'utf8').digest();
}

/**
 * Keeps little enough that the value can't be guessed from it: of an e-mail address the first letter
 * and a short top-level domain, of a card number the last four digits, of other texts of at least
 * eight characters the last two (`suffix`, `prefix`: up to 4 each, together a quarter of the text).
 */
export function partialText(value: string, options: MaskSpec['options']): string {
  const style = typeof options.style === 'string' ? options.style : 'auto';
  if (style === 'email' || style === 'auto') {
    const email = partialEmail(value);
    if (email !== null || style === 'email') return email ?? partialMark;
  }
  if (style === 'card' || style === 'auto') {
    const card = partialCard(value);
    if (card !== null || style === 'card') return card ?? partialMark;
  }
  return partialGeneric(value, options);
}

function partialEmail(value: string): string | null {
  const match = /^([^\s@]{1,64})@[^\s@]{1,255}?(\.[a-z]{2,6})?$/iu.exec(value);
  if (!match) return null;
  const [first = '', ...others] = match[1] ?? '';
  const domain = match[2] ?? '';
  return `${others.length >= 2 ? first : ''}${partialMark}@${partialMark}${domain}`;
}

function partialCard(value: string): string | null {
  const digits = value.replace(/[ -]/g, '');
  if (!/^\d+$/.test(digits) || digits.length < cardDigitsMin || digits.length > cardDigitsMax) return null;
  return `${partialMark}* **** **** ${digits.slice(-4)}`;
}

function partialGeneric(value: string, options: MaskSpec['options']): string {
  const characters = [...value];
  const kept = (name: string, usual: number) => {
    const asked = options[name];
    const number = typeof asked === 'number' && Number.isInteger(asked) && asked >= 0 ? asked : usual;
    return Math.min(number, keptMax);
  };
  const prefix = kept('prefix', 0);
  const suffix = kept('suffix', 2);
  if ((prefix + suffix) * 4 > characters.length) return partialMark;
  const tail = suffix === 0 ? '' : characters.slice(-suffix).join('');
  return characters.slice(0, prefix).join('') + partialMark + tail;
}
