import type { PersonActor } from '#lib/auth/actor';
import { forbidden } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { personActor } from '#lib/people/index';

/** Why this person can't be the second admin, or null. Persons are compared, never accounts. */
export function whyNotSecond(
  actor: PersonActor,
  proposal: { readonly proposedById: string; readonly concerns: readonly string[] },
): string | null {
  if (proposal.proposedById === actor.id) return 'You proposed it yourself: another admin has to consent.';
  if (proposal.concerns.includes(actor.id)) return 'It is about you: another admin has to consent.';
  return null;
}

/**
 * Both with today's roles, locked until the transaction ends: a role that is taken away at the same
 * moment counts. Proposer null: has left, or is no admin any more.
 */
export async function bothAdmins(
  tx: Tx,
  actorId: string,
  proposedById: string,
): Promise<{ readonly actor: PersonActor; readonly proposer: PersonActor | null }> {
  await tx.$queryRaw`
    SELECT 1 FROM person WHERE id = ANY(${[actorId, proposedById]}::text[]) ORDER BY id FOR UPDATE`;
  const isAdmin = (person: PersonActor | null) => (person?.roles.includes('admin') ? person : null);
  const actor = isAdmin(await personActor({ db: tx }, actorId));
  if (actor === null) throw forbidden('You are no admin any more.');
  return { actor, proposer: isAdmin(await personActor({ db: tx }, proposedById)) };
}
