import type { Context } from '#lib/auth/context';
import { conflict } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { appendEntry } from '#lib/ledger/append';
import { insertGrant } from './insert-grants.ts';
import { grantActions } from './schema.ts';

/**
 * The same access with another reason or end, in the caller's transaction: the old grant is
 * replaced, nothing is cut, and whoever acts is the new one's creator.
 */
export async function replaceGrant(
  tx: Tx,
  context: Context,
  grantId: string,
  terms: { readonly reason: string; readonly endsAt: Date | null },
): Promise<string> {
  const { actor, clock } = context;
  const now = clock.now();
  const [old] = await tx.grant.updateManyAndReturn({
    where: { id: grantId, state: 'active', source: 'countersign' },
    data: { state: 'replaced', stateAt: now, stateReason: 'its reason or end changed' },
  });
  if (old === undefined) throw conflict('The grant is no longer active.');
  await appendEntry(tx, {
    actor,
    action: 'grant.ended',
    subject: { kind: 'grant', id: grantId },
    summary: `${actor.name} replaced a grant by one with another reason or end`,
    payload: { reason: old.reason, endsAt: old.endsAt?.toISOString() ?? null },
    at: now,
  });
  const id = await insertGrant(tx, context, {
    agentId: old.agentId,
    resourceId: old.resourceId,
    actions: grantActions.parse(old.actions),
    scope: old.scope,
    reason: terms.reason,
    startsAt: now,
    endsAt: terms.endsAt,
    ...(old.requestId === null ? {} : { requestId: old.requestId }),
    managedBy: old.managedBy,
    replacesId: grantId,
  });
  // Sessions go on under the new one: what revokes it finds and cuts them.
  await tx.$executeRaw`
    UPDATE session SET grant_ids = array_replace(grant_ids, ${grantId}, ${id})
    WHERE state = 'live' AND grant_ids @> ARRAY[${grantId}]`;
  return id;
}
