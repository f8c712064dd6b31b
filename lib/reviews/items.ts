import type { Actor } from '#lib/auth/actor';
import type { Tx } from '#lib/db/client';
import { grantMoved } from './live-grant.ts';
import type {
  CampaignState,
  GrantSnapshot,
  ItemChange,
  ItemReviewerView,
  ItemRow,
  ItemState,
  Recommendation,
  RemovalState,
} from './model.ts';
import { bulkAllowed, involvedInGrant, whyClosed } from './rules.ts';

interface Row {
  id: string;
  position: number;
  sentence: string;
  grant: GrantSnapshot;
  grantId: string;
  privileged: boolean;
  change: ItemChange;
  usedPermissions: number;
  unusedPermissions: number;
  recommendation: Recommendation;
  recommendationReasons: string[];
  state: ItemState;
  evidenceGroup: string;
  campaign: CampaignState;
  reviewers: ItemReviewerView[];
  removal: RemovalState | null;
  drifted: number;
}

/** The queue's rows of these items, in the order of the ids: one query, whatever their number. */
export async function itemRows(tx: Tx, actor: Actor, ids: readonly string[]): Promise<ItemRow[]> {
  if (ids.length === 0) return [];
  const found = await readRows(tx, ids);
  const byId = new Map(found.map((row) => [row.id, rowOf(actor, row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function rowOf(actor: Actor, { grant, campaign, ...row }: Row): ItemRow {
  const blockedBecause = whyNotDecidable(actor, campaign, row.state, grant, row.reviewers);
  return {
    ...row,
    agent: { id: grant.agent.id, name: grant.agent.name },
    resource: { id: grant.resource.id, name: grant.resource.name, environment: grant.resource.environment },
    actions: grant.actions,
    scope: grant.scope,
    endsAt: grant.endsAt,
    source: grant.source,
    bulkAllowed: bulkAllowed(row),
    mayDecide: blockedBecause === null,
    blockedBecause,
  };
}

/** A reviewer's choice is the one of their decisions that no later one supersedes. */
async function readRows(tx: Tx, ids: readonly string[]): Promise<Row[]> {
  return tx.$queryRaw<Row[]>`
    SELECT i.id, i.position, i.sentence, i.grant_snapshot AS grant, i.grant_id AS "grantId", i.privileged, i.change,
      i.used_permissions AS "usedPermissions", i.unused_permissions AS "unusedPermissions", i.recommendation,
      i.recommendation_reasons AS "recommendationReasons", i.state, i.evidence_group AS "evidenceGroup",
      c.state AS campaign, coalesce(w.reviewers, '[]') AS reviewers,
      (SELECT m.state FROM removal m WHERE m.item_id = i.id ORDER BY m.created_at DESC LIMIT 1) AS removal,
      (SELECT count(*)::int FROM drift f WHERE f.item_id = i.id) AS drifted
    FROM campaign_item i JOIN campaign c ON c.id = i.campaign_id
    CROSS JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object(
        'person', jsonb_build_object('id', p.id, 'name', p.name), 'duty', r.duty, 'ended', r.ended_at IS NOT NULL,
        'delegatedFrom', CASE WHEN r.delegated_from_id IS NOT NULL THEN jsonb_build_object(
          'id', r.delegated_from_id, 'name', coalesce(d.name, 'somebody who left')) END,
        'choice', (SELECT x.decision FROM item_decision x WHERE x.item_id = r.item_id AND x.person_id = r.person_id
          AND NOT EXISTS (SELECT 1 FROM item_decision n WHERE n.item_id = x.item_id AND n.supersedes_id = x.id)
          LIMIT 1)) ORDER BY r.duty, r.created_at) AS reviewers
      FROM item_reviewer r JOIN person p ON p.id = r.person_id LEFT JOIN person d ON d.id = r.delegated_from_id
      WHERE r.item_id = i.id) w
    WHERE i.id = ANY (${[...ids]})`;
}

/** Why this actor can't answer the item, for the page; the verb decides again, on what is true then. */
function whyNotDecidable(
  actor: Actor,
  campaign: CampaignState,
  state: ItemState,
  grant: GrantSnapshot,
  reviewers: readonly ItemReviewerView[],
): string | null {
  const closed = whyClosed(campaign);
  if (closed !== null) return closed;
  if (actor.kind !== 'person') return 'Only a person decides.';
  const own = reviewers.find((one) => one.person.id === actor.id);
  if (!own) return 'It is assigned to others.';
  if (own.ended) return 'You handed it on.';
  const involved = involvedInGrant(grant).find(({ person }) => person.id === actor.id);
  if (involved) return `You are ${involved.as}: somebody independent has to decide it.`;
  return grantMoved(state);
}
