import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { idInput, parseInput } from '#lib/core/input';
import { Prisma } from '#lib/db/generated/client';
import { approvedUnder, involvedAtLaunch, involvedNow, withParties } from './independence.ts';
import type { Named } from './model.ts';

const shownMax = 1_000;

/**
 * To whom the person who asks can hand this item on: the people whom `delegateItem` would take, by name.
 * Empty once the person decided it. Refused to everybody but the item's own reviewers.
 */
export async function listDelegates({ db, actor }: Context, item: string): Promise<readonly Named[]> {
  const itemId = parseInput(idInput, item);
  const me = actor.kind === 'person' ? actor.id : '';
  const own = await db.itemReviewer.count({ where: { itemId, personId: me, endedAt: null } });
  requirePermission(actor, 'item.decide', { assigned: own > 0 });
  return db.$queryRaw<Named[]>`
    SELECT p.id, p.name FROM person p
    JOIN campaign_item i ON i.id = ${itemId}
    JOIN campaign c ON c.id = i.campaign_id AND c.state = 'open'
    JOIN (${withParties}) ON g.id = i.grant_id
    WHERE p.left_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM item_reviewer r WHERE r.item_id = i.id AND r.person_id = p.id)
      AND p.id NOT IN (${involvedNow}, ${involvedAtLaunch})
      AND NOT EXISTS (SELECT 1 FROM item_decision d WHERE d.item_id = i.id AND d.person_id = ${me}
        AND d.decision <> 'dont_know'
        AND NOT EXISTS (SELECT 1 FROM item_decision n WHERE n.item_id = d.item_id AND n.supersedes_id = d.id))
      AND (EXISTS (SELECT 1 FROM item_reviewer o
          WHERE o.item_id = i.id AND o.ended_at IS NULL AND o.person_id <> ${me})
        OR NOT ${approvedUnder(Prisma.sql`p.id`)})
    ORDER BY p.name, p.id LIMIT ${shownMax}`;
}
