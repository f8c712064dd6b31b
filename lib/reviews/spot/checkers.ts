import type { Tx } from '#lib/db/client';
import type { GrantSnapshot } from '../model.ts';
import { involvedInGrant } from '../rules.ts';

interface Drawn {
  id: string;
  grant_snapshot: GrantSnapshot;
  reviewers: string[];
  approvers: string[];
}

/**
 * Who looks at each drawn item a second time: first the campaign's other reviewers, its second group
 * and its fallback, else an approver. Never who reviewed that item, is involved in its grant, or
 * approved statements under it. Items for whom nobody is left are absent.
 */
export async function checkersFor(
  tx: Tx,
  campaignId: string,
  itemIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const items = await tx.$queryRaw<Drawn[]>`
    SELECT i.id, i.grant_snapshot,
      ARRAY(SELECT r.person_id FROM item_reviewer r WHERE r.item_id = i.id) AS reviewers,
      ARRAY(SELECT a ->> 'id' FROM jsonb_array_elements(i.evidence #> '{approvals,approvers}') a) AS approvers
    FROM campaign_item i WHERE i.id = ANY (${[...itemIds]}) ORDER BY i.position`;
  const people = await candidates(tx, campaignId);
  const load = new Map<string, number>();
  const chosen = new Map<string, string>();
  for (const item of items) {
    const not = new Set([
      ...involvedInGrant(item.grant_snapshot).map(({ person }) => person.id),
      ...item.reviewers,
      ...item.approvers,
    ]);
    const [best] = people
      .filter((one) => !not.has(one.id))
      .sort((a, b) => a.rank - b.rank || (load.get(a.id) ?? 0) - (load.get(b.id) ?? 0));
    if (!best) continue;
    load.set(best.id, (load.get(best.id) ?? 0) + 1);
    chosen.set(item.id, best.id);
  }
  return chosen;
}

/** Auditors are left out: one of them has to sign, and who looked a second time can't. */
async function candidates(tx: Tx, campaignId: string): Promise<readonly { id: string; rank: number }[]> {
  return tx.$queryRaw<{ id: string; rank: number }[]>`
    SELECT p.id, min(x.rank)::int AS rank FROM person p JOIN (
      SELECT r.person_id AS id, 1 AS rank FROM item_reviewer r JOIN campaign_item i ON i.id = r.item_id
        WHERE i.campaign_id = ${campaignId} AND r.ended_at IS NULL
      UNION SELECT gp.person_id, 1 FROM group_person gp JOIN principal_group g ON g.id = gp.group_id
        JOIN campaign c ON c.id = ${campaignId} AND g.name = c.rules ->> 'securityGroup'
      UNION SELECT c.rules ->> 'fallbackPersonId', 1 FROM campaign c WHERE c.id = ${campaignId}
      UNION SELECT o.person_id, 2 FROM person_role o WHERE o.role = 'approver'
    ) x ON x.id = p.id
    WHERE p.left_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM person_role a WHERE a.person_id = p.id AND a.role = 'auditor')
    GROUP BY p.id ORDER BY p.id`;
}
