import { CountersignError } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { Frontier, foldPeaks, type Node, type NodeRef, peaksOf } from './merkle.ts';
import { nodesOf, type Range, rangeHashes } from './proofs.ts';

/** How many entries have a place in the tree. */
export async function treeSize(tx: Tx): Promise<number> {
  const [row] = await tx.$queryRaw<{ size: bigint }[]>`
    SELECT coalesce(max(position) + 1, 0) AS size FROM ledger_leaf`;
  return Number(row?.size ?? 0);
}

/** Hashes of stored subtrees, by `level/index`. Throws `integrity` when one is missing. */
export async function loadNodes(tx: Tx, refs: readonly NodeRef[]): Promise<(node: NodeRef) => Buffer> {
  const found = new Map<string, Buffer>();
  const leaves = refs.filter((ref) => ref.level === 0).map((ref) => BigInt(ref.index));
  if (leaves.length > 0) {
    const rows = await tx.ledgerLeaf.findMany({ where: { position: { in: leaves } } });
    for (const row of rows) found.set(`0/${row.position}`, Buffer.from(row.hash));
  }
  const inner = refs.filter((ref) => ref.level > 0);
  if (inner.length > 0) {
    const rows = await tx.$queryRaw<{ level: number; index: bigint; hash: Uint8Array }[]>`
      SELECT n.level, n.index, n.hash
      FROM unnest(${inner.map((ref) => ref.level)}::int[], ${inner.map((ref) => BigInt(ref.index))}::bigint[])
        AS asked(level, index)
      JOIN ledger_node n ON n.level = asked.level AND n.index = asked.index`;
    for (const row of rows) found.set(`${row.level}/${row.index}`, Buffer.from(row.hash));
  }
  return (node) => {
    const hash = found.get(`${node.level}/${node.index}`);
    if (!hash) {
      throw new CountersignError(
        'integrity',
        `the ledger lacks subtree ${node.level}/${node.index}: rows of it were removed`,
      );
    }
    return hash;
  };
}

/** The tree of the first `size` entries, ready to grow. */
export async function loadFrontier(tx: Tx, size: number): Promise<Frontier> {
  const peaks = peaksOf(size);
  const hashOf = await loadNodes(tx, peaks);
  return new Frontier(
    size,
    peaks.map((peak): Node => ({ ...peak, hash: hashOf(peak) })),
  );
}

/** Root of the tree of the first `size` entries. */
export async function rootOf(tx: Tx, size: number): Promise<Buffer> {
  const peaks = peaksOf(size);
  const hashOf = await loadNodes(tx, peaks);
  return foldPeaks(peaks.map(hashOf));
}

export async function loadProof(tx: Tx, ranges: readonly Range[]): Promise<Buffer[]> {
  const hashOf = await loadNodes(tx, ranges.flatMap(nodesOf));
  return rangeHashes(ranges, hashOf);
}
