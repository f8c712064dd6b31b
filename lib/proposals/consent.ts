import type { PersonActor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { digestOf } from '#lib/core/canonical-json';
import { conflict, forbidden, isCountersignError } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { joining, transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { endPending, type LockedProposal, lockedPending } from './locked.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepared.ts';
import { type ConsentInput, consentInput, proposalInput } from './schema.ts';
import { bothAdmins, whyNotSecond } from './second-admin.ts';

type Outcome = { readonly state: 'done' | 'consented' } | { readonly stale: string };

/**
 * The second admin's yes: the change is made in the same transaction, once, in the proposer's name and
 * with an entry of both. A declaration file is agreed to and made by the next `countersign apply`. What
 * changed meanwhile makes the proposal stale: `conflict`, and nothing is made.
 */
export async function consentTo(
  context: Context,
  input: ConsentInput,
): Promise<{ readonly state: 'done' | 'consented' }> {
  requirePermission(context.actor, 'access.change');
  const { id: actorId } = requirePerson(context.actor);
  const { proposalId } = parseInput(consentInput, input);
  const outcome = await transaction(context.db, async (tx): Promise<Outcome> => {
    const now = context.clock.now();
    const proposal = await lockedPending(tx, proposalId, now);
    const { actor, proposer } = await bothAdmins(tx, actorId, proposal.proposedById);
    const whyNot = whyNotSecond(actor, proposal);
    if (whyNot !== null) throw forbidden(whyNot);
    if (proposer === null) {
      return markStale(tx, context, proposal, 'Who proposed it is no admin any more.');
    }
    if (proposal.kind === 'declaration') {
      await settle(tx, { ...context, actor }, proposal, 'consented');
      return { state: 'consented' };
    }
    const prepared = await stillStanding(tx, proposal);
    if (prepared === null) {
      return markStale(tx, context, proposal, 'What it would change has changed since it was proposed.');
    }
    // Proposals of before concerns were kept name none.
    const concerns = [...proposal.concerns, ...prepared.concerns];
    const whyNotNow = whyNotSecond(actor, { ...proposal, concerns });
    if (whyNotNow !== null) throw forbidden(whyNotNow);
    await settle(tx, { ...context, actor }, proposal, 'done');
    await prepared.run({ ...joining(context, tx), actor: proposer, secondAdmin: 'consented' });
    return { state: 'done' };
  });
  if ('stale' in outcome) throw conflict(`${outcome.stale} Propose it anew if it is still wanted.`);
  return outcome;
}

/** The change against what is there now; null: that is not what was shown. */
async function stillStanding(tx: Tx, { kind, input, standing }: LockedProposal): Promise<Prepared | null> {
  try {
    const prepared = await prepare(tx, parseInput(proposalInput, { kind, input }));
    return digestOf(prepared.standing) === standing ? prepared : null;
  } catch (error) {
    if (isCountersignError(error) && ['not_found', 'conflict'].includes(error.code)) return null;
    throw error;
  }
}

async function settle(
  tx: Tx,
  { actor, clock }: Context & { readonly actor: PersonActor },
  proposal: LockedProposal,
  state: 'done' | 'consented',
): Promise<void> {
  const now = clock.now();
  const done = state === 'done' ? { doneAt: now } : {};
  await endPending(tx, proposal.id, state, { decidedById: actor.id, decidedAt: now, ...done });
  await appendEntry(tx, {
    actor,
    action: 'proposal.consented',
    subject: { kind: 'proposal', id: proposal.id },
    summary: `${actor.name} consented: ${proposal.title}`,
    payload: {
      kind: proposal.kind,
      subject: { kind: proposal.subjectKind, id: proposal.subjectId },
      proposedById: proposal.proposedById,
    },
    at: now,
  });
  await notify(tx, { kind: 'proposal', id: proposal.id, state });
}

async function markStale(
  tx: Tx,
  { actor, clock }: Context,
  { id, title }: LockedProposal,
  why: string,
): Promise<Outcome> {
  await endPending(tx, id, 'stale', { decisionReason: why, decidedAt: clock.now() });
  await appendEntry(tx, {
    actor,
    action: 'proposal.stale',
    subject: { kind: 'proposal', id },
    summary: `${actor.name} would have consented, but the proposal was stale: ${title}`,
    payload: { why },
    at: clock.now(),
  });
  await notify(tx, { kind: 'proposal', id, state: 'stale' });
  return { stale: why };
}
