import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { joining, transaction } from '#lib/db/transaction';
import { createCampaign } from '../create-campaign.ts';
import type { CampaignScope, ReviewerRules } from '../model.ts';
import type { Every } from './model.ts';
import { periodAfter } from './periods.ts';

const nameCharsMax = 120;

/**
 * Sets up the next review of each series whose period is over: a draft, for people to look at its
 * population and launch. Each period is made once, also by two at the same time. Actor: job.
 */
export async function makeDueCampaigns(context: Context): Promise<number> {
  requireKind(context.actor, 'job');
  const active = await context.db.reviewSeries.findMany({ where: { endedAt: null }, orderBy: { id: 'asc' } });
  let made = 0;
  for (const { id } of active) {
    while (await makeNext(context, id)) made += 1;
  }
  return made;
}

async function makeNext(context: Context, seriesId: string): Promise<boolean> {
  return transaction(context.db, async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM review_series WHERE id = ${seriesId} FOR UPDATE`;
    const series = await tx.reviewSeries.findUnique({ where: { id: seriesId } });
    if (!series || series.endedAt) return false;
    const { from, to } = periodAfter(series.anchor, series.every as Every, series.made + 1);
    if (to > context.clock.now()) return false;
    await tx.reviewSeries.update({ where: { id: seriesId }, data: { made: series.made + 1 } });
    const period = ` ${day(from)} to ${day(to)}`;
    const { id } = await createCampaign(joining(context, tx), {
      name: `${series.name.slice(0, nameCharsMax - period.length)}${period}`,
      scope: series.scope as unknown as CampaignScope,
      rules: series.rules as unknown as ReviewerRules,
      periodFrom: from,
      periodTo: to,
      dueInBusinessDays: series.dueInBusinessDays,
      riskAnalysis: series.riskAnalysis,
    });
    await tx.campaign.update({ where: { id }, data: { seriesId } });
    return true;
  });
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
