import type { Tx } from '#lib/db/client';
import type { GrantSource } from '#lib/grants/model';
import type { RemovalProof, RemovalState, RemovalView } from './model.ts';

/** Removals as the page shows them, the most urgent first. */
export async function removalViews(
  tx: Tx,
  where: { readonly itemId?: string; readonly campaignId?: string },
  now: Date,
): Promise<RemovalView[]> {
  const found = await tx.removal.findMany({
    where: where.itemId ? { itemId: where.itemId } : { item: { campaignId: where.campaignId ?? '' } },
    include: { item: { select: { sentence: true } } },
    orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
  });
  const grants = await tx.grant.findMany({
    where: { id: { in: found.map((one) => one.grantId) } },
    select: { id: true, source: true },
  });
  const sources = new Map(grants.map((one) => [one.id, one.source]));
  return found.map((one) => {
    const state = one.state as RemovalState;
    return {
      id: one.id,
      itemId: one.itemId,
      sentence: one.item.sentence,
      source: (sources.get(one.grantId) ?? 'countersign') as GrantSource,
      state,
      dueAt: one.dueAt,
      overdue: state !== 'absent_on_reread' && one.dueAt < now,
      newGrantId: one.newGrantId,
      proofs: one.proofs as unknown as RemovalProof[],
    };
  });
}
