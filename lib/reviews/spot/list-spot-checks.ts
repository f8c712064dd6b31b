import type { Context } from '#lib/auth/context';
import { Prisma } from '#lib/db/generated/client';
import { requireVisibleCampaign, seesAll } from '../visible.ts';
import type { SpotCheckView, SpotDrawView } from './model.ts';

export interface SpotChecks {
  /** Empty for who sees only their own checks. */
  readonly draws: readonly SpotDrawView[];
  /** Drawn items, in the queue's order: all, or those that this person looks at. */
  readonly checks: readonly SpotCheckView[];
}

/** The second looks of a campaign: admins and auditors see all, others their own. */
export async function listSpotChecks(context: Context, campaignId: string): Promise<SpotChecks> {
  await requireVisibleCampaign(context, campaignId);
  const { db, actor } = context;
  const all = seesAll(actor);
  const me = actor.kind === 'person' ? actor.id : '';
  const only = all ? Prisma.sql`true` : Prisma.sql`c.person_id = ${me}`;
  const checks = await db.$queryRaw<SpotCheckView[]>`
    SELECT i.id AS "itemId", i.sentence, i.state,
      CASE WHEN p.id IS NULL THEN NULL ELSE jsonb_build_object('id', p.id, 'name', p.name) END AS checker,
      a.outcome, a.reason, a.at,
      coalesce(c.person_id = ${me} AND k.state = 'open' AND i.state = 'approved', false) AS "mayAnswer"
    FROM spot_check c JOIN campaign_item i ON i.id = c.item_id JOIN campaign k ON k.id = c.campaign_id
    LEFT JOIN person p ON p.id = c.person_id
    LEFT JOIN LATERAL (SELECT outcome, reason, at FROM spot_answer a WHERE a.item_id = c.item_id
      ORDER BY a.nth DESC LIMIT 1) a ON true
    WHERE c.campaign_id = ${campaignId} AND c.drawn AND ${only}
    ORDER BY i.position`;
  if (!all) return { draws: [], checks };
  const draws = await db.$queryRaw<SpotDrawView[]>`
    SELECT d.id, d.seed, d.share, d.keeps, d.drawn, coalesce(p.name, 'the ' || d.drawn_by_kind) AS by, d.at
    FROM spot_draw d LEFT JOIN person p ON p.id = d.drawn_by_id
    WHERE d.campaign_id = ${campaignId} ORDER BY d.at, d.id`;
  return { draws, checks };
}
