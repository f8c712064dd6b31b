import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { insertGrant } from './create-grant.ts';
import { grantActions } from './schema.ts';

/** A revoke can be taken back this long: people notice a slip at once or not at all. */
export const undoMsMax = 60_000;

const input = z.strictObject({ grantId: idInput });

/** Takes a revoke back: a new grant on the same terms, with its own entry, made by who calls. */
export async function reGrant(context: Context, wanted: { grantId: string }): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const { grantId } = parseInput(input, wanted);
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    // Locked: two clicks give one grant.
    await tx.$queryRaw`SELECT 1 FROM access_grant WHERE id = ${grantId} FOR UPDATE`;
    const grant = await tx.grant.findUnique({ where: { id: grantId }, include: { replacedBy: true } });
    if (grant === null) throw notFound('There is no such grant.');
    if (grant.state !== 'revoked' || grant.stateAt === null) {
      throw conflict(`The grant is ${grant.state}; there is no revoke to take back.`);
    }
    if (now.getTime() - grant.stateAt.getTime() > undoMsMax) {
      throw conflict('The minute to take it back has passed. Make a new grant instead.');
    }
    if (grant.replacedBy.length > 0) throw conflict('The revoke was taken back already.');
    const id = await insertGrant(tx, context, {
      agentId: grant.agentId,
      resourceId: grant.resourceId,
      actions: grantActions.parse(grant.actions),
      scope: grant.scope,
      reason: grant.reason,
      startsAt: now,
      endsAt: grant.endsAt,
      ...(grant.requestId === null ? {} : { requestId: grant.requestId }),
      managedBy: grant.managedBy,
      replacesId: grantId,
    });
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}
