import { z } from 'zod';
import { ledgerActions } from './actions.ts';

export const entryFilter = z.strictObject({
  action: z.array(z.enum(ledgerActions)).max(ledgerActions.length).optional(),
  actorId: z.string().max(64).optional(),
  actorKind: z.enum(['person', 'agent', 'worker', 'job', 'sandbox']).optional(),
  subjectKind: z.string().max(40).optional(),
  subjectId: z.string().max(256).optional(),
  from: z.date().optional(),
  to: z.date().optional(),
  /** Words in the summary, the actor's name or the subject's id. */
  text: z.string().trim().min(1).max(200).optional(),
  /** `next` of the page before. */
  after: z.string().max(200).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});

export type EntryFilter = z.input<typeof entryFilter>;

export const proofQuery = z.strictObject({
  id: z.string().max(64),
  /** Tree size to prove against: one of the checkpoints'. Default: the newest. */
  size: z.number().int().positive().optional(),
});

export const consistencyQuery = z.strictObject({
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
});
