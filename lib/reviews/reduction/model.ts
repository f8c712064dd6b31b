import type { EvidenceLink, GrantTermsView } from '../model.ts';

export interface ReplaySummary {
  readonly statements: number;
  readonly distinct: number;
  readonly refused: number;
  /** Statements whose facts are not kept any more: they could not be replayed. */
  readonly unknown: number;
}

export interface ReplayResult extends ReplaySummary {
  /** "12,431 statements replayed, 0 would have been refused" */
  readonly sentence: string;
  /** The refused, by distinct facts, most frequent first, at most 100. */
  readonly refusals: readonly {
    readonly link: EvidenceLink;
    readonly text: string;
    readonly count: number;
    readonly message: string;
  }[];
}

/** How far a proposal may go beyond the tables that were used. */
export type Generalisation = 'table' | 'schema';

export interface ReductionProposal {
  /** Null: nothing was used, the smallest grant is none. */
  readonly terms: GrantTermsView | null;
  /** "read and write public.orders; drops schema and public.customers, public.payments" */
  readonly sentence: string;
  readonly droppedActions: readonly string[];
  /** True when the terms are not smaller than the grant. */
  readonly same: boolean;
  readonly replay: ReplayResult | null;
}
