import type { Context } from '#lib/auth/context';
import { ticketOf } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { appendEntry } from '#lib/ledger/append';

export interface EndedRequest {
  readonly id: string;
  readonly number: number;
  readonly verdict: string;
}

/** Entry and notice of each request that a conditional update has just ended. */
export async function reportEnded(
  tx: Tx,
  context: Context,
  ended: readonly EndedRequest[],
  state: 'expired' | 'cancelled',
  reason: string,
): Promise<void> {
  for (const { id, number, verdict } of ended) {
    await appendEntry(tx, {
      actor: context.actor,
      action: `approval.${state}`,
      subject: { kind: 'approval', id },
      summary: `${ticketOf(number)} ${state === 'expired' ? 'expired' : 'was cancelled'}: ${verdict}`,
      payload: { ticket: ticketOf(number), reason },
      at: context.clock.now(),
    });
    await notify(tx, { kind: 'approval', id, state });
  }
}
