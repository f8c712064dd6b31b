import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { isCountersignError } from '#lib/core/errors';
import { importGrants } from '#lib/grants/index';
import { acceptRemoval } from './accept-removal.ts';
import type { Connector, RemovalOrder } from './model.ts';

const ordersMax = 100;

export interface CarriedOut {
  readonly accepted: number;
  /** What the source refused, or could not take now: it stays requested and is asked again. */
  readonly failed: readonly { readonly removalId: string; readonly message: string }[];
}

/**
 * Hands what reviews decided to a connector, then has the source read again: the re-read, not the
 * connector's word, is what proves a removal. No connector is shipped yet, so no job calls it. Actor: job.
 */
export async function carryOutRemovals(context: Context, connector: Connector): Promise<CarriedOut> {
  requireKind(context.actor, 'job');
  const failed: { removalId: string; message: string }[] = [];
  let accepted = 0;
  for (const order of await openOrders(context, connector.source)) {
    try {
      const { reference, sentence } = await connector.remove(order);
      await acceptRemoval(context, { removalId: order.removalId, reference, note: sentence });
      accepted += 1;
    } catch (error) {
      failed.push({ removalId: order.removalId, message: messageOf(error) });
    }
  }
  await importGrants(context, await connector.read());
  return { accepted, failed };
}

function messageOf(error: unknown): string {
  if (isCountersignError(error)) return error.message;
  return error instanceof Error ? error.message : 'The source did not say why.';
}

/** What is still given after an order is ordered again: by the grant that the reading named. */
async function openOrders({ db }: Context, source: string): Promise<readonly RemovalOrder[]> {
  return db.$queryRaw<RemovalOrder[]>`
    SELECT m.id AS "removalId", o.external_id AS "externalId", a.name AS agent, r.name AS resource,
      CASE WHEN i.state = 'revoked' THEN NULL ELSE d.reduced_to END AS keep,
      coalesce(d.reason, 'decided in a review') AS reason
    FROM removal m JOIN campaign_item i ON i.id = m.item_id JOIN access_grant g ON g.id = m.grant_id
    JOIN access_grant o ON o.id = CASE WHEN m.state = 'ineffective'
      THEN coalesce(m.proofs -> -1 -> 'data' ->> 'grantId', g.id) ELSE g.id END
    JOIN agent a ON a.id = g.agent_id JOIN resource r ON r.id = g.resource_id
    LEFT JOIN LATERAL (SELECT x.reduced_to, x.reason FROM item_decision x
      WHERE x.item_id = i.id AND x.decision IN ('reduce', 'revoke')
      ORDER BY x.at DESC, x.id DESC LIMIT 1) d ON true
    WHERE m.state IN ('requested', 'ineffective') AND g.source = ${source} ORDER BY m.due_at, m.id LIMIT ${ordersMax}`;
}
