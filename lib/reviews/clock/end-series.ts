import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { endSeriesInput } from '../schema.ts';

/** No further review is made; those that were stay. By who runs campaigns. */
export async function endSeries(
  context: Context,
  input: { readonly seriesId: string; readonly reason: string },
): Promise<void> {
  requirePermission(context.actor, 'campaign.run');
  const { seriesId, reason } = parseInput(endSeriesInput, input);
  const now = context.clock.now();
  await transaction(context.db, async (tx) => {
    const { count } = await tx.reviewSeries.updateMany({
      where: { id: seriesId, endedAt: null },
      data: { endedAt: now },
    });
    const series = await tx.reviewSeries.findUnique({ where: { id: seriesId }, select: { name: true } });
    if (!series) throw notFound('There is no such series.');
    if (count === 0) throw conflict('The series was ended already.');
    await appendEntry(tx, {
      actor: context.actor,
      action: 'series.ended',
      subject: { kind: 'series', id: seriesId },
      summary: `${context.actor.name} ended the series of reviews ${series.name}`,
      payload: { reason },
      at: now,
    });
  });
}
