import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { digestOf, type Json } from '#lib/core/canonical-json';
import { CountersignError, invalid } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { joining, transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { insertProposal } from './insert-proposal.ts';
import type { Proposed } from './model.ts';
import { prepare } from './prepare.ts';
import { type ProposalInput, type ProposedChange, proposalInput } from './schema.ts';

/**
 * A change of people, roles or masks: stored until another admin consents; in the sandbox made at
 * once, with an entry that says so. What could not be made is refused now, not when somebody consents.
 */
export async function proposeChange(context: Context, input: ProposalInput): Promise<Proposed> {
  requirePermission(context.actor, 'access.change');
  const actor = requirePerson(context.actor);
  const change = parseInput(proposalInput, input);
  if (context.secondAdmin === 'sandbox') return makeAtOnce(context, change);
  await rehearse(context, change);
  return transaction(context.db, async (tx) => {
    const prepared = await prepare(tx, change);
    if (prepared.effects.length === 0) throw invalid('Nothing would change.');
    const proposalId = await insertProposal(
      tx,
      { ...context, actor },
      {
        ...prepared,
        kind: change.kind,
        input: change.input as unknown as Json,
        standing: digestOf(prepared.standing),
        reason: change.reason ?? null,
      },
    );
    return { state: 'proposed', proposalId };
  });
}

async function makeAtOnce(context: Context, change: ProposedChange): Promise<Proposed> {
  return transaction(context.db, async (tx) => {
    const prepared = await prepare(tx, change);
    await prepared.run(joining(context, tx));
    await appendEntry(tx, {
      actor: context.actor,
      action: 'proposal.not-asked',
      subject: prepared.subject,
      summary: `${context.actor.name} did this alone, as in the sandbox no second admin is asked: ${prepared.title}`,
      payload: { why: 'sandbox', effects: prepared.effects.map((effect) => ({ ...effect })) },
      at: context.clock.now(),
    });
    return { state: 'done' };
  });
}

const rehearsed = new CountersignError('internal', 'the rehearsal is over');

/** Makes the change and takes it back: whatever refuses it refuses it now. */
async function rehearse(context: Context, change: ProposedChange): Promise<void> {
  try {
    await transaction(context.db, async (tx) => {
      const prepared = await prepare(tx, change);
      await prepared.run({ ...joining(context, tx), secondAdmin: 'consented' });
      throw rehearsed;
    });
  } catch (error) {
    if (error !== rehearsed) throw error;
  }
}
