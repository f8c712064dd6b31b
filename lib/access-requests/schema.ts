import { z } from 'zod';
import { idInput, reasonInput } from '#lib/core/input';
import { pageRowsDefault, pageRowsMax } from '#lib/core/page';
import { grantActions, grantScope } from '#lib/grants/schema';
import { accessRequestStates } from './model.ts';

/** From five minutes to 90 days: access without an end is an admin's to give. */
const duration = z
  .int()
  .min(5 * 60)
  .max(90 * 24 * 60 * 60);

export const newAccessRequest = z.strictObject({
  agentId: idInput,
  resourceId: idInput,
  actions: grantActions,
  scope: grantScope,
  reason: reasonInput,
  durationSeconds: duration,
});
export type NewAccessRequest = z.input<typeof newAccessRequest>;

export const accessDecision = z.discriminatedUnion('answer', [
  z.strictObject({
    requestId: idInput,
    answer: z.literal('approve'),
    reason: reasonInput.optional(),
    /** Less than was asked for; never more. */
    narrower: z
      .strictObject({
        actions: grantActions.optional(),
        scope: grantScope.optional(),
        durationSeconds: duration.optional(),
      })
      .optional(),
  }),
  z.strictObject({ requestId: idInput, answer: z.literal('deny'), reason: reasonInput }),
]);
export type AccessDecision = z.input<typeof accessDecision>;

export const accessRequestFilter = z.strictObject({
  state: z.enum(accessRequestStates).optional(),
  agentId: idInput.optional(),
  /** Only those that the person may decide. */
  mine: z.boolean().default(false),
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsDefault),
});
export type AccessRequestFilter = z.input<typeof accessRequestFilter>;
