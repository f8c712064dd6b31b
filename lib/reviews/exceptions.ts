import type { Tx } from '#lib/db/client';
import type { ExceptionView } from './model.ts';

/** Accepted exceptions of a campaign, or of one of its items, oldest first. */
export async function exceptionViews(
  tx: Tx,
  where: { readonly campaignId: string; readonly itemId?: string },
): Promise<ExceptionView[]> {
  return tx.$queryRaw<ExceptionView[]>`
    SELECT e.id, e.item_id AS "itemId", e.grant_id AS "grantId", i.sentence, e.reason, e.ends_at AS "endsAt",
      jsonb_build_object('id', e.approved_by_id, 'name', coalesce(p.name, e.approved_by_id)) AS "approvedBy",
      e.created_at AS "createdAt"
    FROM review_exception e
    LEFT JOIN campaign_item i ON i.id = e.item_id
    LEFT JOIN person p ON p.id = e.approved_by_id
    WHERE e.campaign_id = ${where.campaignId}
      AND (${where.itemId ?? null}::text IS NULL OR e.item_id = ${where.itemId ?? null})
    ORDER BY e.created_at, e.id`;
}
