import type { Context } from '#lib/auth/context';
import { conflict, invalid } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { requireMayRemove } from './may-remove.ts';
import { whyNotActive } from './revoke-grant.ts';
import { type Reduction, reduction } from './schema.ts';
import { scopeWithin } from './scope.ts';
import { termsOf } from './terms.ts';

/**
 * A narrower grant takes its place, in one transaction: at no moment are both or neither there. It
 * keeps creator, reason and end, so that nobody becomes the creator of what they review. Wider is
 * `invalid`, the same again a `conflict`.
 */
export async function reduceGrant(context: Context, input: Reduction): Promise<{ id: string }> {
  const { grantId, actions, scope, reason } = parseInput(reduction, input);
  const { actor, clock } = context;
  const now = clock.now();
  return transaction(context.db, async (tx) => {
    await requireMayRemove(tx, actor, grantId);
    const [old] = await tx.grant.updateManyAndReturn({
      where: { id: grantId, state: 'active', source: 'countersign' },
      data: {
        state: 'replaced',
        stateAt: now,
        stateReason: reason,
        revokedById: actor.kind === 'person' ? actor.id : null,
      },
      include: { agent: { select: { name: true } }, resource: { select: { name: true } } },
    });
    if (old === undefined) throw await whyNotActive(tx, grantId);
    if (!actions.every((action) => old.actions.includes(action)) || !scopeWithin(scope, old.scope)) {
      throw invalid('The reduced grant would allow more than the grant does; it can only be narrower.');
    }
    if (
      old.actions.every((action) => actions.some((kept) => kept === action)) &&
      scopeWithin(old.scope, scope)
    ) {
      throw conflict('That is the grant as it stands; there is nothing to reduce.');
    }
    if (old.endsAt !== null && old.endsAt <= now) throw conflict('The grant has reached its end.');
    const id = newId('grant', now);
    const terms = { ...old, actions: [...new Set(actions)], scope: [...new Set(scope)], startsAt: now };
    await tx.grant.create({
      data: {
        id,
        agentId: old.agentId,
        resourceId: old.resourceId,
        actions: terms.actions,
        scope: terms.scope,
        reason: old.reason,
        source: old.source,
        createdById: old.createdById,
        createdByKind: old.createdByKind,
        startsAt: now,
        endsAt: old.endsAt,
        replacesId: grantId,
        requestId: old.requestId,
        managedBy: old.managedBy,
        createdAt: now,
      },
    });
    await appendEntry(tx, {
      actor,
      action: 'grant.reduced',
      subject: { kind: 'grant', id: grantId },
      summary: `${actor.name} reduced ${old.agent.name}'s grant on ${old.resource.name} to ${actions.join(', ')} on ${scope.join(', ')}`,
      payload: { reason, replacedBy: id, before: termsOf(old), after: termsOf(terms) },
      at: now,
    });
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}
