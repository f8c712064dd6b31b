import type { Tx } from '#lib/db/client';
import type { ItemState } from './model.ts';

export interface LiveGrant {
  readonly id: string;
  readonly state: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  readonly agentId: string;
  readonly resourceId: string;
  readonly source: string;
}

/**
 * The grant of an item as it stands now: itself, or what replaced it since (reduced by a decision or
 * by an admin). The last of the chain, whether active or not.
 */
export async function liveGrantOf(tx: Tx, grantId: string): Promise<LiveGrant | null> {
  const [found] = await tx.$queryRaw<
    {
      id: string;
      state: string;
      actions: string[];
      scope: string[];
      agent_id: string;
      resource_id: string;
      source: string;
    }[]
  >`
    WITH RECURSIVE chain AS (
      SELECT g.*, 0 AS depth FROM access_grant g WHERE g.id = ${grantId}
      UNION ALL
      SELECT n.*, c.depth + 1 FROM access_grant n JOIN chain c ON n.replaces_id = c.id WHERE c.depth < 1000)
    SELECT id, state, actions, scope, agent_id, resource_id, source FROM chain
    ORDER BY (state = 'active') DESC, depth DESC LIMIT 1`;
  if (!found) return null;
  return { ...found, agentId: found.agent_id, resourceId: found.resource_id };
}

/** What a removal leaves to decide: nothing after a revoke, only a revoke after a reduce. */
export function grantMoved(state: ItemState): string | null {
  return state === 'revoked'
    ? 'The grant was revoked by this review; there is nothing left to decide.'
    : null;
}
