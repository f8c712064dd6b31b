import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { orderCut } from '#lib/sessions/index';
import { cancelLeftAlone } from './revoke-grant.ts';

const batchGrants = 100;

/**
 * A job's: active grants whose end has come are ended, their sessions cut. Returns how many. What was
 * imported is ended by a reading alone.
 */
export async function endDueGrants(context: Context): Promise<number> {
  if (context.actor.kind !== 'job') throw forbidden('Only the product itself ends grants by the clock.');
  let ended = 0;
  for (;;) {
    const batch = await endBatch(context);
    ended += batch;
    if (batch < batchGrants) return ended;
  }
}

function endBatch(context: Context): Promise<number> {
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    const due = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM access_grant WHERE state = 'active' AND source = 'countersign' AND ends_at <= ${now}
      ORDER BY id LIMIT ${batchGrants} FOR UPDATE SKIP LOCKED`;
    if (due.length === 0) return 0;
    const grants = await tx.grant.updateManyAndReturn({
      where: { id: { in: due.map(({ id }) => id) }, state: 'active' },
      data: { state: 'ended', stateAt: now, stateReason: 'its end has come' },
      include: { agent: { select: { name: true } }, resource: { select: { name: true } } },
    });
    for (const grant of grants) {
      const cutId = await orderCut(tx, {
        subjectKind: 'grant',
        subjectId: grant.id,
        reason: 'the grant has reached its end',
      });
      await cancelLeftAlone(tx, context, [grant], 'the grant has ended');
      await appendEntry(tx, {
        actor: context.actor,
        action: 'grant.ended',
        subject: { kind: 'grant', id: grant.id },
        summary: `${grant.agent.name}'s grant on ${grant.resource.name} ended as planned`,
        payload: { endsAt: grant.endsAt?.toISOString() ?? null, cutId },
        dedupeKey: `grant.ended:${grant.id}`,
        at: now,
      });
    }
    await notify(tx, { kind: 'access-changed' });
    return grants.length;
  });
}
