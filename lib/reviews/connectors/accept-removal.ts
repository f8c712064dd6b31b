import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { RemovalProof } from '../model.ts';
import { acceptRemovalInput } from '../schema.ts';

export interface AcceptRemoval {
  readonly removalId: string;
  /** Where the source's own word on it is found: a ticket, an operation's id, a link. */
  readonly reference: string;
  readonly note?: string | undefined;
}

/**
 * Records that the source of an imported grant took the order to remove it: requested → accepted, and
 * ineffective → accepted where it did not last. It proves nothing yet: only the next reading of the
 * source does. By who changes access, or a connector.
 */
export async function acceptRemoval(context: Context, input: AcceptRemoval): Promise<void> {
  const { actor } = context;
  if (actor.kind !== 'job') requirePermission(actor, 'access.change');
  const { removalId, reference, note } = parseInput(acceptRemovalInput, input);
  const now = context.clock.now();
  await transaction(context.db, async (tx) => {
    const [removal] = await tx.$queryRaw<
      { source: string; state: string; itemId: string; campaignId: string; sentence: string }[]
    >`
      SELECT g.source, m.state, m.item_id AS "itemId", i.campaign_id AS "campaignId", i.sentence
      FROM removal m JOIN access_grant g ON g.id = m.grant_id JOIN campaign_item i ON i.id = m.item_id
      WHERE m.id = ${removalId} FOR UPDATE OF m`;
    if (!removal) throw notFound('There is no such removal.');
    if (removal.source === 'countersign') {
      throw conflict('This gateway carries the removal out by itself; nobody has to confirm it.');
    }
    if (removal.state !== 'requested' && removal.state !== 'ineffective') {
      throw conflict(`The removal is ${removal.state.replaceAll('_', ' ')} already.`);
    }
    const said = note ? `: ${note}` : '.';
    const proof: RemovalProof = {
      state: 'accepted',
      at: now.toISOString(),
      sentence: `${actor.name} confirms that ${removal.source} took it (${reference})${said}`,
      data: { source: removal.source, reference },
    };
    await tx.$executeRaw`
      UPDATE removal SET state = 'accepted', updated_at = ${now},
        proofs = proofs || ${JSON.stringify([proof])}::jsonb
      WHERE id = ${removalId}`;
    await appendEntry(tx, {
      actor,
      action: 'removal.advanced',
      subject: { kind: 'removal', id: removalId },
      summary: `Removal accepted by ${removal.source}: ${removal.sentence}`,
      payload: { itemId: removal.itemId, proof: { ...proof } },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: removal.campaignId });
  });
}
