import type { Context } from '#lib/auth/context';
import { invalid } from '#lib/core/errors';
import { sessionsVisibleTo } from '#lib/sessions/index';
import type { OverviewFilter, Range, TouchedObject } from './model.ts';
import { spanOf, wantedOf } from './overview.ts';

const rowsMax = 50;

/**
 * Which objects an agent touched, or who touched those of a resource: from the daily usage, the most
 * used first, at most 50. One use that several grants would have allowed is counted once. Who sees the
 * sessions sees what they touched, also under grants that are over.
 */
export async function touchedObjects(
  context: Context,
  range: Range,
  filter: OverviewFilter,
): Promise<readonly TouchedObject[]> {
  spanOf(range);
  const wanted = wantedOf(filter);
  if (!wanted.agentId && !wanted.resourceId) throw invalid('Name an agent or a resource to look closer at.');
  const { db, actor } = context;
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  const grants = await db.grant.findMany({
    where: { AND: [visible === 'all' ? {} : visible, wanted] },
    select: { id: true },
  });
  return db.$queryRaw<TouchedObject[]>`
    SELECT d.resource_id AS "resourceId", r.name AS resource, d.object, d.action,
      sum(d.used)::float8 AS used, sum(d.denied)::float8 AS denied,
      count(DISTINCT d.agent_id)::int AS agents, max(d.last_at) AS "lastAt"
    FROM (
      SELECT g.agent_id, g.resource_id, u.day, u.object, u.action, max(u.used) AS used,
        max(u.denied) AS denied, max(u.last_at) AS last_at
      FROM usage u JOIN access_grant g ON g.id = u.grant_id
      WHERE u.grant_id = ANY(${grants.map(({ id }) => id)})
        AND u.day BETWEEN (${range.from}::timestamptz AT TIME ZONE 'UTC')::date
                      AND (${range.to}::timestamptz AT TIME ZONE 'UTC')::date
      GROUP BY 1, 2, 3, 4, 5) d
    JOIN resource r ON r.id = d.resource_id
    GROUP BY 1, 2, 3, 4 HAVING sum(d.used) > 0 OR sum(d.denied) > 0
    ORDER BY used DESC, denied DESC, d.object, d.action LIMIT ${rowsMax}`;
}
