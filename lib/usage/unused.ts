import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import {
  decodeCursor,
  type Page,
  type PageInput,
  pageOf,
  pageRowsDefault,
  pageRowsMax,
} from '#lib/core/page';
import { grantsVisibleTo } from '#lib/grants/index';
import type { OverviewFilter, Range, UnusedPermission } from './model.ts';
import { spanOf, wantedOf } from './overview.ts';
import { permissionSplits } from './shares.ts';

const pageInput = z.strictObject({
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsDefault),
});

export interface UnusedPage extends Page<UnusedPermission> {
  readonly unused: number;
  readonly total: number;
}

/**
 * The permissions of active grants that were not used in the range: what the overview counts, one row
 * each, by agent, resource, object and action.
 */
export async function unusedPermissions(
  { db, actor }: Context,
  range: Range,
  filter: OverviewFilter = {},
  page: PageInput = {},
): Promise<UnusedPage> {
  spanOf(range);
  const wanted = wantedOf(filter);
  const { cursor, limit } = parseInput(pageInput, page);
  const visible = grantsVisibleTo(actor);
  const grants = await db.grant.findMany({
    where: { AND: [{ state: 'active' }, visible === 'all' ? {} : visible, wanted] },
    include: { agent: { select: { name: true } }, resource: { select: { name: true } } },
  });
  grants.sort((a, b) => compare(a.agent.name, b.agent.name) || compare(a.resource.name, b.resource.name));
  const splits = await permissionSplits(db, grants, range);
  const rows: UnusedPermission[] = [];
  let total = 0;
  for (const grant of grants) {
    const split = splits.get(grant.id);
    if (!split) continue;
    total += split.permissions.length;
    for (const { action, object } of split.permissions) {
      if (split.used.has(`${action} ${object}`)) continue;
      rows.push({
        grantId: grant.id,
        agent: { id: grant.agentId, name: grant.agent.name },
        resource: { id: grant.resourceId, name: grant.resource.name },
        action,
        object,
        since: grant.startsAt > range.from ? grant.startsAt : range.from,
      });
    }
  }
  const from = cursor === undefined ? 0 : placeAfter(rows, decodeCursor(cursor, 3));
  const shown = pageOf(rows.slice(from, from + limit + 1), limit, (row) => [
    row.grantId,
    row.action,
    row.object,
  ]);
  return { ...shown, unused: rows.length, total };
}

/** What was used or taken away meanwhile is no row any more: then the list begins anew. */
function placeAfter(rows: readonly UnusedPermission[], [grantId, action, object]: readonly string[]): number {
  return (
    1 + rows.findIndex((row) => row.grantId === grantId && row.action === action && row.object === object)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
