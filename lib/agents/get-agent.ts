import type { Actor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { may } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import type { Db } from '#lib/db/client';
import { personRef } from '#lib/people/index';
import { agentInclude, agentRows } from './list-agents.ts';
import type { AgentDetail } from './model.ts';
import { matchClaims } from './schema.ts';
import { agentsVisibleTo } from './visible.ts';

/** By id or by name. */
export async function getAgent(context: Context, agentId: string): Promise<AgentDetail> {
  const { db, actor } = context;
  const visible = await agentsVisibleTo(db, actor, 'access.read');
  const agent = await db.agent.findFirst({
    where: { AND: [{ OR: [{ id: agentId }, { name: agentId }] }, visible === 'all' ? {} : visible] },
    include: {
      ...agentInclude,
      issuer: true,
      sponsor: { select: { id: true, name: true, leftAt: true } },
    },
  });
  const [row] = agent ? await agentRows(context, [agent]) : [];
  if (!agent || !row) throw notFound('There is no such agent.');
  return {
    ...row,
    issuer: { id: agent.issuer.id, name: agent.issuer.name },
    sponsor: personRef(agent.sponsor),
    issuerUrl: agent.issuer.issuer,
    audience: agent.issuer.audience,
    matchClaims: matchClaims.parse(agent.matchClaims),
    repository: agent.repository,
    pipeline: agent.pipeline,
    lastRunAt: agent.lastRunAt,
    suspendedAt: agent.suspendedAt,
    createdAt: agent.createdAt,
    may: { change: may(actor, 'access.change'), suspend: await maySuspend(db, actor, agent.id) },
  };
}

async function maySuspend(db: Db, actor: Actor, agentId: string): Promise<boolean> {
  const visible = await agentsVisibleTo(db, actor, 'agent.suspend');
  if (visible === 'all') return true;
  return (await db.agent.count({ where: { AND: [{ id: agentId }, visible] } })) > 0;
}
