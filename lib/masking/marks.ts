import type { MaskSpec } from './model.ts';

// Marks by which a masked value is known again, so that writing one back can be refused.

export const fixedMark = '[masked]';
export const partialMark = '***';
export const hashMark = 'masked:';
/** "masked" in hex, as the last group of a version 8 UUID. */
export const uuidTail = '6d61736b6564';
export const fixedUuid = `00000000-0000-8000-8000-${uuidTail}`;

const uuidPattern = /[0-9a-f]{8}-?[0-9a-f]{4}-?8[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?6d61736b6564/i;
const hexMarks = [fixedMark, hashMark].map((mark) => Buffer.from(mark).toString('hex'));

/** The text that a fixed mask, or one that hides everything, puts in the place of each value. */
export function fixedTextOf(mask: MaskSpec | 'full'): string {
  const own = mask === 'full' ? undefined : mask.options.to;
  return typeof own === 'string' && own !== '' ? own : fixedMark;
}

/**
 * Finds placeholders of these masks in what is about to be written. A fixed text of a mask's own counts
 * only as a whole value: of a constant, a field of copied data, a member of an array or of JSON.
 */
export function placeholderFinder(masks: readonly MaskSpec[]): (text: string) => boolean {
  const fixed = masks.filter(({ kind }) => kind === 'fixed').map(fixedTextOf);
  const own = [...new Set(fixed)].filter((text) => !isPlaceholder(text));
  if (own.length === 0) return isPlaceholder;
  const texts = own.map((text) => text.replaceAll(/[^\w ]/g, '\\$&')).join('|');
  const edge = `[{},;|"'$\\t\\r\\n]`;
  const whole = new RegExp(`(?:^|${edge}) *(?:${texts}) *(?:$|${edge})`);
  return (text) => isPlaceholder(text) || whole.test(text);
}

/**
 * Does the text hold a mark? Asked only of values on their way into masked columns, so it is wide:
 * letters in either case, anywhere in the text, also inside a bytea literal.
 */
export function isPlaceholder(text: string): boolean {
  const lower = text.toLowerCase();
  return (
    lower.includes(fixedMark) ||
    lower.includes(partialMark) ||
    lower.includes(hashMark) ||
    uuidPattern.test(lower) ||
    hexMarks.some((mark) => lower.includes(mark))
  );
}
