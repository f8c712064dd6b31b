import { z } from 'zod';
import { reasonInput } from '#lib/core/input';
import { pageRowsDefault, pageRowsMax } from '#lib/core/page';
import { actions } from '#lib/policies/model';
import { fileCharsMax, importSources } from './model.ts';

/** More than any tenant's assignments to agents; a reading is held in memory while it is compared. */
const readGrantsMax = 100_000;

export const readingInput = z.strictObject({
  source: z.enum(importSources),
  readAt: z.date(),
  grants: z
    .array(
      z.strictObject({
        externalId: z.string().min(1).max(1_000),
        agent: z.string().min(1).max(100),
        resource: z.string().min(1).max(100),
        actions: z.array(z.enum(actions)).min(1).max(actions.length),
        scope: z.array(z.string().min(1).max(1_000)).min(1).max(200),
        reason: reasonInput,
        endsAt: z.date().nullish(),
      }),
    )
    .max(readGrantsMax),
});

export const importPage = z.strictObject({
  cursor: z.string().max(400).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsDefault),
});

export const fileInput = z.strictObject({
  source: z.enum(importSources),
  readAt: z.date().optional(),
  text: z.string().max(fileCharsMax),
});
