import { CountersignError } from '#lib/core/errors';
import { foldPeaks, type NodeRef, nodeHash, peaksOf, splitOf } from './merkle.ts';

/** A run of leaves, `start` ≤ leaf < `start + size`, whose hash a proof needs. */
export interface Range {
  readonly start: number;
  readonly size: number;
}

/** RFC 6962 2.1.1: the subtrees beside the path of leaf `position` in a tree of `size`, lowest first. */
export function inclusionRanges(position: number, size: number): Range[] {
  if (!Number.isSafeInteger(position) || position < 0 || position >= size) {
    throw new CountersignError('invalid', `a tree of ${size} entries has no entry ${position}`);
  }
  const ranges: Range[] = [];
  let start = 0;
  let left = size;
  while (left > 1) {
    const split = splitOf(left);
    if (position - start < split) {
      ranges.push({ start: start + split, size: left - split });
      left = split;
    } else {
      ranges.push({ start, size: split });
      start += split;
      left -= split;
    }
  }
  return ranges.reverse();
}

/** RFC 6962 2.1.2: the subtrees that prove that the tree of `size` begins with the tree of `earlier`. */
export function consistencyRanges(earlier: number, size: number): Range[] {
  if (!Number.isSafeInteger(earlier) || earlier < 0 || earlier > size) {
    throw new CountersignError('invalid', `a tree of ${size} entries has no earlier one of ${earlier}`);
  }
  if (earlier === 0 || earlier === size) return [];
  const ranges: Range[] = [];
  let start = 0;
  let old = earlier;
  let left = size;
  let whole = true;
  while (old !== left) {
    const split = splitOf(left);
    if (old <= split) {
      ranges.push({ start: start + split, size: left - split });
      left = split;
    } else {
      ranges.push({ start, size: split });
      start += split;
      old -= split;
      left -= split;
      whole = false;
    }
  }
  if (!whole) ranges.push({ start, size: old });
  return ranges.reverse();
}

/** The stored subtrees that make up a range. */
export function nodesOf(range: Range): NodeRef[] {
  return peaksOf(range.size, range.start);
}

/** The hashes of ranges, from stored subtrees. */
export function rangeHashes(ranges: readonly Range[], hashOf: (node: NodeRef) => Buffer): Buffer[] {
  return ranges.map((range) => foldPeaks(nodesOf(range).map(hashOf)));
}

/** RFC 9162 2.1.3.2: does `proof` show that the leaf stands at `position` in the tree with `root`? */
export function inclusionStands(
  leaf: Buffer,
  position: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!Number.isSafeInteger(position) || position < 0 || position >= size) return false;
  let index = position;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (index % 2 === 1 || index === last) {
      hash = nodeHash(sibling, hash);
      while (index % 2 === 0 && index !== 0) {
        index = Math.floor(index / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash.equals(root);
}

/** RFC 9162 2.1.4.2: does `proof` show that the tree with `root` begins with the one with `earlierRoot`? */
export function consistencyStands(
  earlier: number,
  size: number,
  earlierRoot: Buffer,
  root: Buffer,
  proof: readonly Buffer[],
): boolean {
  if (earlier > size || earlier < 0) return false;
  if (earlier === size) return proof.length === 0 && earlierRoot.equals(root);
  if (earlier === 0) return proof.length === 0;
  const path = [...proof];
  if (Number.isInteger(Math.log2(earlier))) path.unshift(earlierRoot);
  const first = path.shift();
  if (!first) return false;
  let index = earlier - 1;
  let last = size - 1;
  while (index % 2 === 1) {
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  let old = first;
  let now = first;
  for (const sibling of path) {
    if (last === 0) return false;
    if (index % 2 === 1 || index === last) {
      old = nodeHash(sibling, old);
      now = nodeHash(sibling, now);
      while (index % 2 === 0 && index !== 0) {
        index = Math.floor(index / 2);
        last = Math.floor(last / 2);
      }
    } else {
      now = nodeHash(now, sibling);
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && old.equals(earlierRoot) && now.equals(root);
}
