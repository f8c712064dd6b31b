import { z } from 'zod';
import type { MaskKind, MaskSpec } from './model.ts';

/** What becomes of any use of a masked column that is neither itself nor a lookup; strictest first. */
export const otherUses = ['deny', 'hold', 'mask'] as const;

export type OtherUse = (typeof otherUses)[number];

export const partialStyles = ['auto', 'email', 'card', 'generic'] as const;
export const dateUnits = ['year', 'month', 'day'] as const;

const keptMost = 4;
const bucketMost = 1_000_000_000;
const lookupsMost = 10_000;
/** A placeholder in copied data may lie across two pieces of it: it must fit what is kept of the first. */
const fixedTextMost = 40;

const kept = z.int().min(0).max(keptMost);

/** What a mask may say beside its kind. Which of them belong to which kind: `optionFaults`. */
export const maskOptions = z.strictObject({
  to: z
    .string()
    .min(1)
    .max(fixedTextMost)
    .regex(
      /^[\w.:*#<>()/[\]-](?:[\w .:*#<>()/[\]-]*[\w.:*#<>()/[\]-])?$/,
      'letters, digits, spaces and . : * # < > ( ) / [ ] _ -',
    )
    .optional(),
  bucket: z
    .union([z.enum(dateUnits), z.int().min(2).max(bucketMost)], 'year, month, day, or a number from 2')
    .optional(),
  prefix: kept.optional(),
  suffix: kept.optional(),
  style: z.enum(partialStyles).optional(),
  lookups: z.int().min(1).max(lookupsMost).optional(),
  other_use: z.enum(otherUses).optional(),
});

export type MaskOptions = z.output<typeof maskOptions>;

export const maskOptionNames = Object.keys(maskOptions.shape) as readonly (keyof MaskOptions)[];

const kindOf: Partial<Record<keyof MaskOptions, MaskKind>> = {
  to: 'fixed',
  bucket: 'generalise',
  prefix: 'partial',
  suffix: 'partial',
  style: 'partial',
};

/** Options that say nothing with this kind and lookup: each a sentence at its name. */
export function optionFaults(
  options: MaskOptions,
  kind: MaskKind,
  lookup: MaskSpec['lookup'],
): readonly { readonly name: keyof MaskOptions; readonly message: string }[] {
  const named = maskOptionNames.filter((name) => options[name] !== undefined);
  return named.flatMap((name) => {
    const owner = kindOf[name];
    if (owner !== undefined && owner !== kind) {
      return [{ name, message: `says nothing with the mask ${kind}; it belongs to ${owner}` }];
    }
    if (name === 'lookups' && lookup !== 'equality') {
      return [{ name, message: 'says nothing without lookup: equality' }];
    }
    const isShown = name === 'prefix' || name === 'suffix';
    if (isShown && (options.style === 'email' || options.style === 'card')) {
      return [{ name, message: `says nothing with the style ${options.style}` }];
    }
    return [];
  });
}

/** Options as they are stored: only what is said. */
export function saidOptions(options: MaskOptions): Record<string, string | number> {
  return Object.fromEntries(
    maskOptionNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

/** What a mask's policy says to other uses; what can't be read denies. */
export function otherUseOf({ options }: Pick<MaskSpec, 'options'>): OtherUse {
  return otherUses.find((use) => use === options.other_use) ?? 'deny';
}

/** A mask's options in words, as pages and questions to people show them: `bucket month, lookups 20`. */
export function optionWords(options: Readonly<Partial<Record<keyof MaskOptions, unknown>>>): string {
  return maskOptionNames
    .flatMap((name) => {
      const value = options[name];
      if (value === undefined) return [];
      return [`${name.replace('_', ' ')} ${name === 'to' ? JSON.stringify(value) : value}`];
    })
    .join(', ');
}
