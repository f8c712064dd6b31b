import type { Context } from '#lib/auth/context';
import type { AgentState } from './model.ts';
import { agentsVisibleTo } from './visible.ts';

const namesMax = 200;

/** Names of agents to choose from, that the actor may see: one query, at most 200. */
export async function agentNames(
  { db, actor }: Context,
  filter: { readonly state?: AgentState; readonly ownerId?: string } = {},
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const visible = await agentsVisibleTo(db, actor, 'access.read');
  return db.agent.findMany({
    where: { AND: [visible === 'all' ? {} : visible, filter] },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
    take: namesMax,
  });
}
