import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { endPending, lockedPending } from './locked.ts';
import { type DeclineInput, declineInput } from './schema.ts';
import { bothAdmins } from './second-admin.ts';

/** Another admin's no, with a reason that the proposer reads. */
export async function declineProposal(context: Context, input: DeclineInput): Promise<void> {
  await end(context, input, 'declined');
}

/** The proposer takes it back. */
export async function withdrawProposal(context: Context, input: DeclineInput): Promise<void> {
  await end(context, input, 'withdrawn');
}

async function end(context: Context, input: DeclineInput, state: 'declined' | 'withdrawn'): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const { id: actorId } = requirePerson(context.actor);
  const { proposalId, reason } = parseInput(declineInput, input);
  const now = context.clock.now();
  await transaction(context.db, async (tx) => {
    const proposal = await lockedPending(tx, proposalId, now);
    const { actor } = await bothAdmins(tx, actorId, proposal.proposedById);
    const isProposer = proposal.proposedById === actor.id;
    if (state === 'withdrawn' && !isProposer) throw forbidden('Only who proposed it takes it back.');
    if (state === 'declined' && isProposer)
      throw forbidden('You proposed it yourself; take it back instead.');
    await endPending(tx, proposalId, state, {
      decidedById: actor.id,
      decisionReason: reason,
      decidedAt: now,
    });
    await appendEntry(tx, {
      actor,
      action: `proposal.${state}`,
      subject: { kind: 'proposal', id: proposalId },
      summary: `${actor.name} ${state === 'declined' ? 'declined' : 'took back'}: ${proposal.title}`,
      payload: { reason, proposedById: proposal.proposedById },
      at: now,
    });
    await notify(tx, { kind: 'proposal', id: proposalId, state });
  });
}
