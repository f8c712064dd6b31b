import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import type { Tx } from '#lib/db/client';
import { theSandbox } from '../rules.ts';
import { summariesOf } from '../summaries.ts';
import type { AuditedCampaign, AuditView, OpenException, TrendPoint } from './model.ts';

const exceptionsShownMax = 200;
const trendPointsMax = 24;

/** All campaigns by quarter with their sums and clocks, open exceptions, and what launches found over time. */
export async function auditView(context: Context): Promise<AuditView> {
  requirePermission(context.actor, 'campaign.run');
  const { db, actor } = context;
  const now = context.clock.now();
  const [summaries, sums, exceptions, trend] = await Promise.all([
    summariesOf(db, actor, now, null),
    sumsOf(db, now),
    openExceptions(db, now),
    trendOf(db),
  ]);
  const campaigns = summaries.map((summary): AuditedCampaign => {
    const own = sums.get(summary.id) ?? nothing;
    const { items, decided, excepted } = summary;
    const { denied, removed, removalsExcepted } = own;
    const sumsTie = items > 0 && items === decided + excepted && denied === removed + removalsExcepted;
    return { ...summary, ...own, sumsTie };
  });
  const byQuarter = Map.groupBy(campaigns, (one) => quarterOf(one.periodTo));
  const quarters = [...byQuarter]
    .map(([quarter, own]) => ({ quarter, campaigns: own }))
    .sort((a, b) => (a.quarter < b.quarter ? 1 : -1));
  return { quarters, exceptions, trend };
}

/** "2026 Q4". A period that ends with the quarter's last midnight belongs to it. Pure. */
export function quarterOf(periodTo: Date): string {
  const last = new Date(periodTo.getTime() - 1);
  return `${last.getUTCFullYear()} Q${Math.floor(last.getUTCMonth() / 3) + 1}`;
}

type Sums = Omit<AuditedCampaign, keyof Awaited<ReturnType<typeof summariesOf>>[number] | 'sumsTie'>;

const nothing: Sums = {
  denied: 0,
  removed: 0,
  removalsExcepted: 0,
  removalsOverdue: 0,
  lateStep: null,
  drifted: 0,
  signedBy: null,
  manifestHash: null,
};

/** One pass over what was taken away in all campaigns: few items beside those that were kept. */
async function sumsOf(tx: Tx, now: Date): Promise<ReadonlyMap<string, Sums>> {
  const rows = await tx.$queryRaw<(Sums & { id: string })[]>`
    WITH taken AS (
      SELECT i.campaign_id, i.id,
        coalesce(bool_and(m.state = 'absent_on_reread'), false) AS gone,
        count(m.id) FILTER (WHERE m.state <> 'absent_on_reread' AND m.due_at < ${now})::int AS overdue,
        EXISTS (SELECT 1 FROM review_exception e WHERE e.item_id = i.id AND e.ends_at > ${now}) AS excepted
      FROM campaign_item i LEFT JOIN removal m ON m.item_id = i.id
      WHERE i.state IN ('reduced', 'revoked') GROUP BY i.id)
    SELECT c.id, t.denied, t.removed, t."removalsExcepted", t."removalsOverdue",
      (SELECT max(n.step) FROM review_notice n WHERE n.campaign_id = c.id) AS "lateStep",
      (SELECT count(*)::int FROM drift d WHERE d.campaign_id = c.id) AS drifted,
      CASE WHEN s.campaign_id IS NULL THEN NULL ELSE coalesce(p.name, ${theSandbox.name}) END AS "signedBy",
      s.manifest_hash AS "manifestHash"
    FROM campaign c
    LEFT JOIN sign_off s ON s.campaign_id = c.id LEFT JOIN person p ON p.id = s.person_id
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS denied, count(*) FILTER (WHERE gone)::int AS removed,
        count(*) FILTER (WHERE NOT gone AND excepted)::int AS "removalsExcepted",
        coalesce(sum(overdue), 0)::int AS "removalsOverdue"
      FROM taken WHERE taken.campaign_id = c.id) t`;
  return new Map(rows.map(({ id, ...own }) => [id, own]));
}

async function openExceptions(tx: Tx, now: Date): Promise<readonly OpenException[]> {
  return tx.$queryRaw<OpenException[]>`
    SELECT e.id, e.item_id AS "itemId", e.grant_id AS "grantId", i.sentence, e.reason, e.ends_at AS "endsAt",
      jsonb_build_object('id', e.approved_by_id, 'name', coalesce(p.name, e.approved_by_id)) AS "approvedBy",
      e.created_at AS "createdAt", jsonb_build_object('id', c.id, 'name', c.name) AS campaign
    FROM review_exception e JOIN campaign c ON c.id = e.campaign_id
    LEFT JOIN campaign_item i ON i.id = e.item_id LEFT JOIN person p ON p.id = e.approved_by_id
    WHERE e.ends_at > ${now} AND c.state <> 'discarded' ORDER BY e.ends_at, e.id LIMIT ${exceptionsShownMax}`;
}

async function trendOf(tx: Tx): Promise<readonly TrendPoint[]> {
  const rows = await tx.$queryRaw<TrendPoint[]>`
    SELECT c.id AS "campaignId", c.name, c.launched_at AS "launchedAt", count(i.id)::int AS grants,
      coalesce(sum(i.used_permissions + i.unused_permissions), 0)::int AS permissions,
      coalesce(sum(i.unused_permissions), 0)::int AS "unusedPermissions",
      count(*) FILTER (WHERE i.recommendation = 'revoke')::int AS "staleGrants"
    FROM (SELECT id, name, launched_at FROM campaign WHERE launched_at IS NOT NULL
      ORDER BY launched_at DESC LIMIT ${trendPointsMax}) c
    JOIN campaign_item i ON i.campaign_id = c.id
    GROUP BY c.id, c.name, c.launched_at ORDER BY c.launched_at, c.id`;
  return rows;
}
