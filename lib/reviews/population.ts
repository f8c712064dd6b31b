import type { Tx } from '#lib/db/client';
import type { GrantSource } from '#lib/grants/model';
import type { Action } from '#lib/policies/model';
import type { CampaignScope, GrantSnapshot, PersonSnapshot, ReviewerRules } from './model.ts';
import type { RoutingPeople } from './routing.ts';
import { isPrivileged } from './rules.ts';

/**
 * Every grant that gives access at `$1`, inside the scope ($2 agents, $3 resources, $4 environments,
 * $5 sources; null: all). The text is part of the snapshot's record.
 */
export const populationQuery = `
SELECT g.id, g.actions, g.scope, g.reason, g.source, g.created_by_kind, g.created_at, g.starts_at, g.ends_at,
  g.replaces_id, a.id AS agent_id, a.name AS agent, a.state AS agent_state,
  r.id AS resource_id, r.name AS resource, r.kind, r.environment,
  ao.id AS agent_owner_id, ao.name AS agent_owner, ao.left_at IS NOT NULL AS agent_owner_left,
  sp.id AS sponsor_id, sp.name AS sponsor, sp.left_at IS NOT NULL AS sponsor_left,
  ro.id AS resource_owner_id, ro.name AS resource_owner, ro.left_at IS NOT NULL AS resource_owner_left,
  cb.id AS creator_id, cb.name AS creator, cb.left_at IS NOT NULL AS creator_left,
  rq.id AS requester_id, rq.name AS requester, rq.left_at IS NOT NULL AS requester_left
FROM access_grant g
JOIN agent a ON a.id = g.agent_id
JOIN resource r ON r.id = g.resource_id
LEFT JOIN person ao ON ao.id = a.owner_id
LEFT JOIN person sp ON sp.id = a.sponsor_id
LEFT JOIN person ro ON ro.id = r.owner_id
LEFT JOIN person cb ON cb.id = g.created_by_id
LEFT JOIN access_request q ON q.id = g.request_id
LEFT JOIN person rq ON rq.id = q.requested_by_id
WHERE g.state = 'active' AND g.starts_at <= $1 AND (g.ends_at IS NULL OR g.ends_at > $1)
  AND ($2::text[] IS NULL OR g.agent_id = ANY ($2))
  AND ($3::text[] IS NULL OR g.resource_id = ANY ($3))
  AND ($4::text[] IS NULL OR r.environment = ANY ($4))
  AND ($5::text[] IS NULL OR g.source = ANY ($5))
ORDER BY g.id`;

interface Row {
  id: string;
  actions: Action[];
  scope: string[];
  reason: string;
  source: GrantSource;
  created_by_kind: string;
  created_at: Date;
  starts_at: Date;
  ends_at: Date | null;
  replaces_id: string | null;
  agent_id: string;
  agent: string;
  agent_state: string;
  resource_id: string;
  resource: string;
  kind: string;
  environment: string;
  agent_owner_id: string | null;
  agent_owner: string | null;
  agent_owner_left: boolean;
  sponsor_id: string | null;
  sponsor: string | null;
  sponsor_left: boolean;
  resource_owner_id: string | null;
  resource_owner: string | null;
  resource_owner_left: boolean;
  creator_id: string | null;
  creator: string | null;
  creator_left: boolean;
  requester_id: string | null;
  requester: string | null;
  requester_left: boolean;
}

/** The grants in scope at `at`, each as a snapshot keeps it. */
export async function populationOf(
  tx: Tx,
  scope: CampaignScope,
  at: Date,
): Promise<readonly GrantSnapshot[]> {
  const rows = await tx.$queryRawUnsafe<Row[]>(
    populationQuery,
    at,
    scope.agentIds,
    scope.resourceIds,
    scope.environments,
    scope.sources,
  );
  const grants = rows.map(snapshotOf);
  if (!scope.privilegedOnly) return grants;
  return grants.filter((grant) => isPrivileged(grant.actions, grant.resource.environment));
}

function snapshotOf(row: Row): GrantSnapshot {
  return {
    id: row.id,
    actions: row.actions,
    scope: row.scope,
    endsAt: row.ends_at?.toISOString() ?? null,
    agent: {
      id: row.agent_id,
      name: row.agent,
      state: row.agent_state,
      owner: personOf(row.agent_owner_id, row.agent_owner, row.agent_owner_left),
      sponsor: personOf(row.sponsor_id, row.sponsor, row.sponsor_left),
    },
    resource: {
      id: row.resource_id,
      name: row.resource,
      kind: row.kind,
      environment: row.environment,
      owner: personOf(row.resource_owner_id, row.resource_owner, row.resource_owner_left),
    },
    reason: row.reason,
    source: row.source,
    createdBy: personOf(row.creator_id, row.creator, row.creator_left),
    createdByKind: row.created_by_kind,
    requestedBy: personOf(row.requester_id, row.requester, row.requester_left),
    createdAt: row.created_at.toISOString(),
    startsAt: row.starts_at.toISOString(),
    replacesId: row.replaces_id,
  };
}

function personOf(id: string | null, name: string | null, left: boolean): PersonSnapshot | null {
  return id === null ? null : { id, name: name ?? id, left };
}

/** The people whom the rules name. An unknown group has no members: that shows as a conflict. */
export async function routingPeople(tx: Tx, rules: ReviewerRules): Promise<RoutingPeople> {
  const members = await tx.groupPerson.findMany({
    where: { group: { name: rules.securityGroup } },
    select: { person: true },
    orderBy: { personId: 'asc' },
  });
  const fallback = rules.fallbackPersonId
    ? await tx.person.findUnique({ where: { id: rules.fallbackPersonId } })
    : null;
  return {
    security: members.map(({ person }) => ({
      id: person.id,
      name: person.name,
      left: person.leftAt !== null,
    })),
    fallback: fallback && { id: fallback.id, name: fallback.name, left: fallback.leftAt !== null },
  };
}
