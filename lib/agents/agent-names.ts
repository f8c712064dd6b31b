import type { Context } from '#lib/auth/context';
import type { AgentState } from './model.ts';
import { agentsVisibleTo } from './visible.ts';

const namesMax = 200;

/** Names of agents to choose from, that the actor may see: one query, at most 200; with `ids` those. */
export async function agentNames(
  { db, actor }: Context,
  filter: { readonly state?: AgentState; readonly ownerId?: string; readonly ids?: readonly string[] } = {},
): Promise<readonly { readonly id: string; readonly name: string; readonly ended: boolean }[]> {
  const { ids, ...rest } = filter;
  const visible = await agentsVisibleTo(db, actor, 'access.read');
  const found = await db.agent.findMany({
    where: { AND: [visible === 'all' ? {} : visible, rest, ids ? { id: { in: [...ids] } } : {}] },
    select: { id: true, name: true, state: true },
    orderBy: { name: 'asc' },
    take: ids ? ids.length : namesMax,
  });
  return found.map(({ id, name, state }) => ({ id, name, ended: state === 'ended' }));
}
