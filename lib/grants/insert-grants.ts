import type { Context } from '#lib/auth/context';
import { type CountersignError, conflict, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { appendEntries, type NewEntry } from '#lib/ledger/append';
import type { newGrant } from './schema.ts';
import { termsOf } from './terms.ts';

export type GrantToInsert = ReturnType<typeof newGrant.parse> & {
  readonly managedBy: string;
  readonly replacesId?: string;
};

/** Writes the grant and its entry in the caller's transaction, after the caller checked who may. */
export async function insertGrant(tx: Tx, context: Context, grant: GrantToInsert): Promise<string> {
  const [made] = await insertGrants(tx, context, [grant]);
  if (typeof made === 'string') return made;
  throw made ?? invalid('There is no grant to give.');
}

/** The same for many: for each its id, or why it can't be given. */
export async function insertGrants(
  tx: Tx,
  context: Context,
  grants: readonly GrantToInsert[],
): Promise<readonly (string | CountersignError)[]> {
  const now = context.clock.now();
  const parties = await lockParties(tx, grants);
  const twins = await twinsOf(tx, grants, now);
  const made: Made[] = [];
  const results = grants.map((grant) => {
    const startsAt = grant.startsAt ?? now;
    const refusal = endRefusal(grant, startsAt, now) ?? parties.refusal(grant) ?? twinRefusal(grant);
    if (refusal) return refusal;
    const id = newId('grant', now);
    made.push({ id, grant, startsAt });
    twins.set(termsKey(grant), id);
    return id;
  });
  function twinRefusal(grant: GrantToInsert): CountersignError | null {
    const twin = twins.get(termsKey(grant));
    if (twin === undefined) return null;
    return conflict(`${parties.agentName(grant)} has exactly this grant already (${twin}).`);
  }
  await tx.grant.createMany({ data: made.map((one) => rowOf(one, context, now)) });
  await appendEntries(
    tx,
    made.map((one) => entryOf(one, context, parties, now)),
  );
  return results;
}

interface Made {
  readonly id: string;
  readonly grant: GrantToInsert;
  readonly startsAt: Date;
}

function rowOf({ id, grant, startsAt }: Made, { actor }: Context, now: Date) {
  return {
    id,
    agentId: grant.agentId,
    resourceId: grant.resourceId,
    actions: [...new Set(grant.actions)],
    scope: [...new Set(grant.scope)],
    reason: grant.reason,
    createdById: actor.kind === 'person' ? actor.id : null,
    createdByKind: actor.kind === 'person' || actor.kind === 'sandbox' ? actor.kind : 'job',
    startsAt,
    endsAt: grant.endsAt,
    replacesId: grant.replacesId ?? null,
    requestId: grant.requestId ?? null,
    managedBy: grant.managedBy,
    createdAt: now,
  };
}

function entryOf({ id, grant, startsAt }: Made, { actor }: Context, parties: Parties, now: Date): NewEntry {
  const agent = parties.agentName(grant);
  const resource = parties.resourceName(grant);
  return {
    actor,
    action: 'grant.created',
    subject: { kind: 'grant', id },
    summary: `${actor.name} granted ${agent} ${grant.actions.join(', ')} on ${resource}`,
    payload: {
      ...termsOf({ ...grant, startsAt }),
      agent,
      resource,
      replaces: grant.replacesId,
      request: grant.requestId,
    },
    at: now,
  };
}

function endRefusal(grant: GrantToInsert, startsAt: Date, now: Date): CountersignError | null {
  if (grant.endsAt === null || grant.endsAt > (startsAt > now ? startsAt : now)) return null;
  return invalid('The grant would end before it starts.', [
    { at: 'endsAt', message: 'is not after the start' },
  ]);
}

interface Parties {
  refusal(grant: GrantToInsert): CountersignError | null;
  agentName(grant: GrantToInsert): string;
  resourceName(grant: GrantToInsert): string;
}

/** Two identical grants can't be made side by side: whoever comes second waits for the agent's row. */
async function lockParties(tx: Tx, grants: readonly GrantToInsert[]): Promise<Parties> {
  const agentIds = [...new Set(grants.map(({ agentId }) => agentId))];
  const resourceIds = [...new Set(grants.map(({ resourceId }) => resourceId))];
  const agents = await tx.$queryRaw<{ id: string; name: string; state: string }[]>`
    SELECT id, name, state FROM agent WHERE id = ANY(${agentIds}) ORDER BY id FOR NO KEY UPDATE`;
  const resources = await tx.$queryRaw<{ id: string; name: string; ended: boolean }[]>`
    SELECT id, name, ended_at IS NOT NULL AS ended FROM resource WHERE id = ANY(${resourceIds})
    ORDER BY id FOR SHARE`;
  const agentOf = new Map(agents.map((agent) => [agent.id, agent]));
  const resourceOf = new Map(resources.map((resource) => [resource.id, resource]));
  return {
    refusal({ agentId, resourceId }) {
      const agent = agentOf.get(agentId);
      if (agent === undefined) return notFound('There is no such agent.');
      if (agent.state === 'ended') return conflict(`${agent.name} has ended; it can get no grants.`);
      const resource = resourceOf.get(resourceId);
      if (resource === undefined) return notFound('There is no such resource.');
      if (resource.ended) return conflict(`${resource.name} has ended; nobody can be granted it.`);
      return null;
    },
    agentName: ({ agentId }) => agentOf.get(agentId)?.name ?? agentId,
    resourceName: ({ resourceId }) => resourceOf.get(resourceId)?.name ?? resourceId,
  };
}

interface Terms {
  readonly agentId: string;
  readonly resourceId: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
}

/** Active grants made here, of the same agents on the same resources, by their terms. */
async function twinsOf(tx: Tx, grants: readonly GrantToInsert[], now: Date): Promise<Map<string, string>> {
  const scopes = [...new Set(grants.flatMap(({ scope }) => scope))];
  const found = await tx.$queryRaw<(Terms & { id: string })[]>`
    SELECT id, agent_id AS "agentId", resource_id AS "resourceId", actions, scope FROM access_grant
    WHERE state = 'active' AND source = 'countersign' AND (ends_at IS NULL OR ends_at > ${now}) AND scope && ${scopes}::text[]
      AND (agent_id, resource_id) IN (
        SELECT * FROM unnest(${grants.map(({ agentId }) => agentId)}::text[],
                             ${grants.map(({ resourceId }) => resourceId)}::text[]))`;
  return new Map(found.map((grant) => [termsKey(grant), grant.id]));
}

function termsKey({ agentId, resourceId, actions, scope }: Terms): string {
  const set = (values: readonly string[]) => [...new Set(values)].sort();
  return JSON.stringify([agentId, resourceId, set(actions), set(scope)]);
}
