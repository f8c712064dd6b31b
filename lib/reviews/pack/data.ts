import type { Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import type { StoredEvidence } from '../evidence.ts';
import { keptBySandbox, latestOf, removalOf } from '../item-state.ts';
import type { Duty, GrantSnapshot, ItemState, Named } from '../model.ts';
import { stateOf, theSandbox } from '../rules.ts';

/** Items read at a time: bounds a pack's memory. */
const pageItems = 100;

export interface PackReviewer {
  readonly person: Named;
  readonly duty: Duty;
  readonly assignedAt: string;
  readonly delegatedFrom: string | null;
  readonly delegatedReason: string | null;
  readonly endedAt: string | null;
}

export interface PackDecision {
  readonly id: string;
  /** A sandbox's own decision is by `sandbox`, and by no person. */
  readonly by: Named;
  readonly duty: Duty | null;
  readonly choice: string;
  readonly reason: string | null;
  readonly reducedTo: unknown;
  readonly replay: unknown;
  readonly dwellMs: number | null;
  readonly evidenceOpened: readonly string[];
  readonly supersedes: string | null;
  readonly at: string;
}

export interface PackItem {
  readonly position: number;
  readonly id: string;
  readonly sentence: string;
  readonly grant: GrantSnapshot;
  readonly privileged: boolean;
  readonly change: string;
  readonly recommendation: string;
  readonly recommendationReasons: readonly string[];
  readonly evidence: StoredEvidence;
  readonly evidenceHash: string;
  readonly state: ItemState;
  readonly reviewers: readonly PackReviewer[];
  readonly decisions: readonly PackDecision[];
  readonly removals: readonly {
    readonly id: string;
    readonly grantId: string;
    readonly newGrantId: string | null;
    readonly state: string;
    readonly dueAt: string;
    readonly proofs: unknown;
  }[];
  readonly exceptions: readonly {
    readonly id: string;
    readonly reason: string;
    readonly endsAt: string;
    readonly approvedBy: Named;
    readonly at: string;
  }[];
  /** Null: it was not kept when kept items were drawn for a second look. */
  readonly spotCheck: {
    readonly drawId: string;
    readonly drawn: boolean;
    readonly checker: Named | null;
    readonly answers: readonly {
      readonly by: Named;
      readonly outcome: string;
      readonly reason: string | null;
      readonly dwellMs: number | null;
      readonly evidenceOpened: readonly string[];
      readonly at: string;
    }[];
  } | null;
}

/** Every item of a campaign with what was decided about it, page by page in the queue's order. */
export async function* packItems(
  tx: Tx,
  campaignId: string,
  people: ReadonlyMap<string, Named>,
  now: Date,
): AsyncGenerator<PackItem> {
  const exceptions = await tx.reviewException.findMany({ where: { campaignId }, orderBy: { id: 'asc' } });
  const exceptionsOf = Map.groupBy(exceptions, (one) => one.itemId ?? '');
  for (let after = 0; ; ) {
    const page = await tx.campaignItem.findMany({
      where: { campaignId, position: { gt: after } },
      orderBy: { position: 'asc' },
      take: pageItems,
      include: {
        reviewers: { orderBy: [{ createdAt: 'asc' }, { duty: 'asc' }] },
        decisions: { orderBy: [{ at: 'asc' }, { id: 'asc' }] },
        removals: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
        spotCheck: { include: { answers: { orderBy: { nth: 'asc' } } } },
      },
    });
    for (const item of page) yield packItem(item, exceptionsOf.get(item.id) ?? [], people, now);
    const last = page.at(-1);
    if (!last || page.length < pageItems) return;
    after = last.position;
  }
}

type StoredItem = Prisma.CampaignItemGetPayload<{
  include: { reviewers: true; decisions: true; removals: true; spotCheck: { include: { answers: true } } };
}>;
type StoredException = Prisma.ReviewExceptionGetPayload<object>;

function packItem(
  item: StoredItem,
  exceptions: readonly StoredException[],
  people: ReadonlyMap<string, Named>,
  now: Date,
): PackItem {
  const named = (id: string): Named => people.get(id) ?? { id, name: id };
  const dutyOf = (id: string | null) =>
    (item.reviewers.find((one) => one.personId === id)?.duty ?? null) as Duty | null;
  const answers = item.reviewers.map((one) => ({
    personId: one.personId,
    duty: one.duty as Duty,
    ended: one.endedAt !== null,
    choice: latestOf(item.decisions, one.personId),
  }));
  return {
    position: item.position,
    id: item.id,
    sentence: item.sentence,
    grant: item.grantSnapshot as unknown as GrantSnapshot,
    privileged: item.privileged,
    change: item.change,
    recommendation: item.recommendation,
    recommendationReasons: item.recommendationReasons,
    evidence: item.evidence as unknown as StoredEvidence,
    evidenceHash: item.evidenceHash,
    state: stateOf(
      answers,
      removalOf(item.decisions),
      exceptions.some((one) => one.endsAt > now),
      keptBySandbox(item.decisions),
    ),
    reviewers: item.reviewers.map((one) => ({
      person: named(one.personId),
      duty: one.duty as Duty,
      assignedAt: one.createdAt.toISOString(),
      delegatedFrom: one.delegatedFromId && named(one.delegatedFromId).name,
      delegatedReason: one.delegatedReason,
      endedAt: one.endedAt?.toISOString() ?? null,
    })),
    decisions: item.decisions.map((one) => ({
      id: one.id,
      by: one.personId === null ? theSandbox : named(one.personId),
      duty: dutyOf(one.personId),
      choice: one.decision,
      reason: one.reason,
      reducedTo: one.reducedTo,
      replay: one.replay,
      dwellMs: one.dwellMs,
      evidenceOpened: one.evidenceOpened,
      supersedes: one.supersedesId,
      at: one.at.toISOString(),
    })),
    removals: item.removals.map((one) => ({
      id: one.id,
      grantId: one.grantId,
      newGrantId: one.newGrantId,
      state: one.state,
      dueAt: one.dueAt.toISOString(),
      proofs: one.proofs,
    })),
    exceptions: exceptions.map((one) => exceptionOf(one, named)),
    spotCheck: item.spotCheck && spotCheckOf(item.spotCheck, named),
  };
}

function exceptionOf(one: StoredException, named: (id: string) => Named): PackItem['exceptions'][number] {
  return {
    id: one.id,
    reason: one.reason,
    endsAt: one.endsAt.toISOString(),
    approvedBy: named(one.approvedById),
    at: one.createdAt.toISOString(),
  };
}

function spotCheckOf(
  check: NonNullable<StoredItem['spotCheck']>,
  named: (id: string) => Named,
): PackItem['spotCheck'] {
  return {
    drawId: check.drawId,
    drawn: check.drawn,
    checker: check.personId === null ? null : named(check.personId),
    answers: check.answers.map((one) => ({
      by: named(one.personId),
      outcome: one.outcome,
      reason: one.reason,
      dwellMs: one.dwellMs,
      evidenceOpened: one.evidenceOpened,
      at: one.at.toISOString(),
    })),
  };
}
