import type { Context } from '#lib/auth/context';
import type { Overview, PermissionRow, PermissionUsage, Range } from './model.ts';

export type * from './model.ts';

/** What was seen of a grant in a window, one row for each (action, object). */
export declare function usageOf(
  context: Context,
  grantId: string,
  range: Range,
): Promise<readonly PermissionUsage[]>;
/** The grant expanded against the catalog, with its usage: used, unused, not in the catalog. */
export declare function permissionsWithUsage(
  context: Context,
  grantId: string,
  range: Range,
): Promise<readonly PermissionRow[]>;
export declare function overview(context: Context, range: Range): Promise<Overview>;
