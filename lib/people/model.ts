import type { Role } from '#lib/auth/actor';

/** A person as other lists name them. */
export interface PersonRef {
  readonly id: string;
  readonly name: string;
  /** True when the person has left: what they own is ownerless. */
  readonly left: boolean;
}

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly emails: readonly string[];
  readonly roles: readonly { readonly role: Role; readonly source: 'declaration' | 'claim' | 'page' }[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly ownedAgents: number;
  readonly lastSignInAt: Date | null;
  readonly leftAt: Date | null;
  readonly managedBy: string;
}

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly persons: readonly PersonRef[];
  readonly agents: readonly { readonly id: string; readonly name: string }[];
  readonly managedBy: string;
}
