import { digestOf, type Json } from '#lib/core/canonical-json';
import type { MaskSpec } from '#lib/masking/model';
import type { FreezeTerms, GrantTerms, PolicyFile } from './model.ts';

/** Digest of a policy version's files, in their order. */
export function policiesDigest(files: readonly PolicyFile[]): string {
  return digestOf(files.map(({ name, text }) => [name, text]));
}

export interface AccessParts {
  readonly files: readonly PolicyFile[];
  readonly grants: readonly GrantTerms[];
  readonly masks: readonly MaskSpec[];
  readonly freezes: readonly FreezeTerms[];
  readonly detect?: readonly string[];
}

/**
 * Digest of everything that decides for one agent on one resource beside the statement itself. It is
 * bound into approvals and keys of cached decisions; the order of grants, masks and freezes is of no matter.
 */
export function accessDigest({ files, grants, masks, freezes, detect = [] }: AccessParts): string {
  const byId = <Item extends { readonly id: string }>(items: readonly Item[], of: (item: Item) => Json) =>
    [...items].sort((a, b) => (a.id < b.id ? -1 : 1)).map(of);
  return digestOf({
    policies: policiesDigest(files),
    grants: byId(grants, ({ id, actions, scope, endsAt }) => [
      id,
      [...actions].sort(),
      [...scope].sort(),
      endsAt?.toISOString() ?? null,
    ]),
    masks: byId(masks, ({ id, column, kind, lookup, options }) => [id, column, kind, lookup, { ...options }]),
    ...(detect.length === 0 ? {} : { detect: [...detect].sort() }),
    freezes: byId(freezes, ({ id, environment, startsAt, endsAt, exceptions }) => [
      id,
      environment,
      startsAt.toISOString(),
      endsAt.toISOString(),
      [...exceptions].sort(),
    ]),
  });
}
