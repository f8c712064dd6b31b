import type { PersonRef } from '#lib/people/model';

export const proposalKinds = [
  'person.create',
  'person.change',
  'group.change',
  'mask.change',
  'mask.end',
  'declaration',
] as const;
export type ProposalKind = (typeof proposalKinds)[number];

export const proposalStates = [
  'pending',
  /** A declaration file that a second admin agreed to and that was not applied yet. */
  'consented',
  'done',
  'declined',
  'withdrawn',
  /** What it would change, or who proposed it, changed meanwhile. */
  'stale',
  'expired',
] as const;
export type ProposalState = (typeof proposalStates)[number];

/** One value that changes, in words; null: was not there, or goes. */
export interface Effect {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ProposalRow {
  readonly id: string;
  readonly kind: ProposalKind;
  readonly title: string;
  readonly effects: readonly Effect[];
  readonly reason: string | null;
  readonly state: ProposalState;
  readonly proposedBy: PersonRef | null;
  readonly decidedBy: PersonRef | null;
  readonly decisionReason: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly decidedAt: Date | null;
  readonly may: {
    readonly consent: boolean;
    readonly decline: boolean;
    readonly withdraw: boolean;
    /** Why this person can't consent, where it is pending; null: they can, or nobody can. */
    readonly whyNot: string | null;
  };
}

/** What became of a change: made at once, or stored until a second admin consents. */
export type Proposed =
  | { readonly state: 'done' }
  | { readonly state: 'proposed'; readonly proposalId: string };
