import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { type NewGrant, newGrant } from './schema.ts';
import { termsOf } from './terms.ts';

/** Gives an agent access to a resource; whoever calls is its creator, who may not review it. */
export async function createGrant(context: Context, input: NewGrant): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const grant = parseInput(newGrant, input);
  return transaction(context.db, async (tx) => {
    const id = await insertGrant(tx, context, { ...grant, managedBy: 'page' });
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}

export type GrantToInsert = ReturnType<typeof newGrant.parse> & {
  readonly managedBy: string;
  readonly replacesId?: string;
};

/** Writes the grant and its entry in the caller's transaction, after the caller checked who may. */
export async function insertGrant(tx: Tx, context: Context, grant: GrantToInsert): Promise<string> {
  const { actor, clock } = context;
  const now = clock.now();
  const startsAt = grant.startsAt ?? now;
  if (grant.endsAt !== null && grant.endsAt <= (startsAt > now ? startsAt : now)) {
    throw invalid('The grant would end before it starts.', [
      { at: 'endsAt', message: 'is not after the start' },
    ]);
  }
  const names = await lockParties(tx, grant.agentId, grant.resourceId);
  const twin = await tx.grant.findFirst({
    where: {
      agentId: grant.agentId,
      resourceId: grant.resourceId,
      state: 'active',
      AND: [
        { actions: { hasEvery: grant.actions } },
        { scope: { hasEvery: grant.scope } },
        { OR: [{ endsAt: null }, { endsAt: { gt: now } }] },
      ],
    },
    select: { id: true, actions: true, scope: true },
  });
  const same =
    twin && twin.actions.length === grant.actions.length && twin.scope.length === grant.scope.length;
  if (same) throw conflict(`${names.agent} has exactly this grant already (${twin.id}).`);
  const id = newId('grant', now);
  await tx.grant.create({
    data: {
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
    },
  });
  await appendEntry(tx, {
    actor,
    action: 'grant.created',
    subject: { kind: 'grant', id },
    summary: `${actor.name} granted ${names.agent} ${grant.actions.join(', ')} on ${names.resource}`,
    payload: {
      ...termsOf({ ...grant, startsAt }),
      agent: names.agent,
      resource: names.resource,
      replaces: grant.replacesId,
      request: grant.requestId,
    },
    at: now,
  });
  return id;
}

/** Two identical grants can't be made side by side: whoever comes second waits for the agent's row. */
async function lockParties(tx: Tx, agentId: string, resourceId: string) {
  const [agent] = await tx.$queryRaw<{ name: string; state: string }[]>`
    SELECT name, state FROM agent WHERE id = ${agentId} FOR NO KEY UPDATE`;
  if (agent === undefined) throw notFound('There is no such agent.');
  if (agent.state === 'ended') throw conflict(`${agent.name} has ended; it can get no grants.`);
  const [resource] = await tx.$queryRaw<{ name: string; ended: boolean }[]>`
    SELECT name, ended_at IS NOT NULL AS ended FROM resource WHERE id = ${resourceId} FOR SHARE`;
  if (resource === undefined) throw notFound('There is no such resource.');
  if (resource.ended) throw conflict(`${resource.name} has ended; nobody can be granted it.`);
  return { agent: agent.name, resource: resource.name };
}
