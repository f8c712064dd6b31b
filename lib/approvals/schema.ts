import { z } from 'zod';
import { approvalTtlSecondsMax, reasonCharsMax, statementCharsMax } from '#lib/core/limits';
import { approvalStates, approvalTabs } from './model.ts';

export const idSchema = z.string().regex(/^[a-z]{3}_[0-9a-z]{26}$/, 'not an id');

/** Longest time a decision may claim to have been looked at: a day. */
const dwellMsMax = 24 * 60 * 60 * 1000;

const dwell = z.number().int().min(0).max(dwellMsMax);
const reason = z.string().trim().max(reasonCharsMax);

export const approveSchema = z.strictObject({
  id: idSchema,
  reason: reason.optional(),
  dwellMs: dwell.optional(),
  signedInAt: z.date().optional(),
});

export const askSchema = z.strictObject({ id: idSchema, question: reason.min(1, 'ask something') });

export const narrowerSchema = z.strictObject({
  id: idSchema,
  note: reason.min(1, 'say why: the agent reads it'),
  statement: z.string().trim().min(1).max(20_000),
});

export const breakGlassSchema = z.strictObject({
  id: idSchema,
  reason: reason.min(10, 'say what the emergency is'),
  signedInAt: z.date(),
});

export const absenceSchema = z
  .strictObject({
    toPersonId: z.string().min(1).max(64),
    from: z.date(),
    until: z.date(),
    reason: reason.min(1, 'say why'),
  })
  .refine((input) => input.until > input.from, { path: ['until'], message: 'it ends before it begins' });

export const endAbsenceSchema = z.strictObject({ absenceId: z.string().min(1).max(64) });

export const healthSchema = z.strictObject({ from: z.date(), to: z.date() });

export const denySchema = z.strictObject({
  id: idSchema,
  reason: reason.min(1, 'say why: the agent reads it'),
  dwellMs: dwell.optional(),
});

export const sandboxDecisionSchema = z.strictObject({
  id: idSchema,
  answer: z.enum(['approve', 'deny']),
  reason: reason.min(1),
});

export const listSchema = z.strictObject({
  tab: z.enum(approvalTabs).default('pending'),
  agentId: idSchema.optional(),
  resourceId: idSchema.optional(),
  state: z.enum(approvalStates).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});

export const useSchema = z.strictObject({
  id: idSchema,
  sessionId: z.string().min(1),
  seq: z.number().int().min(1),
});

export const findApprovedSchema = z.strictObject({
  agentId: z.string().min(1),
  resourceId: z.string().min(1),
  binding: z.string().min(1).max(200),
  sessionId: z.string().min(1),
});

export const cancelSchema = z.strictObject({
  id: idSchema,
  reason: reason.min(1),
  /** When given: this session leaves, and the request ends with the last that waits. */
  sessionId: z.string().min(1).optional(),
});

const names = z.array(z.string().min(1)).max(1_000);

export const newApprovalSchema = z.object({
  sessionId: z.string().min(1),
  seq: z.number().int().min(0),
  agentId: z.string().min(1),
  resourceId: z.string().min(1),
  binding: z.string().min(1).max(200),
  text: z.string().max(statementCharsMax),
  canonicalText: z.string().max(statementCharsMax),
  parameters: z.array(z.object({ type: z.number().int(), value: z.string().nullable() })).max(65_535),
  databaseRole: z.string(),
  searchPath: z.string(),
  factsDigest: z.string().min(1).max(200),
  policies: names,
  groups: z.array(z.string().min(1)).max(20),
  quorum: z.number().int().min(1).max(10),
  ttlSeconds: z.number().int().min(1).max(approvalTtlSecondsMax),
  repeat: z.boolean(),
  holdUntil: z.date(),
  answer: z.string().max(reasonCharsMax).nullable().optional(),
  claimedPersonId: z.string().nullable().optional(),
});
