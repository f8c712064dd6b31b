import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import { seesAll } from '../visible.ts';
import type { Every, SeriesView } from './model.ts';
import { periodAfter } from './periods.ts';

/** Reviews that come again, the oldest first. For admins and auditors. */
export async function listSeries(context: Context): Promise<readonly SeriesView[]> {
  if (!seesAll(context.actor)) throw forbidden('The series of reviews are for admins and auditors.');
  const found = await context.db.reviewSeries.findMany({
    orderBy: { id: 'asc' },
    include: { _count: { select: { campaigns: true } } },
  });
  return found.map((one) => {
    const every = one.every as Every;
    return {
      id: one.id,
      name: one.name,
      every,
      nextAt: one.endedAt ? null : periodAfter(one.anchor, every, one.made + 1).to,
      endedAt: one.endedAt,
      campaigns: one._count.campaigns,
    };
  });
}
