import type { Actor } from '#lib/auth/actor';
import { may } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';

/**
 * Which of these grants the actor may take away or narrow: who changes access, all; a job (ends,
 * removals of a review), all; a reviewer, those of items of open campaigns that were decided so.
 */
export async function removableOf(
  tx: Tx,
  actor: Actor,
  grantIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (actor.kind === 'job' || may(actor, 'access.change')) return new Set(grantIds);
  if (actor.kind !== 'person') return new Set();
  const decided = await tx.itemDecision.findMany({
    where: {
      personId: actor.id,
      decision: { in: ['reduce', 'revoke'] },
      item: {
        grantId: { in: [...grantIds] },
        campaign: { state: 'open' },
        reviewers: { some: { personId: actor.id } },
      },
    },
    select: { item: { select: { grantId: true } } },
  });
  return new Set(decided.map(({ item }) => item.grantId));
}

export const mayNotRemove = 'You may not take this grant away. Ask an admin, or decide it in a review.';

export async function requireMayRemove(tx: Tx, actor: Actor, grantId: string): Promise<void> {
  if (!(await removableOf(tx, actor, [grantId])).has(grantId)) throw forbidden(mayNotRemove);
}
