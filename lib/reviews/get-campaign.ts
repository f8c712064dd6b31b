import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { businessDaysSince } from './business-days.ts';
import { holidaySet } from './clock/holidays.ts';
import { exceptionViews } from './exceptions.ts';
import { whyNotSigner } from './may-sign.ts';
import type {
  CampaignScope,
  CampaignView,
  Duty,
  Named,
  RemovalState,
  ReviewerLoad,
  ReviewerRules,
  SnapshotRecord,
} from './model.ts';
import { qualityOf } from './quality.ts';
import { theSandbox } from './rules.ts';
import { spotShareOf } from './spot/draw.ts';
import { type Standing, standingsOf } from './standings.ts';
import { summariesOf } from './summaries.ts';
import { reckon } from './tie-out.ts';
import { requireVisibleCampaign } from './visible.ts';

/** One campaign with its numbers, exceptions, quality figures and sign-off. */
export async function getCampaign(context: Context, campaignId: string): Promise<CampaignView> {
  await requireVisibleCampaign(context, campaignId);
  const { db, actor } = context;
  const now = context.clock.now();
  const [summary] = await summariesOf(db, actor, now, campaignId);
  const row = await db.campaign.findUnique({ where: { id: campaignId }, include: { signOff: true } });
  if (!summary || !row) throw notFound('There is no such campaign.');
  const standings = await standingsOf(db, campaignId, now);
  const decisions = standings.flatMap((item) => item.decisions);
  const people = await namesOf(db, [
    ...decisions.flatMap((one) => one.personId ?? []),
    ...standings.flatMap((item) => item.reviewers.map((one) => one.personId)),
    ...[row.createdById, row.signOff?.personId, row.discardedById].flatMap((id) => id ?? []),
  ]);
  const holidays = row.launchedAt === null ? await holidaySet(db) : new Set(row.holidays);
  const mayNotSignBecause = await whyNotSigner(db, actor, campaignId);
  return {
    ...summary,
    scope: row.scope as unknown as CampaignScope,
    rules: row.rules as unknown as ReviewerRules,
    riskAnalysis: row.riskAnalysis,
    createdBy: (row.createdById && people.get(row.createdById)?.name) || `the ${row.createdByKind}`,
    discarded:
      row.discardedAt === null
        ? null
        : {
            by: namedOf(people, row.discardedById ?? ''),
            at: row.discardedAt,
            reason: row.discardedReason ?? '',
          },
    snapshot: row.snapshot as unknown as SnapshotRecord | null,
    dueInBusinessDays: Math.max(1, businessDaysSince(now, row.dueAt, holidays)),
    snapshotHash: row.snapshotHash,
    reviewers: loadsOf(standings, people),
    exceptions: await exceptionViews(db, { campaignId }),
    removals: countRemovals(standings, now),
    quality: qualityOf(decisions, people),
    tieOut: reckon(standings, spotShareOf(row.rules)),
    signOff: row.signOff && {
      by: row.signOff.personId === null ? theSandbox : namedOf(people, row.signOff.personId),
      actorKind: row.signOff.personId === null ? 'sandbox' : 'person',
      at: row.signOff.at,
      text: row.signOff.text,
      manifestHash: row.signOff.manifestHash,
      packHash: row.signOff.packHash,
    },
    maySign: mayNotSignBecause === null && row.state === 'open',
    mayNotSignBecause,
  };
}

/** Names of persons by id. */
export async function namesOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, Named>> {
  const found = await tx.person.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  return new Map(found.map((one) => [one.id, one]));
}

function namedOf(people: ReadonlyMap<string, Named>, id: string): Named {
  return people.get(id) ?? { id, name: id };
}

function loadsOf(
  standings: readonly Standing[],
  people: ReadonlyMap<string, Named>,
): readonly ReviewerLoad[] {
  const loads = new Map<string, { person: Named; duty: Duty; items: number; decided: number }>();
  for (const { personId, duty, ended, choice } of standings.flatMap((item) => item.reviewers)) {
    if (ended) continue;
    const key = `${personId} ${duty}`;
    const person = people.get(personId) ?? { id: personId, name: personId };
    const load = loads.get(key) ?? { person, duty, items: 0, decided: 0 };
    load.items += 1;
    if (choice !== null && choice !== 'dont_know') load.decided += 1;
    loads.set(key, load);
  }
  return [...loads.values()].sort((a, b) => b.items - a.items || a.person.name.localeCompare(b.person.name));
}

function countRemovals(standings: readonly Standing[], now: Date): CampaignView['removals'] {
  const counts: Record<RemovalState, number> = {
    requested: 0,
    accepted: 0,
    absent_on_reread: 0,
    ineffective: 0,
  };
  let overdue = 0;
  for (const { state, dueAt } of standings.flatMap((item) => item.removals)) {
    counts[state] += 1;
    if (state !== 'absent_on_reread' && dueAt < now) overdue += 1;
  }
  return { ...counts, overdue };
}
