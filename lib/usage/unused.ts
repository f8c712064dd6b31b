import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import { decodeCursor, type Page, type PageInput, pageOf, pageRowsDefault } from '#lib/core/page';
import { grantsVisibleTo } from '#lib/grants/index';
import type { OverviewFilter, Range, UnusedPermission } from './model.ts';
import { spanOf, wantedOf } from './overview.ts';
import { permissionSplits } from './shares.ts';

/** Each page is reckoned from all grants: an export takes them in few. */
export const unusedRowsMax = 100_000;

const pageInput = z.strictObject({
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(unusedRowsMax).default(pageRowsDefault),
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
    where: { AND: [{ state: 'active', source: 'countersign' }, visible === 'all' ? {} : visible, wanted] },
    include: { agent: { select: { name: true } }, resource: { select: { name: true } } },
  });
  const splits = await permissionSplits(db, grants, range);
  const rows: UnusedPermission[] = [];
  let total = 0;
  for (const grant of grants) {
    const split = splits.get(grant.id);
    if (!split) continue;
    total += split.permissions.length;
    for (const { action, object, since } of split.permissions) {
      if (split.used.has(`${action} ${object}`)) continue;
      rows.push({
        grantId: grant.id,
        agent: { id: grant.agentId, name: grant.agent.name },
        resource: { id: grant.resourceId, name: grant.resource.name },
        action,
        object,
        since: latest(since ?? grant.startsAt, grant.startsAt, range.from),
      });
    }
  }
  const placed = rows.map((row) => ({ row, place: placeOf(row) }));
  placed.sort((a, b) => comparePlaces(a.place, b.place));
  const after = cursor === undefined ? null : decodeCursor(cursor, 5);
  // By its place in the order, not by its row: what it was may be used or taken away by now.
  const rest = after === null ? placed : placed.filter(({ place }) => comparePlaces(place, after) > 0);
  const shown = pageOf(rest.slice(0, limit + 1), limit, ({ place }) => place);
  return { ...shown, rows: shown.rows.map(({ row }) => row), unused: rows.length, total };
}

/** By agent and resource first; no two rows have the same. */
function placeOf({ agent, resource, grantId, object, action }: UnusedPermission): readonly string[] {
  return [agent.name, resource.name, grantId, object, action];
}

function comparePlaces(a: readonly string[], b: readonly string[]): number {
  for (const [at, part] of a.entries()) {
    const other = b[at] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

function latest(...times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((time) => time.getTime())));
}
