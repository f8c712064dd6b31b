import { z } from 'zod';
import { idInput, reasonInput } from '#lib/core/input';
import { pageRowsDefault, pageRowsMax } from '#lib/core/page';
import { decisions, outcomes, seqMax, sessionStates } from './model.ts';

const page = {
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsDefault),
};

export const sessionFilter = z.strictObject({
  agentId: idInput.optional(),
  resourceId: idInput.optional(),
  /** Owner of the agent when the session opened. */
  personId: idInput.optional(),
  state: z.enum(sessionStates).optional(),
  /** Sessions with at least one statement so decided. */
  decision: z.enum(decisions).optional(),
  /** true: sessions in which a field was masked. */
  masked: z.literal(true).optional(),
  purpose: z.string().max(200).optional(),
  from: z.date().optional(),
  to: z.date().optional(),
  ...page,
});
export type SessionFilter = z.input<typeof sessionFilter>;

export const statementFilter = z.strictObject({
  sessionId: idInput.optional(),
  agentId: idInput.optional(),
  resourceId: idInput.optional(),
  grantId: idInput.optional(),
  /** schema.table, exactly */
  object: z.string().max(200).optional(),
  action: z.string().max(20).optional(),
  tag: z.string().max(50).optional(),
  decision: z.enum(decisions).optional(),
  outcome: z.enum(outcomes).optional(),
  /** Owner of the agent when the session opened. */
  personId: idInput.optional(),
  /** Words of the session's purpose. */
  purpose: z.string().max(200).optional(),
  /** Words of three letters and more, all somewhere in the masked text, whatever the case; "in quotes": one. */
  text: z.string().max(200).optional(),
  /** Without a session: 30 days back by default. */
  from: z.date().optional(),
  to: z.date().optional(),
  /** Ascending inside one session, descending in a search. */
  ...page,
});
export type StatementFilter = z.input<typeof statementFilter>;

export const exportFormats = ['csv', 'ocsf'] as const;
/** The filter's cursor and limit do not count: an export is whole. */
export const statementExport = z.strictObject({ format: z.enum(exportFormats), filter: statementFilter });
export type StatementExport = z.input<typeof statementExport>;

export const openingInput = z.strictObject({
  sessionId: idInput,
  /** First sequence wanted, from 1. */
  from: z.int().min(1).default(1),
  limit: z.int().min(1).max(1000).default(200),
});
export type OpeningInput = z.input<typeof openingInput>;

export const statementInput = z.strictObject({ sessionId: idInput, seq: z.int().min(1) });
export type StatementInput = z.input<typeof statementInput>;

export const terminalInput = z.strictObject({
  sessionId: idInput,
  /** First sequence wanted, from 1: what the screen showed before is drawn at once. */
  from: z.int().min(1).default(1),
  /** Only the output of the command whose intent this is. */
  of: z.int().min(1).optional(),
});
export type TerminalInput = z.input<typeof terminalInput>;

export const stepsInput = z.strictObject({
  sessionId: idInput,
  /** First sequence wanted, or with `back` the last. */
  from: z.int().min(1).max(seqMax).optional(),
  /** Milliseconds since the session began, likewise. */
  atMs: z.int().min(0).max(10_000_000_000).optional(),
  back: z.boolean().default(false),
  decision: z.enum(decisions).optional(),
  text: z.string().max(200).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsMax),
});
export type StepsInput = z.input<typeof stepsInput>;

export const recordingSearchInput = z.strictObject({
  sessionId: idInput,
  text: z.string().min(2, 'Two letters at least.').max(200),
  /** First sequence to look at. */
  from: z.int().min(1).default(1),
});
export type RecordingSearchInput = z.input<typeof recordingSearchInput>;

export const sessionEnding = z.strictObject({
  sessionId: idInput,
  reason: reasonInput,
});
export type SessionEnding = z.input<typeof sessionEnding>;
