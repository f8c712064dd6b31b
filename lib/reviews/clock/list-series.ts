import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import type { CampaignScope } from '../model.ts';
import { scopeWords } from '../sign-text.ts';
import type { Every, SeriesView } from './model.ts';
import { periodAfter } from './periods.ts';

const latestShownMax = 4;

/** Reviews that come again, the oldest first. For admins and auditors. */
export async function listSeries(context: Context): Promise<readonly SeriesView[]> {
  requirePermission(context.actor, 'campaign.run');
  const found = await context.db.reviewSeries.findMany({
    orderBy: { id: 'asc' },
    include: {
      _count: { select: { campaigns: true } },
      campaigns: {
        select: { id: true, name: true, state: true },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: latestShownMax,
      },
    },
  });
  return found.map((one) => {
    const every = one.every as Every;
    return {
      id: one.id,
      name: one.name,
      every,
      nextAt: one.endedAt ? null : periodAfter(one.anchor, every, one.made + 1).to,
      endedAt: one.endedAt,
      scope: scopeWords(one.scope as unknown as CampaignScope),
      dueInBusinessDays: one.dueInBusinessDays,
      riskAnalysis: one.riskAnalysis,
      campaigns: one._count.campaigns,
      latest: one.campaigns,
    };
  });
}
