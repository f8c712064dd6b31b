import type { Tx } from '#lib/db/client';
import type { ReplayedEntry } from './replay-tree.ts';

/** Entries in one page: a few megabytes at most. */
const pageRows = 2_000;

export interface StoredEntry extends ReplayedEntry {
  readonly position: number;
  readonly leaf: Buffer;
}

/** Sequenced entries in the tree's order, in pages, up to `size` of them. */
export async function* readEntries(
  tx: Tx,
  size: number = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<StoredEntry[]> {
  for (let next = 0; next < size; ) {
    const until = Math.min(next + pageRows, size);
    const rows = await tx.$queryRaw<(Omit<StoredEntry, 'position' | 'leaf'> & RawLeaf)[]>`
      SELECT l.position, l.hash AS leaf, e.id, e.at, e.actor_kind AS "actorKind", e.actor_id AS "actorId",
        e.actor_name AS "actorName", e.action, e.subject_kind AS "subjectKind",
        e.subject_id AS "subjectId", e.summary, e.payload, e.salt, e.payload_hash AS "payloadHash"
      FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
      WHERE l.position >= ${BigInt(next)} AND l.position < ${BigInt(until)}
      ORDER BY l.position`;
    if (rows.length > 0) {
      yield rows.map((row) => ({ ...row, position: Number(row.position), leaf: Buffer.from(row.leaf) }));
    }
    if (rows.length < until - next) {
      const [more] = await tx.$queryRaw<{ position: bigint }[]>`
        SELECT position FROM ledger_leaf WHERE position >= ${BigInt(until)} ORDER BY position LIMIT 1`;
      if (!more) return;
    }
    next = until;
  }
}

interface RawLeaf {
  readonly position: bigint;
  readonly leaf: Uint8Array;
}
