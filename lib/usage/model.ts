import type { Action } from '#lib/policies/model';
import type { OutcomeStatus } from '#lib/recording/model';

/** A span of time, from inclusive, to exclusive. Usage is kept by UTC day: it widens to whole days. */
export interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Pure data that a grant is expanded against. */
export interface CatalogObject {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'sequence' | 'function';
  readonly seenAt: Date;
  readonly goneAt: Date | null;
}

/** One action group on one object inside a grant. */
export interface Permission {
  readonly action: Action;
  /** `schema.table`, `schema.function`, `schema` or `*` (the resource itself) */
  readonly object: string;
  readonly kind: 'table' | 'view' | 'sequence' | 'function' | 'schema' | 'resource';
  /** When the object was first seen: unused is claimed only for what existed the whole window. */
  readonly since: Date | null;
}

/** How often a permission of a grant was used. Denied and pending attempts are not use. */
export interface PermissionUsage {
  readonly action: string;
  readonly object: string;
  readonly used: number;
  /** Of these, how often only this grant allowed it. */
  readonly usedOnlyThis: number;
  readonly denied: number;
  readonly pending: number;
  readonly lastAt: Date | null;
  /** Where it was seen last: `/sessions/ID?at=SEQ`. */
  readonly lastSessionId: string | null;
  readonly lastSeq: number | null;
}

export type PermissionState = 'used' | 'unused' | 'since_grant' | 'not_in_catalog';

/** A permission with what was seen of it in a window. */
export interface PermissionRow extends PermissionUsage {
  readonly kind: Permission['kind'];
  /** `since_grant`: unused, but it existed for a part of the window only. */
  readonly state: PermissionState;
}

/** Of the overview: one agent, one resource, or both. */
export interface OverviewFilter {
  readonly agentId?: string | undefined;
  readonly resourceId?: string | undefined;
}

/** An object that was touched, or that somebody was denied, in a range. */
export interface TouchedObject {
  readonly resourceId: string;
  readonly resource: string;
  readonly object: string;
  readonly action: string;
  readonly used: number;
  readonly denied: number;
  readonly agents: number;
  readonly lastAt: Date;
}

export interface Overview {
  readonly range: Range;
  readonly liveSessions: number;
  readonly sessions: number;
  readonly statements: { readonly allowed: number; readonly held: number; readonly denied: number };
  readonly maskedFields: number;
  readonly openFindings: number;
  readonly pendingApprovals: number;
  readonly grants: { readonly active: number; readonly stale: number };
  readonly permissions: { readonly total: number; readonly unused: number };
  readonly activity: readonly {
    readonly agentId: string;
    readonly agent: string;
    readonly resourceId: string;
    readonly resource: string;
    readonly sessions: number;
    readonly statements: number;
    readonly held: number;
    readonly denied: number;
    readonly lastAt: Date;
  }[];
  /** One point for each UTC day of the range (each hour when it is two days or less). */
  readonly decisions: readonly {
    readonly at: Date;
    readonly allowed: number;
    readonly held: number;
    readonly denied: number;
  }[];
}

/** A finished statement as a worker hands it over. */
export interface StatementRow {
  readonly sessionId: string;
  readonly seq: number;
  readonly at: Date;
  readonly agentId: string;
  readonly resourceId: string;
  readonly tag: string;
  /** Masked as invariant 8 says. */
  readonly text: string;
  readonly actions: readonly string[];
  readonly objects: readonly string[];
  /** (action, object) pairs that usage counts: `read public.customers`. */
  readonly permissions: readonly { readonly action: string; readonly object: string }[];
  readonly decision: 'allow' | 'deny' | 'hold';
  readonly outcome: OutcomeStatus;
  readonly policies: readonly string[];
  readonly grantIds: readonly string[];
  readonly ticket: string | null;
  readonly errorCode: string | null;
  readonly errorText: string | null;
  readonly rows: number;
  readonly bytesOut: number;
  readonly maskedFields: number;
  readonly durationUs: number;
  readonly factsDigest: string;
}

export interface StatementBatch {
  readonly rows: readonly StatementRow[];
  readonly facts: readonly { readonly digest: string; readonly facts: unknown }[];
}

/** A permission of an active grant that nobody used in a window. */
export interface UnusedPermission {
  readonly grantId: string;
  readonly agent: { readonly id: string; readonly name: string };
  readonly resource: { readonly id: string; readonly name: string };
  readonly action: string;
  readonly object: string;
  /** From when use would have been seen. */
  readonly since: Date;
}
