import type { LedgerAction } from './actions.ts';

/** An entry as pages list it. */
export interface EntryRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string };
  readonly action: LedgerAction;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly summary: string;
  /** Its place in the tree, from 0; null until it is sequenced (a second at most). */
  readonly position: number | null;
}

export interface EntryPage {
  readonly entries: readonly EntryRow[];
  /** Opaque: pass it as `after` for the next page; null: the last one. */
  readonly next: string | null;
}

/** One entry with what proves its place. Hashes are lower-case hex. */
export interface EntryDetail extends EntryRow {
  readonly payload: unknown;
  /** True when the payload was deleted under retention: its hash still stands. */
  readonly payloadForgotten: boolean;
  /** The bytes that the leaf hashes (canonical JSON). */
  readonly envelope: string;
  readonly salt: string;
  /** Null until a checkpoint covers the entry. */
  readonly proof: EntryProof | null;
}

export interface EntryProof {
  readonly position: number;
  readonly size: number;
  readonly leaf: string;
  /** Siblings from the leaf up. */
  readonly path: readonly string[];
  readonly root: string;
  /** Signed note over `size` and `root`. */
  readonly checkpoint: string;
}

export interface LedgerState {
  /** Entries in the tree. */
  readonly size: number;
  readonly unsequenced: number;
  /** Hex; of the tree as it is now. */
  readonly root: string;
  readonly lastCheckpoint: {
    readonly size: number;
    readonly root: string;
    readonly note: string;
    readonly at: Date;
    readonly origin: string;
  } | null;
}

/** What a whole recomputation found. */
export type LedgerVerdict =
  | {
      readonly intact: true;
      readonly size: number;
      readonly root: string;
      readonly checkpoints: number;
      readonly unsequenced: number;
      readonly payloadsForgotten: number;
    }
  | { readonly intact: false; readonly fault: LedgerFault };

export interface LedgerFault {
  /** `entry led_… (position 12)`, `checkpoint of 40 entries`, `line 7`. */
  readonly place: string;
  readonly message: string;
}
