import { conflict, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import type { ProposalState } from './model.ts';

/** Answers to one proposal come one after the other; only the first finds it pending. */
export async function lockedPending(tx: Tx, id: string, now: Date) {
  await tx.$queryRaw`SELECT 1 FROM proposal WHERE id = ${id} FOR UPDATE`;
  const proposal = await tx.proposal.findUnique({ where: { id } });
  if (proposal === null) throw notFound('There is no such proposal.');
  if (proposal.state !== 'pending') throw conflict(`The proposal is ${proposal.state} already.`);
  if (proposal.expiresAt <= now) throw conflict('The proposal has expired; it has to be made anew.');
  return proposal;
}

export type LockedProposal = Awaited<ReturnType<typeof lockedPending>>;

/** Ends a pending proposal; `conflict` when somebody was faster. */
export async function endPending(
  tx: Tx,
  id: string,
  state: Exclude<ProposalState, 'pending'>,
  data: {
    readonly decidedById?: string;
    readonly decisionReason?: string;
    readonly decidedAt: Date;
    readonly doneAt?: Date;
  },
): Promise<void> {
  const { count } = await tx.proposal.updateMany({
    where: { id, state: 'pending' },
    data: { state, ...data },
  });
  if (count === 0) throw conflict('The proposal was decided meanwhile.');
}
