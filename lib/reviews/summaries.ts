import type { Actor } from '#lib/auth/actor';
import type { Tx } from '#lib/db/client';
import { Prisma } from '#lib/db/generated/client';
import type { CampaignState, CampaignSummary } from './model.ts';
import { seesAll, visibleItems } from './visible.ts';

interface Row {
  id: string;
  name: string;
  state: CampaignState;
  period_from: Date;
  period_to: Date;
  due_at: Date;
  launched_at: Date | null;
  signed_at: Date | null;
  items: number;
  decided: number;
  excepted: number;
  waiting: number;
  removals_open: number;
}

/** Campaigns with their counts of what the actor sees, newest first; one, or all. */
export async function summariesOf(
  tx: Tx,
  actor: Actor,
  now: Date,
  campaignId: string | null,
): Promise<CampaignSummary[]> {
  const all = seesAll(actor);
  const mine = visibleItems(actor);
  const me = actor.kind === 'person' ? actor.id : '';
  const rows = await tx.$queryRaw<Row[]>`
    SELECT c.id, c.name, c.state, c.period_from, c.period_to, c.due_at, c.launched_at, s.at AS signed_at,
      n.items, n.decided, n.excepted, n.waiting,
      (SELECT count(*) FROM removal m JOIN campaign_item i ON i.id = m.item_id
        WHERE i.campaign_id = c.id AND m.state <> 'absent_on_reread' AND ${mine})::int AS removals_open
    FROM campaign c
    LEFT JOIN sign_off s ON s.campaign_id = c.id
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS items,
        count(*) FILTER (WHERE i.state IN ('approved', 'reduced', 'revoked'))::int AS decided,
        count(*) FILTER (WHERE i.state = 'excepted')::int AS excepted,
        count(*) FILTER (WHERE i.state IN ('open', 'partly', 'escalated') AND EXISTS (
          SELECT 1 FROM item_reviewer r WHERE r.item_id = i.id AND r.person_id = ${me} AND r.ended_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM item_decision d WHERE d.item_id = i.id AND d.person_id = ${me}
              AND d.decision = 'approve')))::int AS waiting
      FROM campaign_item i WHERE i.campaign_id = c.id AND ${mine}) n
    WHERE (${campaignId}::text IS NULL OR c.id = ${campaignId}) AND (${all} OR n.items > 0)
    ORDER BY ${Prisma.sql`c.created_at DESC, c.id DESC`} LIMIT 500`;
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    periodFrom: row.period_from,
    periodTo: row.period_to,
    dueAt: row.due_at,
    overdue: (row.state === 'draft' || row.state === 'open') && row.due_at < now,
    launchedAt: row.launched_at,
    signedAt: row.signed_at,
    items: row.items,
    decided: row.decided,
    excepted: row.excepted,
    waitingForMe: row.state === 'open' ? row.waiting : 0,
    removalsOpen: row.removals_open,
  }));
}
