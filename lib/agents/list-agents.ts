import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import { decodeCursor, type Page, pageOf } from '#lib/core/page';
import type { Prisma } from '#lib/db/generated/client';
import { personRef } from '#lib/people/index';
import type { AgentRow, AgentState } from './model.ts';
import { type AgentFilter, agentFilter } from './schema.ts';
import { agentsVisibleTo } from './visible.ts';

/** A page of agents by name. */
export async function listAgents(context: Context, filter: AgentFilter): Promise<Page<AgentRow>> {
  const wanted = parseInput(agentFilter, filter);
  const visible = await agentsVisibleTo(context.db, context.actor, 'access.read');
  const where: Prisma.AgentWhereInput[] = [visible === 'all' ? {} : visible];
  if (wanted.state) where.push({ state: wanted.state });
  if (wanted.ownerId) where.push({ ownerId: wanted.ownerId });
  if (wanted.ownerless) where.push({ OR: [{ ownerId: null }, { owner: { leftAt: { not: null } } }] });
  if (wanted.search) where.push({ name: { contains: wanted.search, mode: 'insensitive' } });
  if (wanted.cursor) where.push({ name: { gt: decodeCursor(wanted.cursor, 1)[0] ?? '' } });
  const found = await context.db.agent.findMany({
    where: { AND: where },
    orderBy: { name: 'asc' },
    take: wanted.limit + 1,
    include: agentInclude,
  });
  const page = pageOf(found, wanted.limit, (agent) => [agent.name]);
  return { rows: await agentRows(context, page.rows), next: page.next };
}

export const agentInclude = {
  owner: { select: { id: true, name: true, leftAt: true } },
  issuer: { select: { id: true, name: true } },
  groups: { select: { group: { select: { name: true } } } },
  _count: { select: { grants: { where: { state: 'active' } }, sessions: { where: { state: 'live' } } } },
} satisfies Prisma.AgentInclude;

type Found = Prisma.AgentGetPayload<{ include: typeof agentInclude }>;

export async function agentRows({ db }: Context, agents: readonly Found[]): Promise<readonly AgentRow[]> {
  const ids = agents.map(({ id }) => id);
  const [last, findings] = await Promise.all([
    db.$queryRaw<{ id: string; at: Date }[]>`
      SELECT a.id, s.started_at AS at FROM unnest(${ids}::text[]) AS a(id)
      CROSS JOIN LATERAL (
        SELECT started_at FROM session WHERE agent_id = a.id ORDER BY started_at DESC LIMIT 1) s`,
    db.finding.groupBy({
      by: ['subjectId'],
      where: { subjectKind: 'agent', subjectId: { in: ids }, state: 'open' },
      _count: true,
    }),
  ]);
  const lastAt = new Map(last.map(({ id, at }) => [id, at]));
  const open = new Map(findings.map(({ subjectId, _count }) => [subjectId, _count]));
  return agents.map((agent) => ({
    id: agent.id,
    name: agent.name,
    state: agent.state as AgentState,
    stateReason: agent.stateReason,
    owner: personRef(agent.owner),
    issuer: agent.issuer,
    groups: agent.groups.map(({ group }) => group.name),
    orphanedAt: agent.orphanedAt,
    grants: agent._count.grants,
    liveSessions: agent._count.sessions,
    lastSessionAt: lastAt.get(agent.id) ?? null,
    openFindings: open.get(agent.id) ?? 0,
    managedBy: agent.managedBy,
  }));
}
