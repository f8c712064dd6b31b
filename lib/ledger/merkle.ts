import { hash } from 'node:crypto';
import { CountersignError } from '#lib/core/errors';

// The Merkle tree of RFC 6962 section 2.1 with SHA-256. Sizes and positions stay below 2^47, so
// they are divided and not shifted.

/** A complete subtree: leaves `index·2^level` up to `(index+1)·2^level`. Level 0 is a leaf. */
export interface NodeRef {
  readonly level: number;
  readonly index: number;
}

export interface Node extends NodeRef {
  readonly hash: Buffer;
}

export const emptyRoot = hash('sha256', Buffer.alloc(0), 'buffer');

export function leafHash(data: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(data.length + 1);
  bytes[0] = 0;
  bytes.set(data, 1);
  return hash('sha256', bytes, 'buffer');
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + left.length + right.length);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return hash('sha256', bytes, 'buffer');
}

/** The complete subtrees, left to right, that a tree of `size` leaves (from leaf `from` on) is made of. */
export function peaksOf(size: number, from = 0): NodeRef[] {
  const peaks: NodeRef[] = [];
  let start = from;
  let left = size;
  while (left > 0) {
    const level = Math.floor(Math.log2(left));
    const width = 2 ** level;
    peaks.push({ level, index: start / width });
    start += width;
    left -= width;
  }
  return peaks;
}

/** The hash over peaks, left to right; at least one. */
export function foldPeaks(hashes: readonly Buffer[]): Buffer {
  let root = hashes.at(-1);
  if (!root) return emptyRoot;
  for (let at = hashes.length - 2; at >= 0; at -= 1) root = nodeHash(hashes[at] as Buffer, root);
  return root;
}

/** A growing tree of which only the peaks are kept. */
export class Frontier {
  #size: number;
  readonly #peaks: Node[];

  /** `peaks`: those of `peaksOf(size)`, in that order, with their hashes. */
  constructor(size = 0, peaks: readonly Node[] = []) {
    if (peaks.length !== peaksOf(size).length) {
      throw new CountersignError('integrity', `a tree of ${size} leaves has other subtrees`);
    }
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  root(): Buffer {
    return foldPeaks(this.#peaks.map((peak) => peak.hash));
  }

  /** Appends a leaf; returns the complete subtrees above level 0 that it finished. */
  append(hash: Buffer): Node[] {
    const finished: Node[] = [];
    let node: Node = { level: 0, index: this.#size, hash };
    for (let last = this.#peaks.at(-1); last && last.level === node.level; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      node = { level: node.level + 1, index: last.index / 2, hash: nodeHash(last.hash, node.hash) };
      finished.push(node);
    }
    this.#peaks.push(node);
    this.#size += 1;
    return finished;
  }
}

/** The largest power of two below `size` (size > 1). */
export function splitOf(size: number): number {
  let split = 2 ** Math.floor(Math.log2(size));
  if (split === size) split /= 2;
  return split;
}
