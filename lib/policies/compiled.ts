import type { OtherUse } from '#lib/masking/schema';
import type { PolicyJson } from './cedar.ts';
import type { PolicyLimit } from './model.ts';

/** What a rule asks of a request that it matches. */
export interface Obligations {
  /** Null: the rule holds nothing. Empty: any approver of the resource. */
  readonly groups: readonly string[] | null;
  readonly quorum: number;
  readonly ttlSeconds: number | null;
  readonly repeat: boolean;
  readonly reasonRequired: boolean;
  /** What becomes at least of uses of masked columns that no mask provides for; null: it says nothing. */
  readonly masked: OtherUse | null;
  readonly limits: readonly PolicyLimit[];
}

/** What a policy reads beside the facts: its answers are cached only with these values. */
export type ContextRead = 'time' | 'estimate' | 'purpose';

/** One policy of a published version, or of the built-in ones, understood. */
export interface CompiledPolicy {
  readonly id: string;
  readonly kind: 'rule' | 'forbid' | 'builtin';
  readonly file: string;
  readonly line: number;
  /** Where it begins in its file, in UTF-16 units. */
  readonly offset: number;
  readonly text: string;
  readonly json: PolicyJson;
  readonly message: string | null;
  readonly hint: string | null;
  /** Null for a forbid and for built-in access. */
  readonly obligations: Obligations | null;
  readonly reads: ReadonlySet<ContextRead>;
  /** Names of the context that its conditions read: `hour`, `facts.has_where`. */
  readonly names: ReadonlySet<string>;
}

/** A policy version, ready to decide. Made by compilePolicies only. */
export interface CompiledPolicies {
  readonly version: number;
  /** Tells prepared sets of one compilation from another's. */
  readonly key: string;
  readonly policies: readonly CompiledPolicy[];
  readonly byId: ReadonlyMap<string, CompiledPolicy>;
}

/** Something wrong in a policy file, at its place. Lines and columns count from 1. */
export interface PolicyProblem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
}
