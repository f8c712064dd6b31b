import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import { Prisma } from '#lib/db/generated/client';
import { answeredBy, reviewedBy } from '#lib/resources/index';

/** Agents and resources whose statements a person may see; `all` needs no filter. */
export type StatementScope =
  | 'all'
  | { readonly agentIds: readonly string[]; readonly resourceIds: readonly string[] };

export async function statementScope({ db, actor }: Context): Promise<StatementScope> {
  if (actor.kind !== 'person') throw forbidden('Only people read this.');
  const relations = relationsFor(actor, 'session.list');
  if (relations.has('all')) return 'all';
  const agentOf: Prisma.AgentWhereInput[] = [
    ...(relations.has('own') ? [{ ownerId: actor.id }] : []),
    ...(relations.has('assigned') ? [{ grants: { some: { items: { some: reviewedBy(actor.id) } } } }] : []),
  ];
  const resourceOf: Prisma.ResourceWhereInput[] = [
    ...(relations.has('own') ? [{ ownerId: actor.id }] : []),
    ...(relations.has('groups') ? [await answeredBy(db, actor.groupIds)] : []),
  ];
  const [agents, resources] = await Promise.all([
    db.agent.findMany({ where: { OR: agentOf }, select: { id: true } }),
    db.resource.findMany({ where: { OR: resourceOf }, select: { id: true } }),
  ]);
  return { agentIds: agents.map(({ id }) => id), resourceIds: resources.map(({ id }) => id) };
}

export function withinScope(scope: StatementScope): readonly Prisma.Sql[] {
  if (scope === 'all') return [];
  return [
    Prisma.sql`(agent_id = ANY(${[...scope.agentIds]}::text[]) OR resource_id = ANY(${[...scope.resourceIds]}::text[]))`,
  ];
}

/** Agents that ever ran a session while this person owned them. */
export async function agentsEverOwnedBy({ db }: Context, personId: string): Promise<readonly string[]> {
  const found = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM agent a
    WHERE EXISTS (SELECT 1 FROM session s WHERE s.owner_id = ${personId} AND s.agent_id = a.id)`;
  return found.map(({ id }) => id);
}
