import { z } from 'zod';
import { idInput, reasonInput } from '#lib/core/input';
import { pageRowsDefault, pageRowsMax } from '#lib/core/page';
import { keepingStates } from './model.ts';

export const deletionInput = z.strictObject({ sessionId: idInput, reason: reasonInput });
export type DeletionInput = z.input<typeof deletionInput>;

export const holdInput = z.strictObject({ sessionId: idInput, hold: z.boolean(), reason: reasonInput });
export type HoldInput = z.input<typeof holdInput>;

export const storedInput = z.strictObject({
  sessionId: idInput,
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'),
  store: z.literal('blob'),
  path: z.string().min(1).max(300),
});
export type StoredInput = z.input<typeof storedInput>;

export const keepingFilter = z.strictObject({
  state: z.enum(keepingStates).optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsDefault),
});
export type KeepingFilter = z.input<typeof keepingFilter>;
