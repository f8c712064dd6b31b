import type { Actor, PersonActor } from '#lib/auth/actor';
import { may } from '#lib/auth/require-permission';
import type { Tx } from '#lib/db/client';
import { approverGroupIds } from '#lib/resources/index';

interface Asked {
  readonly resourceId: string;
  readonly requestedById: string | null;
  readonly agent: { readonly ownerId: string | null; readonly sponsorId: string | null };
}

/** Why this person may not decide it, or null. */
export async function whyNotDecide(tx: Tx, actor: Actor, asked: Asked): Promise<string | null> {
  if (actor.kind !== 'person') return 'Only a person decides this.';
  const dependent = whyDependent(actor, asked);
  if (dependent !== null) return dependent;
  const groups = await approverGroupIds(tx, asked.resourceId);
  // Where nobody was named to answer, who changes access does.
  const answers =
    groups.length === 0
      ? may(actor, 'access.change')
      : may(actor, 'approval.decide', { groups: groups.some((id) => actor.groupIds.includes(id)) });
  return answers ? null : 'You are in no group that answers for this resource.';
}

/** Invariant 6: no one decides for their own. */
function whyDependent(person: PersonActor, { requestedById, agent }: Asked): string | null {
  if (requestedById === person.id) return 'You asked for it yourself: somebody else has to decide.';
  if (agent.ownerId === person.id || agent.sponsorId === person.id) {
    return 'You answer for this agent: somebody else has to decide.';
  }
  return null;
}
