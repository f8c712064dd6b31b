import { cancelOpenRequests } from '#lib/approvals/index';
import type { Context } from '#lib/auth/context';
import { conflict, isCountersignError, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { orderCut } from '#lib/sessions/index';
import { requireMayRemove } from './may-remove.ts';
import type { BulkResult } from './model.ts';
import { type BulkRevocation, bulkRevocation, type Revocation, revocation } from './schema.ts';

/** Takes a grant away now; live sessions that lean on it are cut. */
export async function revokeGrant(context: Context, input: Revocation): Promise<{ cutId: string }> {
  const { grantId, reason } = parseInput(revocation, input);
  return transaction(context.db, async (tx) => {
    await requireMayRemove(tx, context.actor, grantId);
    const cutId = await revokeIn(tx, context, grantId, reason);
    await notify(tx, { kind: 'access-changed' });
    return { cutId };
  });
}

/** Each on its own: one that was revoked meanwhile does not keep the others. */
export async function revokeGrants(context: Context, input: BulkRevocation): Promise<readonly BulkResult[]> {
  const { grantIds, reason } = parseInput(bulkRevocation, input);
  const results: BulkResult[] = [];
  for (const grantId of grantIds) {
    try {
      const { cutId } = await revokeGrant(context, { grantId, reason });
      results.push({ grantId, ok: true, cutId, message: null });
    } catch (error) {
      if (!isCountersignError(error)) throw error;
      results.push({ grantId, ok: false, cutId: null, message: error.message });
    }
  }
  return results;
}

/** Revokes in the caller's transaction, after the caller checked who may. */
export async function revokeIn(tx: Tx, context: Context, grantId: string, reason: string): Promise<string> {
  const { actor, clock } = context;
  const now = clock.now();
  const changed = await tx.grant.updateManyAndReturn({
    where: { id: grantId, state: 'active' },
    data: {
      state: 'revoked',
      stateAt: now,
      stateReason: reason,
      revokedById: actor.kind === 'person' ? actor.id : null,
    },
    include: { agent: { select: { name: true } }, resource: { select: { name: true } } },
  });
  const grant = changed[0];
  if (grant === undefined) {
    const known = await tx.grant.findUnique({ where: { id: grantId }, select: { state: true } });
    throw known ? conflict(`The grant is ${known.state} already.`) : notFound('There is no such grant.');
  }
  const cutId = await orderCut(tx, {
    subjectKind: 'grant',
    subjectId: grantId,
    reason: `the grant was revoked by ${actor.name}: ${reason}`,
  });
  await cancelLeftAlone(tx, context, grant.agentId, grant.resourceId, 'the grant was revoked');
  await appendEntry(tx, {
    actor,
    action: 'grant.revoked',
    subject: { kind: 'grant', id: grantId },
    summary: `${actor.name} revoked ${grant.agent.name}'s ${grant.actions.join(', ')} on ${grant.resource.name}`,
    payload: { reason, cutId, agentId: grant.agentId, resourceId: grant.resourceId },
    at: now,
  });
  return cutId;
}

/** With the last grant gone, nobody needs to answer what the agent asked there. */
export async function cancelLeftAlone(
  tx: Tx,
  context: Context,
  agentId: string,
  resourceId: string,
  reason: string,
): Promise<void> {
  const others = await tx.grant.count({ where: { agentId, resourceId, state: 'active' } });
  if (others === 0) await cancelOpenRequests(tx, context, { agentId, resourceId }, reason);
}
