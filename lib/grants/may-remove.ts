import type { Actor } from '#lib/auth/actor';
import { may } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';

/**
 * Who may take a grant away or narrow it: who changes access; a job (ends, removals of a review);
 * and the reviewer who decided so on an item of an open campaign.
 */
export async function requireMayRemove(tx: Tx, actor: Actor, grantId: string): Promise<void> {
  if (actor.kind === 'job' || may(actor, 'access.change')) return;
  if (actor.kind === 'person') {
    const decided = await tx.itemDecision.count({
      where: {
        personId: actor.id,
        decision: { in: ['reduce', 'revoke'] },
        item: { grantId, campaign: { state: 'open' }, reviewers: { some: { personId: actor.id } } },
      },
    });
    if (decided > 0) return;
  }
  throw forbidden('You may not take this grant away. Ask an admin, or decide it in a review.');
}
