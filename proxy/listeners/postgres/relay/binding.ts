import { digestOf } from '#lib/core/canonical-json';

/** What an approval counts for: nothing else may differ from what was shown (invariant 5). */
export interface Bound {
  readonly canonicalText: string;
  readonly parameters: readonly { readonly type: number; readonly value: string | null }[];
  readonly agentId: string;
  readonly resourceId: string;
  readonly role: string;
  readonly searchPath: readonly string[];
  readonly accessDigest: string;
  /** What came after the text: the rows of a COPY. */
  readonly data?: { readonly rows: number | null; readonly digest: string } | undefined;
}

export function bindingOf(bound: Bound): string {
  return digestOf({
    v: 1,
    text: bound.canonicalText,
    parameters: bound.parameters.map(({ type, value }) => ({ type, value })),
    agent: bound.agentId,
    resource: bound.resourceId,
    role: bound.role,
    searchPath: [...bound.searchPath],
    access: bound.accessDigest,
    ...(bound.data === undefined ? {} : { data: { rows: bound.data.rows, digest: bound.data.digest } }),
  });
}
