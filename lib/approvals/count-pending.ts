import type { Context } from '#lib/auth/context';
import type { PendingCount } from './model.ts';
import { decidableBy, visibleTo } from './visible.ts';

/** How many wait, and how many of them for this person. */
export async function countPending(
  context: Context,
  of: { readonly agentId?: string | undefined; readonly resourceId?: string | undefined } = {},
): Promise<PendingCount> {
  const mine = await decidableBy(context.db, context.actor, context.clock.now());
  const [counted] = await context.db.$queryRaw<{ pending: bigint; mine: bigint }[]>`
    SELECT count(*) AS pending, count(*) FILTER (WHERE ${mine}) AS mine
    FROM approval_request r JOIN agent a ON a.id = r.agent_id
    WHERE ${visibleTo(context.actor)} AND r.state = 'pending' AND r.expires_at > ${context.clock.now()}
      AND (${of.agentId ?? null}::text IS NULL OR r.agent_id = ${of.agentId ?? null})
      AND (${of.resourceId ?? null}::text IS NULL OR r.resource_id = ${of.resourceId ?? null})`;
  return { pending: Number(counted?.pending ?? 0), mine: Number(counted?.mine ?? 0) };
}
