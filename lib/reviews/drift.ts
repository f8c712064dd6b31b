import type { Context } from '#lib/auth/context';
import type { Tx } from '#lib/db/client';
import type { CampaignScope, DriftView } from './model.ts';
import { isPrivileged } from './rules.ts';
import { requireVisibleCampaign } from './visible.ts';

const shownMax = 1_000;

/** What changed since launch, newest first; the snapshot itself never changes. */
export async function driftOf(context: Context, campaignId: string): Promise<readonly DriftView[]> {
  await requireVisibleCampaign(context, campaignId);
  return driftIn(context.db, campaignId, null);
}

/** What was seen and stored, also when it is no longer so, and what is so now: all items, or one. */
export async function driftIn(tx: Tx, campaignId: string, itemId: string | null): Promise<DriftView[]> {
  const stored = await tx.drift.findMany({
    where: { campaignId, ...(itemId === null ? {} : { itemId }) },
    orderBy: { at: 'desc' },
    take: shownMax,
    select: { itemId: true, kind: true, summary: true, at: true },
  });
  const key = (one: Pick<DriftView, 'itemId' | 'kind' | 'summary'>) =>
    JSON.stringify([one.itemId, one.kind, one.summary]);
  const seen = new Set(stored.map((one) => key(one as DriftView)));
  const fresh = (await driftNow(tx, campaignId, itemId)).filter((one) => !seen.has(key(one)));
  return [...(stored as DriftView[]), ...fresh]
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, shownMax);
}

/** Reads today's grants, agents and resources against the snapshot: all items, or one. */
export async function driftNow(tx: Tx, campaignId: string, itemId: string | null): Promise<DriftView[]> {
  const campaign = await tx.campaign.findUnique({ where: { id: campaignId } });
  if (!campaign?.launchedAt) return [];
  const changed = await tx.$queryRaw<DriftView[]>`
    SELECT i.id AS "itemId", d.kind, d.summary, d.at
    FROM campaign_item i
    JOIN access_grant g ON g.id = i.grant_id
    JOIN agent a ON a.id = g.agent_id
    JOIN resource r ON r.id = g.resource_id
    CROSS JOIN LATERAL (
      SELECT 'grant-ended' AS kind, 'The grant is ' || g.state || ' now, outside this review.' AS summary,
        coalesce(g.state_at, now()) AS at
      WHERE g.state <> 'active' AND NOT EXISTS (SELECT 1 FROM removal m WHERE m.grant_id = g.id)
      UNION ALL
      SELECT 'grant-ended', 'The grant reached its end.', g.ends_at
      WHERE g.state = 'active' AND g.ends_at <= now()
      UNION ALL
      SELECT 'agent-changed', 'The agent is ' || a.state || ' now.', coalesce(a.suspended_at, now())
      WHERE a.state <> i.grant_snapshot #>> '{agent,state}'
      UNION ALL
      SELECT 'owner-changed', 'The agent has another owner now.', now()
      WHERE a.owner_id IS DISTINCT FROM i.grant_snapshot #>> '{agent,owner,id}'
      UNION ALL
      SELECT 'resource-owner-changed', 'The resource has another technical owner now.', now()
      WHERE r.owner_id IS DISTINCT FROM i.grant_snapshot #>> '{resource,owner,id}'
    ) d
    WHERE i.campaign_id = ${campaignId} AND (${itemId}::text IS NULL OR i.id = ${itemId})
    ORDER BY d.at DESC, i.position LIMIT ${shownMax}`;
  if (itemId !== null) return changed;
  const scope = campaign.scope as unknown as CampaignScope;
  const found = await tx.$queryRaw<(DriftView & { actions: string[]; environment: string })[]>`
    SELECT NULL AS "itemId", 'grant-new' AS kind,
      a.name || ' got a new grant on ' || r.name || ' after the launch.' AS summary, g.created_at AS at,
      g.actions, r.environment
    FROM access_grant g JOIN agent a ON a.id = g.agent_id JOIN resource r ON r.id = g.resource_id
    WHERE g.created_at > ${campaign.launchedAt}
      AND NOT EXISTS (SELECT 1 FROM removal m WHERE m.new_grant_id = g.id)
      AND (${scope.agentIds}::text[] IS NULL OR g.agent_id = ANY (${scope.agentIds}))
      AND (${scope.resourceIds}::text[] IS NULL OR g.resource_id = ANY (${scope.resourceIds}))
      AND (${scope.environments}::text[] IS NULL OR r.environment = ANY (${scope.environments}))
      AND (${scope.sources}::text[] IS NULL OR g.source = ANY (${scope.sources}))
    ORDER BY g.created_at DESC LIMIT ${shownMax}`;
  const added = found
    .filter((one) => !scope.privilegedOnly || isPrivileged(one.actions, one.environment))
    .map(({ itemId, kind, summary, at }) => ({ itemId, kind, summary, at }));
  return [...added, ...changed].sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, shownMax);
}
