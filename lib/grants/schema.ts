import { z } from 'zod';
import { type NamePart, splitName } from '#lib/core/dotted-name';
import { idInput, reasonInput } from '#lib/core/input';
import { bulkGrantsMax } from '#lib/core/limits';
import { pageRowsDefault, pageRowsMax } from '#lib/core/page';
import { actions } from '#lib/policies/model';
import { grantSources, grantStates, staleKinds } from './model.ts';

/** `*`, `schema.*` or `schema.table`; a part with a dot or a star in it stands in double quotes. */
export const scopePattern = z.string().max(200).refine(isScope, '* or schema.* or schema.table');

function isScope(pattern: string): boolean {
  const parts = splitName(pattern) ?? [];
  const star = (part: NamePart) => part.text === '*' && !part.quoted;
  const plain = (part: NamePart) => part.quoted || !/[*\s]/.test(part.text);
  const [first, second] = parts;
  if (!first) return false;
  if (!second) return star(first);
  return parts.length === 2 && plain(first) && (star(second) || plain(second));
}

export const grantActions = z.array(z.enum(actions)).min(1).max(actions.length);
export const grantScope = z.array(scopePattern).min(1).max(200);

export const grantFilter = z.strictObject({
  agentId: idInput.optional(),
  resourceId: idInput.optional(),
  ownerId: idInput.optional(),
  state: z.enum(grantStates).optional(),
  source: z.enum(grantSources).optional(),
  /** true: any reason; or one kind. */
  stale: z.union([z.literal(true), z.enum(staleKinds)]).optional(),
  /** What "unused" means here. */
  unusedDays: z.int().min(1).max(365).default(30),
  search: z.string().max(200).optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsDefault),
});
export type GrantFilter = z.input<typeof grantFilter>;

export const newGrant = z.strictObject({
  agentId: idInput,
  resourceId: idInput,
  actions: grantActions,
  scope: grantScope,
  reason: reasonInput,
  endsAt: z.date().nullable(),
  startsAt: z.date().optional(),
  requestId: idInput.optional(),
});
export type NewGrant = z.input<typeof newGrant>;

export const revocation = z.strictObject({ grantId: idInput, reason: reasonInput });
export type Revocation = z.input<typeof revocation>;

export const bulkRevocation = z.strictObject({
  grantIds: z.array(idInput).min(1).max(bulkGrantsMax),
  reason: reasonInput,
});
export type BulkRevocation = z.input<typeof bulkRevocation>;

export const reduction = z.strictObject({
  grantId: idInput,
  actions: grantActions,
  scope: grantScope,
  reason: reasonInput,
});
export type Reduction = z.input<typeof reduction>;
