import type { GrantReading, ImportSource } from '#lib/grants/imports/model';

/** What a review decided about a grant that stands in another system. */
export interface RemovalOrder {
  readonly removalId: string;
  readonly externalId: string | null;
  readonly agent: string;
  readonly resource: string;
  /** Null: all of it is to go; else what may stay. */
  readonly keep: { readonly actions: readonly string[]; readonly scope: readonly string[] } | null;
  readonly reason: string;
}

/** What a source answers to an order: that it took it, not yet that it is gone. */
export interface Acknowledgement {
  /** Where to look it up there: an operation's id, a ticket. */
  readonly reference: string;
  readonly sentence: string;
}

/**
 * A system that gives access past this gateway. None is shipped yet: a person carries the order
 * out, confirms it with `acceptRemoval`, and has the source read again with `importGrants`.
 */
export interface Connector {
  readonly source: ImportSource;
  /** Takes the access away, or narrows it. Asked again after a failure: the same order twice is one. */
  remove(order: RemovalOrder): Promise<Acknowledgement>;
  /** Everything that the source gives now, read anew. */
  read(): Promise<GrantReading>;
}
