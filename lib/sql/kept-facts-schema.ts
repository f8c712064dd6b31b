import { z } from 'zod';
import { actions } from '#lib/policies/model';
import type { SqlFacts } from './model.ts';

// Read leniently: a kept form that lacks what a decision needs is refused, anything more is left out.

const unresolvedKinds = ['relation', 'column', 'function', 'type', 'schema', 'cursor'] as const;

const statement = z.object({
  tag: z.string(),
  requests: z.array(
    z.object({
      action: z.enum(actions),
      member: z.string(),
      kind: z.enum(['resource', 'schema', 'table', 'function']),
      object: z.string(),
    }),
  ),
  attributes: z.record(z.string(), z.union([z.boolean(), z.number(), z.string()])),
  functions: z.array(
    z.object({
      name: z.string(),
      volatility: z.enum(['immutable', 'stable', 'volatile', 'unknown']),
      harmless: z.boolean(),
    }),
  ),
  columns: z.array(
    z.object({
      column: z.string(),
      use: z.enum(['output', 'equality', 'written', 'derived', 'compute', 'shown', 'moved']),
      where: z.string(),
    }),
  ),
  outputs: z
    .array(
      z.object({
        name: z.string(),
        kind: z.enum(['column', 'union', 'computed', 'unknown']),
        from: z.array(z.string()).nullable(),
        own: z.int().min(0).optional(),
      }),
    )
    .nullable(),
  outputsUnknown: z.boolean(),
  refusals: z.array(z.string()),
  unresolved: z.array(
    z.string().transform((text, context) => {
      const kind = unresolvedKinds.find((one) => text.startsWith(`${one} `));
      if (kind !== undefined) return { kind, name: text.slice(kind.length + 1) };
      context.addIssue({ code: 'custom', message: 'a kind and a name' });
      return z.NEVER;
    }),
  ),
});

export const keptFactsSchema = z.union([z.object({ statements: z.array(statement).min(1) }), statement]);

export type KeptStatement = z.output<typeof statement>;

/** What a decision reads of a statement's facts. */
export type KeptFacts = Pick<
  SqlFacts,
  | 'tag'
  | 'requests'
  | 'attributes'
  | 'functions'
  | 'columns'
  | 'outputs'
  | 'outputsUnknown'
  | 'refusals'
  | 'unresolved'
>;
