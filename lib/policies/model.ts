import type { DetectorName, MaskPlan, MaskSpec } from '#lib/masking/model';
import type { SqlFacts } from '#lib/sql/model';

/** What a grant may allow. Wires add members under them (SQL: select, insert, drop_table, …). */
export const actions = ['read', 'write', 'schema', 'execute', 'admin', 'egress'] as const;

export type Action = (typeof actions)[number];

/** What a request is about, inside one resource. */
export type ObjectRef =
  | { readonly kind: 'resource' }
  | { readonly kind: 'schema'; readonly schema: string }
  /** A table, view, materialised view, foreign table or sequence. */
  | { readonly kind: 'table'; readonly schema: string; readonly name: string }
  | { readonly kind: 'function'; readonly schema: string; readonly name: string };

/** One thing that a statement would do to one object. Policy answers one question for each. */
export interface AccessRequest {
  readonly action: Action;
  /** The verb inside the action, lower case with underscores: `delete`, `drop_table`, `copy_program`. */
  readonly member: string;
  readonly object: ObjectRef;
}

/** Something that is refused whatever the policies say: what was not understood, or what is pinned. */
export interface Refusal {
  readonly message: string;
  readonly hint: string | null;
}

/** The part of every wire's facts that policy reads. Pure data. */
export interface PolicyFacts {
  readonly requests: readonly AccessRequest[];
  /** Named values that policies may read as `context.facts.NAME`: `has_where`, `set_role`. */
  readonly attributes: Readonly<Record<string, boolean | number | string>>;
  readonly refusals: readonly Refusal[];
}

export const purposeTiers = ['verified', 'resolved', 'correlated', 'claimed'] as const;

export type PurposeTier = (typeof purposeTiers)[number];

/** A grant as policy sees it. */
export interface GrantTerms {
  readonly id: string;
  readonly actions: readonly Action[];
  /** `*`, `schema.*` or `schema.table`. */
  readonly scope: readonly string[];
  readonly endsAt: Date | null;
}

export interface FreezeTerms {
  readonly id: string;
  readonly environment: string;
  readonly reason: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly exceptions: readonly string[];
}

export const policyFileName = /^[\w][\w.-]{0,79}$/;

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

export interface PolicyRef {
  readonly id: string;
  readonly kind: 'grant' | 'rule' | 'forbid' | 'builtin';
}

export interface HoldTerms {
  /** Names of the groups that must answer; every one of them. Empty: any approver of the resource. */
  readonly groups: readonly string[];
  readonly quorum: number;
  readonly ttlSeconds: number;
  /** One approval also covers the same canonical statement later in the session. */
  readonly repeat: boolean;
}

export const limitKinds = [
  'rows_max',
  'bytes_max',
  'session_rows_max',
  'session_bytes_max',
  'rate_max',
  'idle_max',
  'session_max',
  'zone',
] as const;

/** `…_max`: rows and bytes out, of a statement or a session; statements a second; seconds. `zone`: a name. */
export type LimitKind = (typeof limitKinds)[number];

export interface PolicyLimit {
  readonly kind: LimitKind;
  readonly value: number | string;
}

/** A limit and the rule that sets it. */
export interface LimitTerm extends PolicyLimit {
  readonly rule: string;
}

export type Outcome = 'allow' | 'hold' | 'deny';

/** Which of two outcomes counts when both are said: the higher one. */
export const strictness: Readonly<Record<Outcome, number>> = { allow: 0, hold: 1, deny: 2 };

export interface Decision {
  readonly outcome: Outcome;
  /** The policies that led to it, the strictest first. */
  readonly policies: readonly PolicyRef[];
  /** For a person or an agent: what was decided and why, one sentence. Null when allowed. */
  readonly message: string | null;
  /** What to do instead, or null. */
  readonly hint: string | null;
  readonly hold: HoldTerms | null;
  readonly masks: MaskPlan;
  /** What rules allow of rows, bytes, pace, time and zones; the strictest of each kind. Absent: nothing. */
  readonly limits?: readonly LimitTerm[];
  /** Grants of which each alone covers every request. */
  readonly grantIds: readonly string[];
  /** True when the decision read time or the row estimate: cache it only with those values. */
  readonly volatile: boolean;
  /** What the candidate policies read beside facts and access: the values that a cache's key must hold. */
  readonly reads?: readonly ('time' | 'estimate' | 'purpose')[];
  /** A grant or a freeze ends or begins then: decide again. Null: the decision stands until access changes. */
  readonly validUntil: Date | null;
}

export interface PolicyAgent {
  readonly id: string;
  readonly name: string;
  readonly groups: readonly string[];
}

export interface PolicyResource {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
  readonly masks: readonly MaskSpec[];
  /** What is searched for in text and JSON that comes back, beside the masks; absent: nothing. */
  readonly detect?: readonly DetectorName[];
}

export interface PolicyContext {
  readonly now: Date;
  readonly purposeTier: PurposeTier | null;
  /** The planner's row estimate of a write; null when none could be had, which counts as over any limit. */
  readonly rowEstimate: number | null;
}

/** What evaluate decides about. Facts of wires without columns leave the SQL members out. */
export interface EvaluateInput {
  readonly facts: PolicyFacts &
    Partial<Pick<SqlFacts, 'tag' | 'functions' | 'columns' | 'outputs' | 'outputsUnknown' | 'unresolved'>>;
  readonly agent: PolicyAgent;
  readonly resource: PolicyResource;
  readonly grants: readonly GrantTerms[];
  readonly freezes: readonly FreezeTerms[];
  readonly context: PolicyContext;
}
