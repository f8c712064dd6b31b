import type { PersonActor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import type { Json } from '#lib/core/canonical-json';
import { CountersignError } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import { notify } from '#lib/db/notify';
import { appendEntry } from '#lib/ledger/append';
import type { ProposalKind } from './model.ts';
import type { Prepared } from './prepared.ts';

/** After a week the need has passed, or somebody proposes it anew. */
const lifeMs = 7 * 24 * 60 * 60 * 1000;
/** More than people can look at: a program that proposes without end is stopped. */
const pendingMax = 500;

interface NewProposal extends Pick<Prepared, 'subject' | 'title' | 'effects' | 'concerns'> {
  readonly kind: ProposalKind;
  readonly input: Json;
  readonly standing: string;
  readonly reason: string | null;
}

export async function insertProposal(
  tx: Tx,
  { actor, clock }: Context & { readonly actor: PersonActor },
  { kind, subject, title, effects, concerns, input, standing, reason }: NewProposal,
): Promise<string> {
  const now = clock.now();
  if ((await tx.proposal.count({ where: { state: 'pending' } })) >= pendingMax) {
    throw new CountersignError('limit', `${pendingMax} changes wait for consent. Decide some of them first.`);
  }
  const id = newId('proposal', now);
  const shown = effects.map((effect) => ({ ...effect }));
  await tx.proposal.create({
    data: {
      id,
      kind,
      subjectKind: subject.kind,
      subjectId: subject.id,
      input: input as Prisma.InputJsonValue,
      standing,
      title,
      effects: shown,
      concerns: [...concerns],
      reason,
      proposedById: actor.id,
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifeMs),
    },
  });
  await appendEntry(tx, {
    actor,
    action: 'proposal.made',
    subject: { kind: 'proposal', id },
    summary: `${actor.name} proposed: ${title}`,
    payload: { kind, subject: { ...subject }, input, effects: shown, reason },
    at: now,
  });
  await notify(tx, { kind: 'proposal', id, state: 'pending' });
  return id;
}
