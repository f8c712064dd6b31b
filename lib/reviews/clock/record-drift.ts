import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { newId } from '#lib/core/ids';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { driftNow } from '../drift.ts';
import { counted } from '../sentence.ts';

/** After its sign-off a campaign is watched this long: until the next of its kind stands. */
const watchedMs = 100 * 24 * 60 * 60 * 1000;

/**
 * Stores what changed since the launch, each change once, also after the sign-off: what was so for an
 * hour stays known. Returns how many are new. Actor: job.
 */
export async function recordDrift(context: Context): Promise<number> {
  requireKind(context.actor, 'job');
  const now = context.clock.now();
  const since = new Date(now.getTime() - watchedMs);
  const campaigns = await context.db.campaign.findMany({
    where: { OR: [{ state: 'open' }, { state: 'signed', signOff: { at: { gt: since } } }] },
    select: { id: true, name: true },
    orderBy: { id: 'asc' },
  });
  let stored = 0;
  for (const { id, name } of campaigns) {
    stored += await transaction(context.db, async (tx) => {
      const found = await driftNow(tx, id, null);
      const { count } = await tx.drift.createMany({
        data: found.map((one) => ({ id: newId('drift', now), campaignId: id, ...one })),
        skipDuplicates: true,
      });
      if (count === 0) return 0;
      await appendEntry(tx, {
        actor: context.actor,
        action: 'campaign.drifted',
        subject: { kind: 'campaign', id },
        summary: `${counted(count, 'change')} since the launch of ${name}`,
        payload: { changes: count },
        at: now,
      });
      await notify(tx, { kind: 'campaign', id });
      return count;
    });
  }
  return stored;
}
