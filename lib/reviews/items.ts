import type { Actor } from '#lib/auth/actor';
import type { Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import { latestOf } from './item-state.ts';
import { grantMoved } from './live-grant.ts';
import type {
  CampaignState,
  Duty,
  GrantSnapshot,
  ItemChange,
  ItemReviewerView,
  ItemRow,
  ItemState,
  Recommendation,
  RemovalState,
} from './model.ts';
import { bulkAllowed, involvedInGrant, whyClosed } from './rules.ts';

const include = {
  campaign: { select: { state: true } },
  reviewers: {
    orderBy: [{ duty: 'asc' }, { createdAt: 'asc' }],
    include: { person: { select: { id: true, name: true } } },
  },
  decisions: { select: { id: true, personId: true, decision: true, supersedesId: true } },
  removals: { orderBy: { createdAt: 'desc' }, take: 1, select: { state: true } },
} satisfies Prisma.CampaignItemInclude;

/** The queue's rows of these items, in the order of the ids. */
export async function itemRows(tx: Tx, actor: Actor, ids: readonly string[]): Promise<ItemRow[]> {
  if (ids.length === 0) return [];
  const found = await tx.campaignItem.findMany({
    where: { id: { in: [...ids] } },
    include,
    omit: { evidence: true },
  });
  const names = await delegators(
    tx,
    found.flatMap((item) => item.reviewers),
  );
  const drift = await driftCounts(tx, ids);
  const byId = new Map<string, ItemRow>();
  for (const item of found) {
    const grant = item.grantSnapshot as unknown as GrantSnapshot;
    const reviewers: ItemReviewerView[] = item.reviewers.map((one) => ({
      person: one.person,
      duty: one.duty as Duty,
      delegatedFrom: one.delegatedFromId
        ? { id: one.delegatedFromId, name: names.get(one.delegatedFromId) ?? 'somebody who left' }
        : null,
      ended: one.endedAt !== null,
      choice: latestOf(item.decisions, one.personId),
    }));
    const state = item.state as ItemState;
    const blockedBecause = whyNotDecidable(
      actor,
      item.campaign.state as CampaignState,
      state,
      grant,
      reviewers,
    );
    byId.set(item.id, {
      id: item.id,
      position: item.position,
      sentence: item.sentence,
      agent: { id: grant.agent.id, name: grant.agent.name },
      resource: { id: grant.resource.id, name: grant.resource.name, environment: grant.resource.environment },
      grantId: item.grantId,
      actions: grant.actions,
      scope: grant.scope,
      endsAt: grant.endsAt,
      source: grant.source,
      privileged: item.privileged,
      change: item.change as ItemChange,
      usedPermissions: item.usedPermissions,
      unusedPermissions: item.unusedPermissions,
      recommendation: item.recommendation as Recommendation,
      recommendationReasons: item.recommendationReasons,
      state,
      evidenceGroup: item.evidenceGroup,
      bulkAllowed: bulkAllowed({ ...item, recommendation: item.recommendation as Recommendation }),
      reviewers,
      drifted: drift.get(item.id) ?? 0,
      removal: (item.removals[0]?.state ?? null) as RemovalState | null,
      mayDecide: blockedBecause === null,
      blockedBecause,
    });
  }
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function driftCounts(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = await tx.drift.groupBy({ by: ['itemId'], where: { itemId: { in: [...ids] } }, _count: true });
  return new Map(found.map((one) => [one.itemId ?? '', one._count]));
}

async function delegators(tx: Tx, reviewers: readonly { delegatedFromId: string | null }[]) {
  const ids = [...new Set(reviewers.flatMap((one) => one.delegatedFromId ?? []))];
  if (ids.length === 0) return new Map<string, string>();
  const people = await tx.person.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return new Map(people.map((one) => [one.id, one.name]));
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
