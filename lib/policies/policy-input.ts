import { z } from 'zod';
import { reasonInput } from '#lib/core/input';
import { policyFileName } from './model.ts';

const filesMax = 50;
/** A policy set is read by people: longer than this it is none. */
const fileCharsMax = 200_000;

export const policyFilesInput = z
  .array(
    z.object({
      name: z.string().regex(policyFileName, 'letters, digits, - _ and . only, at most 80'),
      text: z.string().max(fileCharsMax),
    }),
  )
  .min(1)
  .max(filesMax)
  .refine((files) => new Set(files.map(({ name }) => name)).size === files.length, 'file names must differ');

export const publishInput = z.object({
  files: policyFilesInput,
  reason: reasonInput,
  /**
   * The version that the author started from; null: none was active. When another is active by now,
   * nothing is published. Left out: whatever is active is replaced.
   */
  basedOn: z.number().int().positive().nullable().optional(),
});

export type PublishInput = z.input<typeof publishInput>;
