import type { ItemState } from './model.ts';

export interface DecisionResult {
  readonly itemId: string;
  readonly decisionId: string;
  readonly state: ItemState;
  readonly removalId: string | null;
}

export type BulkResult =
  | ({ readonly ok: true } & DecisionResult)
  | { readonly ok: false; readonly itemId: string; readonly code: string; readonly message: string };

export interface SignResult {
  readonly campaignId: string;
  readonly entryId: string;
  readonly manifestHash: string;
  readonly packHash: string;
}
