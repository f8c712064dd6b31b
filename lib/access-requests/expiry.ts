import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';

/** After a week the need has passed, or somebody asks again. */
const lifeMs = 7 * 24 * 60 * 60 * 1000;

export function expiresAt(createdAt: Date): Date {
  return new Date(createdAt.getTime() + lifeMs);
}

/** Requests made after this moment have not expired. */
export function openSince(now: Date): Date {
  return new Date(now.getTime() - lifeMs);
}

/** A job's: ends requests that nobody decided. Returns how many. */
export async function expireAccessRequests(context: Context): Promise<number> {
  requireKind(context.actor, 'job');
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    const ended = await tx.accessRequest.updateManyAndReturn({
      where: { state: 'pending', createdAt: { lte: openSince(now) } },
      data: { state: 'expired', decidedAt: now, decisionReason: 'nobody decided in time' },
      select: { id: true },
    });
    for (const { id } of ended) {
      await appendEntry(tx, {
        actor: context.actor,
        action: 'access-request.decided',
        subject: { kind: 'access-request', id },
        summary: 'A request for access expired: nobody decided in time',
        payload: { answer: 'expired' },
        at: now,
      });
      await notify(tx, { kind: 'access-request', id, state: 'expired' });
    }
    return ended.length;
  });
}
