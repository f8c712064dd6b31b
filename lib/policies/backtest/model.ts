import type { Outcome, PolicyRef } from '../model.ts';

/** Where a statement was seen. */
export interface SeenStatement {
  readonly sessionId: string;
  readonly seq: number;
  readonly at: string;
}

/** Statements that the draft decides otherwise, for one cause: policy, agent, resource and shape. */
export interface DecisionChange {
  readonly from: Outcome;
  readonly to: Outcome;
  /** The policy that makes the difference: of the draft, or (for an allow) the one that no longer speaks. */
  readonly policy: PolicyRef | null;
  readonly agent: { readonly id: string; readonly name: string };
  readonly resource: { readonly id: string; readonly name: string };
  /** "DELETE public.orders" */
  readonly shape: string;
  readonly count: number;
  /** The newest of them, as the search index shows it. */
  readonly text: string;
  /** What the agent would be told; null: allowed. */
  readonly message: string | null;
  /** The newest first, at most three. */
  readonly seen: readonly SeenStatement[];
}

export interface Backtest {
  readonly from: string;
  readonly to: string;
  /** Null: none is active, so that only grants decide. */
  readonly against: number | null;
  readonly statements: number;
  readonly distinct: number;
  /** Statements that the draft decides otherwise than the active version. */
  readonly changed: number;
  /** Statements whose facts are not kept: they could not be decided again. */
  readonly unknown: number;
  /** Statements that were decided otherwise when they ran than the active version decides them. */
  readonly decidedOtherwise: number;
  /** Most frequent first. */
  readonly changes: readonly DecisionChange[];
  /** Changes that are counted above, but not listed. */
  readonly unlisted: number;
  /** What was not looked at, as a sentence; null: everything was. */
  readonly cutOff: string | null;
  readonly sentence: string;
}
