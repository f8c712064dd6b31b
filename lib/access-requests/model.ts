import type { PersonRef } from '#lib/people/model';

export const accessRequestStates = ['pending', 'approved', 'denied', 'expired'] as const;
export type AccessRequestState = (typeof accessRequestStates)[number];

interface Ref {
  readonly id: string;
  readonly name: string;
}

export interface AccessRequestRow {
  readonly id: string;
  readonly agent: Ref;
  readonly resource: Ref & { readonly environment: string };
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  /** Written by a person or an agent: text, never mark-up. */
  readonly reason: string;
  readonly durationSeconds: number;
  /** Null: the agent asked itself. */
  readonly requestedBy: PersonRef | null;
  readonly state: AccessRequestState;
  readonly decidedBy: PersonRef | null;
  readonly decisionReason: string | null;
  readonly decidedAt: Date | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The grant that came of it. */
  readonly grantId: string | null;
  readonly may: { readonly decide: boolean };
}
