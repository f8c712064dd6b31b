import { z } from 'zod';
import { countPending } from '#lib/approvals/index';
import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { invalid } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import { countFindings } from '#lib/findings/index';
import { grantsVisibleTo, staleCounts } from '#lib/grants/index';
import { sessionsVisibleTo } from '#lib/sessions/index';
import type { Overview, OverviewFilter, Range } from './model.ts';
import { permissionShares } from './shares.ts';

const hourlyMsMax = 2 * 86_400_000;
const rangeMsMax = 400 * 86_400_000;

/**
 * Who touched what, when, why: what the actor may see of it. From sessions' own counters and the
 * daily usage, never from statements. A session's numbers stand at its start.
 */
export async function overview(
  context: Context,
  range: Range,
  filter: OverviewFilter = {},
): Promise<Overview> {
  const span = spanOf(range);
  const wanted = wantedOf(filter);
  const { db, actor } = context;
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  const mine = { AND: [visible === 'all' ? {} : visible, wanted] };
  const [activity, liveSessions, openFindings, pendingApprovals, stale, permissions] = await Promise.all([
    activityOf(context, mine, range),
    db.session.count({ where: { AND: [{ state: 'live' }, mine] } }),
    openFindingsOf(context, wanted),
    pendingOf(context, wanted),
    staleCounts(context, undefined, wanted),
    unusedShare(context, range, wanted),
  ]);
  const sum = (of: 'sessions' | 'allowed' | 'held' | 'denied' | 'maskedFields') =>
    activity.reduce((total, row) => total + row[of], 0);
  return {
    range,
    liveSessions,
    sessions: sum('sessions'),
    statements: { allowed: sum('allowed'), held: sum('held'), denied: sum('denied') },
    maskedFields: sum('maskedFields'),
    openFindings,
    pendingApprovals,
    grants: { active: stale.active, stale: stale.any },
    permissions,
    activity: activity.map(({ allowed: _, maskedFields: __, ...row }) => row),
    decisions: await decisionsOf(context, activity, range, span <= hourlyMsMax ? 'hour' : 'day'),
  };
}

export function spanOf(range: Range): number {
  const span = range.to.getTime() - range.from.getTime();
  if (span > 0 && span <= rangeMsMax) return span;
  throw invalid('The time range must be above zero and under 400 days.');
}

const filterInput = z.strictObject({ agentId: idInput.optional(), resourceId: idInput.optional() });

/** Without the members that are not given: they would be conditions. */
export function wantedOf(filter: OverviewFilter): { agentId?: string; resourceId?: string } {
  const { agentId, resourceId } = parseInput(filterInput, filter);
  return { ...(agentId ? { agentId } : {}), ...(resourceId ? { resourceId } : {}) };
}

type Wanted = ReturnType<typeof wantedOf>;

async function activityOf({ db }: Context, mine: object, range: Range) {
  const groups = await db.session.groupBy({
    by: ['agentId', 'resourceId'],
    where: { AND: [{ startedAt: { gte: range.from, lt: range.to } }, mine] },
    _count: true,
    _sum: { statements: true, allowed: true, held: true, denied: true, maskedFields: true },
    _max: { startedAt: true },
  });
  const [agents, resources] = await Promise.all([
    db.agent.findMany({
      where: { id: { in: [...new Set(groups.map(({ agentId }) => agentId))] } },
      select: { id: true, name: true },
    }),
    db.resource.findMany({
      where: { id: { in: [...new Set(groups.map(({ resourceId }) => resourceId))] } },
      select: { id: true, name: true },
    }),
  ]);
  const agentName = new Map(agents.map(({ id, name }) => [id, name]));
  const resourceName = new Map(resources.map(({ id, name }) => [id, name]));
  return groups.map(({ agentId, resourceId, _count, _sum, _max }) => ({
    agentId,
    agent: agentName.get(agentId) ?? agentId,
    resourceId,
    resource: resourceName.get(resourceId) ?? resourceId,
    sessions: _count,
    statements: _sum.statements ?? 0,
    allowed: _sum.allowed ?? 0,
    held: _sum.held ?? 0,
    denied: _sum.denied ?? 0,
    maskedFields: Number(_sum.maskedFields ?? 0),
    lastAt: _max.startedAt ?? range.from,
  }));
}

async function decisionsOf(
  { db }: Context,
  pairs: readonly { readonly agentId: string; readonly resourceId: string }[],
  range: Range,
  unit: 'hour' | 'day',
): Promise<Overview['decisions']> {
  return db.$queryRaw<Overview['decisions'][number][]>`
    SELECT date_trunc(${unit}, started_at, 'UTC') AS at,
      sum(allowed)::float8 AS allowed, sum(held)::float8 AS held, sum(denied)::float8 AS denied
    FROM session
    WHERE started_at >= ${range.from} AND started_at < ${range.to}
      AND (agent_id, resource_id) IN (
        SELECT * FROM unnest(${pairs.map(({ agentId }) => agentId)}::text[],
                             ${pairs.map(({ resourceId }) => resourceId)}::text[]))
    GROUP BY 1 ORDER BY 1`;
}

/** As the list of findings counts them: what is about the agent or about the resource. */
async function openFindingsOf(context: Context, wanted: Wanted): Promise<number> {
  const subjectIds = Object.values(wanted);
  return countFindings(context, { state: 'open', ...(subjectIds.length > 0 ? { subjectIds } : {}) });
}

/** As the list of approvals counts them. */
async function pendingOf(context: Context, of: Wanted): Promise<number> {
  if (relationsFor(context.actor, 'approval.list').size === 0) return 0;
  return (await countPending(context, of)).pending;
}

async function unusedShare(
  { db, actor }: Context,
  range: Range,
  wanted: Wanted,
): Promise<Overview['permissions']> {
  const visible = grantsVisibleTo(actor);
  const grants = await db.grant.findMany({
    where: { AND: [{ state: 'active', source: 'countersign' }, visible === 'all' ? {} : visible, wanted] },
    select: { id: true, resourceId: true, actions: true, scope: true, startsAt: true },
  });
  let total = 0;
  let used = 0;
  for (const share of (await permissionShares(db, grants, range)).values()) {
    total += share.total;
    used += share.used;
  }
  return { total, unused: total - used };
}
