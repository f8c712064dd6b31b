import { forbidden } from '#lib/core/errors';
import type { Actor } from './actor.ts';

/** For verbs that no role may call: only actors of these kinds pass. */
export function requireKind(actor: Actor, ...kinds: readonly Actor['kind'][]): void {
  if (!kinds.includes(actor.kind)) {
    throw forbidden(`This is done by the product itself (${kinds.join(', ')}), not on request.`);
  }
}

/** The person who acts, or `forbidden`: nobody answers in a person's name. */
export function requirePerson(actor: Actor): Extract<Actor, { kind: 'person' }> {
  if (actor.kind !== 'person') throw forbidden('Only a person can do this.');
  return actor;
}
