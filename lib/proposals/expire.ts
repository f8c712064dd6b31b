import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';

/** A job's: ends proposals that nobody answered, and agreed ones that nobody applied. Returns how many. */
export async function expireProposals(context: Context): Promise<number> {
  requireKind(context.actor, 'job');
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    const ended = await tx.proposal.updateManyAndReturn({
      where: { state: { in: ['pending', 'consented'] }, expiresAt: { lte: now } },
      data: { state: 'expired' },
      select: { id: true, title: true },
    });
    for (const { id, title } of ended) {
      await appendEntry(tx, {
        actor: context.actor,
        action: 'proposal.expired',
        subject: { kind: 'proposal', id },
        summary: `A proposal expired: ${title}`,
        at: now,
      });
      await notify(tx, { kind: 'proposal', id, state: 'expired' });
    }
    return ended.length;
  });
}
