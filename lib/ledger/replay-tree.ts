import type { Json } from '#lib/core/canonical-json';
import { CountersignError } from '#lib/core/errors';
import { type OpenedCheckpoint, openCheckpoint } from './checkpoint.ts';
import { type Envelope, envelopeLeaf, saltedHash } from './envelope.ts';
import { Frontier, type Node } from './merkle.ts';
import type { LedgerFault } from './model.ts';
import type { NoteVerifier } from './signed-note.ts';

export interface ReplayedEntry extends Envelope {
  readonly salt: Uint8Array;
  readonly payload: unknown;
}

/** A place where evidence does not check. */
export class LedgerFaultError extends CountersignError {
  readonly fault: LedgerFault;

  constructor(place: string, message: string) {
    super('integrity', `${place}: ${message}`, { details: [{ at: place, message }] });
    this.fault = { place, message };
  }
}

/**
 * Builds the tree anew from entries in order and compares it with every checkpoint on the way:
 * the one recomputation that the page's button, the export's check and the tests share.
 */
export class TreeReplay {
  readonly #frontier = new Frontier();
  readonly #checkpoints: OpenedCheckpoint[];
  #next = 0;
  payloadsForgotten = 0;

  /** `notes` in any order; those signed by one of `verifiers` have their signature checked. */
  constructor(notes: readonly string[], verifiers: readonly NoteVerifier[]) {
    this.#checkpoints = notes
      .map((note) => open(note, verifiers))
      .sort((left, right) => left.size - right.size);
    this.#compare();
  }

  get size(): number {
    return this.#frontier.size;
  }

  get checkpoints(): readonly OpenedCheckpoint[] {
    return this.#checkpoints;
  }

  root(): Buffer {
    return this.#frontier.root();
  }

  /** Checks an entry against its payload and its leaf (hex), adds it, and returns the subtrees that it finished. */
  add(entry: ReplayedEntry, place: string, leafHex: string): readonly Node[] {
    this.#checkPayload(entry, place);
    const leaf = envelopeLeaf(entry);
    if (leaf.toString('hex') !== leafHex) {
      throw new LedgerFaultError(place, 'it is not what its leaf was made of');
    }
    const nodes = this.#frontier.append(leaf);
    this.#compare();
    return nodes;
  }

  /** Throws when a checkpoint claims more entries than there are. */
  finish(): void {
    const missed = this.#checkpoints[this.#next];
    if (missed) {
      throw new LedgerFaultError(
        `checkpoint of ${missed.size} entries`,
        `only ${this.size} entries are left: ${missed.size - this.size} were removed from the end`,
      );
    }
  }

  #checkPayload(entry: ReplayedEntry, place: string): void {
    if (entry.salt.length === 0) {
      this.payloadsForgotten += 1;
      if (entry.payload !== null) throw new LedgerFaultError(place, 'its payload stands without its salt');
      return;
    }
    const hash = saltedHash(entry.salt, entry.payload as Json);
    if (!hash.equals(entry.payloadHash)) {
      throw new LedgerFaultError(place, 'its payload is not the one that was written');
    }
  }

  #compare(): void {
    for (let head = this.#checkpoints[this.#next]; head?.size === this.size; ) {
      if (!head.root.equals(this.root())) {
        throw new LedgerFaultError(
          `checkpoint of ${head.size} entries`,
          `the first ${head.size} entries add up to another root than was signed: one of them was changed, removed, added or moved`,
        );
      }
      this.#next += 1;
      head = this.#checkpoints[this.#next];
    }
  }
}

function open(note: string, verifiers: readonly NoteVerifier[]): OpenedCheckpoint {
  try {
    return openCheckpoint(note, verifiers);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    throw new LedgerFaultError('checkpoint', error.message);
  }
}
