import type { PersonRef } from '#lib/people/model';
import type { Action, FreezeTerms, GrantTerms, PolicyFile, PolicyResource } from '#lib/policies/model';
import { importSources } from './imports/model.ts';

export const grantStates = ['active', 'revoked', 'ended', 'replaced'] as const;
export type GrantState = (typeof grantStates)[number];

/** Where a grant stands: here, or in a system that it was read from. */
export const grantSources = ['countersign', ...importSources] as const;
export type GrantSource = (typeof grantSources)[number];

/** Use is seen at the gateway alone: what stands elsewhere is used past it. */
export const isObserved = (source: GrantSource) => source === 'countersign';

export const staleKinds = [
  'never_used',
  'unused',
  'ownerless',
  'owner_left',
  'agent_ended',
  'agent_suspended',
  'agent_orphaned',
  'past_end',
] as const;
export type StaleKind = (typeof staleKinds)[number];

/** Why a grant is stale, as a person reads it: "not used for 41 days". */
export interface StaleReason {
  readonly kind: StaleKind;
  readonly text: string;
}

export interface GrantRow {
  readonly id: string;
  readonly agent: { readonly id: string; readonly name: string; readonly state: string };
  readonly resource: { readonly id: string; readonly name: string; readonly environment: string };
  readonly owner: PersonRef | null;
  readonly actions: readonly Action[];
  readonly scope: readonly string[];
  readonly reason: string;
  readonly source: GrantSource;
  /** "Ada", "sandbox", "apply" */
  readonly createdBy: PersonRef | null;
  readonly createdByKind: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly state: GrantState;
  readonly stateAt: Date | null;
  readonly stateReason: string | null;
  readonly lastUsedAt: Date | null;
  /** Of the permissions it expands to now; zero total when the catalog was not read yet. Null: use is not seen. */
  readonly permissions: { readonly used: number; readonly total: number } | null;
  readonly stale: readonly StaleReason[];
  readonly managedBy: string;
}

export interface GrantDetail extends GrantRow {
  /** What the source calls it; null: it stands here. */
  readonly externalId: string | null;
  readonly revokedBy: PersonRef | null;
  readonly replaces: string | null;
  readonly replacedBy: readonly string[];
  readonly requestId: string | null;
  readonly createdAt: Date;
  /** Never what stands in another system. */
  readonly may: { readonly change: boolean };
  /** Until when a revoke can be taken back by a re-grant; null: not any more. */
  readonly undoUntil: Date | null;
}

/** What revoking would do, named before it is done. */
export interface RevokeEffect {
  readonly grants: number;
  readonly liveSessions: number;
  /** Tables that these agents could reach and no other grant of theirs keeps. */
  readonly tablesLost: number;
  /** "ends 2 live sessions, removes access to 14 tables" */
  readonly sentence: string;
}

export interface BulkResult {
  readonly grantId: string;
  readonly ok: boolean;
  readonly cutId: string | null;
  /** Why not, when not ok. */
  readonly message: string | null;
}

/** What an agent may do on a resource at a moment. */
export interface AgentAccess {
  readonly agentState: 'active' | 'suspended' | 'ended';
  readonly grants: readonly GrantTerms[];
  readonly resource: PolicyResource;
  readonly policyVersion: number;
  readonly policyFiles: readonly PolicyFile[];
  readonly freezes: readonly FreezeTerms[];
  /** Digest of the policies, grants and masks above: part of an approval's binding and of cache keys. */
  readonly digest: string;
  /** Grants replaced by one in force that allows the same: old id → the one in force. */
  readonly successors: Readonly<Record<string, string>>;
}
