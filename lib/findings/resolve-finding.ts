import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { parseInput } from '#lib/core/input';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { settleInput } from './schema.ts';
import { requireIndependentOf, settle } from './settle-finding.ts';

/** What was found is no longer so. By who runs campaigns, or a job. */
export async function resolveFinding(
  context: Context,
  input: { readonly id: string; readonly reason: string },
): Promise<void> {
  const { actor } = context;
  if (actor.kind === 'person') requirePermission(actor, 'campaign.run');
  else requireKind(actor, 'job');
  const { id, reason } = parseInput(settleInput, input);
  const now = context.clock.now();
  await transaction(context.db, async (tx) => {
    if (actor.kind === 'person') await requireIndependentOf(tx, actor.id, id);
    const { summary } = await settle(tx, context, id, 'resolved', {
      by: actor.name,
      reason,
      at: now.toISOString(),
    });
    await appendEntry(tx, {
      actor,
      action: 'finding.resolved',
      subject: { kind: 'finding', id },
      summary: `Resolved: ${summary}`,
      payload: { reason },
      at: now,
    });
  });
}
