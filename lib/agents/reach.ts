import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import { permissionUsage } from '#lib/usage/index';
import type { AgentReach } from './model.ts';
import { agentsVisibleTo } from './visible.ts';

const days = 90;

/** What the agent's active grants reach, used and unused told apart over the last 90 days. */
export async function agentReach(context: Context, agentId: string): Promise<AgentReach> {
  const { db, actor, clock } = context;
  const visible = await agentsVisibleTo(db, actor, 'access.read');
  const agent = await db.agent.findFirst({
    where: { AND: [{ id: agentId }, visible === 'all' ? {} : visible] },
    include: { grants: { where: { state: 'active' }, include: { resource: true } } },
  });
  if (agent === null) throw notFound('There is no such agent.');
  const to = clock.now();
  const range = { from: new Date(to.getTime() - days * 86_400_000), to };
  const resources = new Map<string, { id: string; name: string; environment: string; objects: ObjectMap }>();
  for (const grant of agent.grants) {
    const { id, name, environment } = grant.resource;
    const reached = resources.get(id) ?? { id, name, environment, objects: new Map() };
    resources.set(id, reached);
    for (const row of await permissionUsage(db, grant, range)) {
      const actions = reached.objects.get(row.object) ?? new Map();
      reached.objects.set(row.object, actions);
      const before = actions.get(row.action) ?? { action: row.action, uses: 0, lastAt: null };
      // Several grants may cover one use: it is counted once.
      const newer = before.lastAt !== null && row.lastAt !== null && before.lastAt > row.lastAt;
      const lastAt = newer ? before.lastAt : (row.lastAt ?? before.lastAt);
      actions.set(row.action, { action: row.action, uses: Math.max(before.uses, row.used), lastAt });
    }
  }
  return {
    resources: [...resources.values()].map(({ objects, ...resource }) => ({
      ...resource,
      objects: [...objects].map(([object, actions]) => ({ object, actions: [...actions.values()] })),
    })),
  };
}

type ObjectMap = Map<string, Map<string, { action: string; uses: number; lastAt: Date | null }>>;
