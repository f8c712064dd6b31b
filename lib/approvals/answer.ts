import { actorId } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { conflict } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';

export interface NewAnswer {
  readonly requestId: string;
  readonly answer: 'approve' | 'deny';
  readonly reason: string | null;
  readonly dwellMs: number | null;
  readonly breakGlass?: boolean;
  readonly onBehalfOf?: readonly string[];
}

/** Appends one answer; a person answers a request once. */
export async function recordAnswer(tx: Tx, context: Context, answer: NewAnswer): Promise<void> {
  const now = context.clock.now();
  const { count } = await tx.approvalAnswer.createMany({
    data: [
      {
        id: newId('answer', now),
        requestId: answer.requestId,
        personId: actorId(context.actor),
        actorKind: context.actor.kind,
        answer: answer.answer,
        reason: answer.reason,
        dwellMs: answer.dwellMs,
        breakGlass: answer.breakGlass ?? false,
        onBehalfOfIds: [...(answer.onBehalfOf ?? [])],
        at: now,
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) throw conflict('You answered this request already.');
}

/** pending → `state`, or `conflict`: somebody or the clock was faster. */
export async function settle(
  tx: Tx,
  context: Context,
  id: string,
  state: 'approved' | 'denied',
  reason: string | null,
): Promise<void> {
  const now = context.clock.now();
  const { count } = await tx.approvalRequest.updateMany({
    where: { id, state: 'pending', expiresAt: { gt: now } },
    data: { state, stateReason: reason, decidedAt: now },
  });
  if (count === 0) throw conflict('The request was settled meanwhile; look at it again.');
}
