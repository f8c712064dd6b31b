import { z } from 'zod';
import { idInput, reasonInput } from '#lib/core/input';

export const newFindingInput = z.object({
  kind: z.string().min(1).max(60),
  subjectKind: z.string().min(1).max(60),
  subjectId: idInput,
  summary: z.string().min(1).max(500),
  details: z.record(z.string(), z.unknown()).optional(),
});

export const settleInput = z.strictObject({ id: idInput, reason: reasonInput });
export const acceptInput = settleInput.extend({ until: z.date().optional() });

export const listFindingsInput = z.strictObject({
  state: z.enum(['open', 'accepted', 'resolved']).optional(),
  kind: z.string().max(60).optional(),
  subjectKind: z.string().max(60).optional(),
  subjectIds: z.array(idInput).min(1).max(10).optional(),
  cursor: z.string().max(400).optional(),
  limit: z.int().min(1).max(200).default(50),
});
