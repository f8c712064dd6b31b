import type { Context } from '#lib/auth/context';
import { may } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import { personRef } from '#lib/people/index';
import { grantRows } from './grant-rows.ts';
import type { GrantDetail } from './model.ts';
import { undoMsMax } from './re-grant.ts';
import { grantsVisibleTo } from './visible.ts';

export async function getGrant(context: Context, grantId: string): Promise<GrantDetail> {
  const { db, actor, clock } = context;
  const visible = grantsVisibleTo(actor);
  const grant = await db.grant.findFirst({
    where: { AND: [{ id: grantId }, visible === 'all' ? {} : visible] },
    include: {
      revokedBy: { select: { id: true, name: true, leftAt: true } },
      replacedBy: { select: { id: true } },
    },
  });
  const [row] = grant ? await grantRows(context, [grantId], 30) : [];
  if (!grant || !row) throw notFound('There is no such grant.');
  const undoUntil =
    grant.state === 'revoked' && grant.stateAt !== null && grant.replacedBy.length === 0
      ? new Date(grant.stateAt.getTime() + undoMsMax)
      : null;
  return {
    ...row,
    externalId: grant.externalId,
    revokedBy: personRef(grant.revokedBy),
    replaces: grant.replacesId,
    replacedBy: grant.replacedBy.map(({ id }) => id),
    requestId: grant.requestId,
    createdAt: grant.createdAt,
    may: { change: row.source === 'countersign' && may(actor, 'access.change') },
    undoUntil: undoUntil !== null && undoUntil > clock.now() ? undoUntil : null,
  };
}
