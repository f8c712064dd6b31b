/** Who acts. Every verb takes one, every ledger entry names one. */
export type Actor =
  | PersonActor
  | { readonly kind: 'agent'; readonly id: string; readonly name: string }
  | { readonly kind: 'worker'; readonly id: string; readonly name: string }
  /** A background task of the product: the sequencer, an expiry, a reminder. */
  | { readonly kind: 'job'; readonly name: string }
  /** The sandbox's own workload; exists in sandbox mode only, and never stands for a person. */
  | { readonly kind: 'sandbox'; readonly name: string };

export interface PersonActor {
  readonly kind: 'person';
  /** Person id: a person may have several accounts, checks compare persons. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  /** Ids of the groups that this person is in. */
  readonly groupIds: readonly string[];
}

export const roles = ['admin', 'approver', 'auditor', 'owner'] as const;

export type Role = (typeof roles)[number];

export function actorId(actor: Actor): string | null {
  return actor.kind === 'job' || actor.kind === 'sandbox' ? null : actor.id;
}
