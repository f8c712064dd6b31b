import { CountersignError, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import type { EntryProof } from './model.ts';
import { consistencyRanges, inclusionRanges, inclusionStands } from './proofs.ts';
import { loadProof } from './tree-store.ts';

/** Proof that an entry stands in the tree of a checkpoint: of `size`, or the newest. Null: none covers it yet. */
export async function inclusionProof(tx: Tx, entryId: string, size?: number): Promise<EntryProof | null> {
  const leaf = await tx.ledgerLeaf.findUnique({ where: { entryId } });
  if (!leaf) return null;
  const position = Number(leaf.position);
  const checkpoint =
    size === undefined
      ? await tx.ledgerCheckpoint.findFirst({ orderBy: { size: 'desc' } })
      : await tx.ledgerCheckpoint.findUnique({ where: { size: BigInt(size) } });
  if (!checkpoint && size !== undefined) throw notFound(`There is no checkpoint of ${size} entries.`);
  if (!checkpoint || checkpoint.size <= leaf.position) return null;
  const path = await loadProof(tx, inclusionRanges(position, Number(checkpoint.size)));
  const root = Buffer.from(checkpoint.root);
  if (!inclusionStands(Buffer.from(leaf.hash), position, Number(checkpoint.size), path, root)) {
    throw new CountersignError(
      'integrity',
      `The ledger's tree does not fit its checkpoint of ${checkpoint.size} entries: rows were changed.`,
    );
  }
  return {
    position,
    size: Number(checkpoint.size),
    leaf: Buffer.from(leaf.hash).toString('hex'),
    path: path.map((hash) => hash.toString('hex')),
    root: root.toString('hex'),
    checkpoint: checkpoint.note,
  };
}

/** Proof, hex, that the tree of `size` entries begins with the tree of `earlier`. */
export async function consistencyProof(tx: Tx, earlier: number, size: number): Promise<string[]> {
  const proof = await loadProof(tx, consistencyRanges(earlier, size));
  return proof.map((hash) => hash.toString('hex'));
}
