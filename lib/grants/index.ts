import type { Context } from '#lib/auth/context';
import type { Page } from '#lib/core/page';
import type { BulkResult, GrantDetail, GrantRow, RevokeEffect } from './model.ts';
import type { BulkRevocation, GrantFilter, NewGrant, Reduction, Revocation } from './schema.ts';

export type * from './model.ts';
export type * from './schema.ts';

export declare function listGrants(context: Context, filter: GrantFilter): Promise<Page<GrantRow>>;
/** How many active grants have each reason to look at them. */
export declare function staleCounts(
  context: Context,
  unusedDays?: number,
): Promise<{
  readonly any: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly active: number;
}>;
export declare function getGrant(context: Context, grantId: string): Promise<GrantDetail>;
export declare function createGrant(context: Context, input: NewGrant): Promise<{ id: string }>;
/** What revoking these would do. At most 100. */
export declare function previewRevoke(context: Context, grantIds: readonly string[]): Promise<RevokeEffect>;
/** Cuts live sessions that lean on it; `cutStatus` of lib/sessions follows it. */
export declare function revokeGrant(context: Context, input: Revocation): Promise<{ cutId: string }>;
/** Each on its own: a result for each, in the order asked. */
export declare function revokeGrants(context: Context, input: BulkRevocation): Promise<readonly BulkResult[]>;
/** Takes a revoke back for a minute: a new grant on the same terms, with its own entry. */
export declare function reGrant(context: Context, input: { grantId: string }): Promise<{ id: string }>;
/** The narrower grant in its place, in one transaction. Wider than before is refused. */
export declare function reduceGrant(
  context: Context,
  input: Reduction,
): Promise<{ id: string; cutId: string }>;
/** A job's: active grants whose end has come are ended and their sessions cut. Returns how many. */
export declare function endDueGrants(context: Context): Promise<number>;
