import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { CountersignError, conflict, forbidden, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { type NewAccessRequest, newAccessRequest } from './schema.ts';

/** More than this at once is not read by anybody. */
const pendingPerAgentMax = 20;

/**
 * Asks for a grant: an agent for itself, or its owner. The same again, while it waits, is the same
 * request (`joined`).
 */
export async function requestAccess(
  context: Context,
  input: NewAccessRequest,
): Promise<{ readonly id: string; readonly joined: boolean }> {
  const wanted = parseInput(newAccessRequest, input);
  const actions = [...new Set(wanted.actions)].sort();
  const scope = [...new Set(wanted.scope)].sort();
  const { actor, clock } = context;
  return transaction(context.db, async (tx) => {
    const names = await partiesOf(tx, context, wanted.agentId, wanted.resourceId);
    const waiting = await tx.accessRequest.findMany({ where: { agentId: wanted.agentId, state: 'pending' } });
    const same = waiting.find(
      (one) =>
        one.resourceId === wanted.resourceId &&
        one.durationSeconds === wanted.durationSeconds &&
        one.actions.join() === actions.join() &&
        JSON.stringify(one.scope) === JSON.stringify(scope),
    );
    if (same) return { id: same.id, joined: true };
    if (waiting.length >= pendingPerAgentMax) {
      throw new CountersignError(
        'limit',
        `${waiting.length} requests of ${names.agent} wait already; ask again when some are decided.`,
      );
    }
    const now = clock.now();
    const id = newId('accessRequest', now);
    await tx.accessRequest.create({
      data: {
        id,
        ...wanted,
        actions,
        scope,
        requestedById: actor.kind === 'person' ? actor.id : null,
        requestedByKind: actor.kind,
        createdAt: now,
      },
    });
    await appendEntry(tx, {
      actor,
      action: 'access-request.filed',
      subject: { kind: 'access-request', id },
      summary: `${actor.name} asked for ${actions.join(', ')} on ${names.resource} for ${names.agent}`,
      payload: { ...wanted, actions, scope },
      at: now,
    });
    await notify(tx, { kind: 'access-request', id, state: 'pending' });
    return { id, joined: false };
  });
}

/** Locks the agent's row, so that two equal requests at once become one. */
async function partiesOf(tx: Tx, { actor }: Context, agentId: string, resourceId: string) {
  const [agent] = await tx.$queryRaw<{ name: string; state: string; owner_id: string | null }[]>`
    SELECT name, state, owner_id FROM agent WHERE id = ${agentId} FOR NO KEY UPDATE`;
  if (actor.kind === 'agent') {
    if (actor.id !== agentId) throw forbidden('An agent asks for itself only.');
  } else {
    const own = agent?.owner_id != null && actor.kind === 'person' && agent.owner_id === actor.id;
    requirePermission(actor, 'access.request', { own });
  }
  if (agent === undefined) throw notFound('There is no such agent.');
  if (agent.state !== 'active') throw conflict(`${agent.name} is ${agent.state}; it can ask for nothing.`);
  const resource = await tx.resource.findFirst({
    where: { id: resourceId, endedAt: null },
    select: { name: true },
  });
  if (resource === null) throw notFound('There is no such resource.');
  return { agent: agent.name, resource: resource.name };
}
