import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import type { Tx } from '#lib/db/client';
import type { Node } from './merkle.ts';
import type { LedgerVerdict } from './model.ts';
import { readEntries, type StoredEntry } from './read-entries.ts';
import { LedgerFaultError, TreeReplay } from './replay-tree.ts';
import type { NoteVerifier } from './signed-note.ts';
import { loadNodes } from './tree-store.ts';

export interface VerifyOptions {
  /** Keys of which one must have signed each checkpoint; none given: signatures are not looked at. */
  readonly verifiers?: readonly NoteVerifier[];
  /** Checkpoints that were kept elsewhere: the ledger must have them as its past. */
  readonly against?: readonly string[];
  readonly onProgress?: (entries: number) => void;
}

/**
 * Recomputes the whole ledger from its entries, in pages, and compares leaves, stored subtrees and
 * checkpoints. It finds any change of rows by who can't also sign; against a checkpoint that was
 * kept elsewhere it finds every change.
 */
export async function verifyLedger(tx: Tx, options: VerifyOptions = {}): Promise<LedgerVerdict> {
  try {
    return await recompute(tx, options);
  } catch (error) {
    if (error instanceof LedgerFaultError) return { intact: false, fault: error.fault };
    throw error;
  }
}

/** `verifyLedger` for the ledger page's button. */
export async function verifyLedgerNow(context: Context, options: VerifyOptions = {}): Promise<LedgerVerdict> {
  requirePermission(context.actor, 'ledger.read');
  return verifyLedger(context.db, options);
}

async function recompute(tx: Tx, options: VerifyOptions): Promise<LedgerVerdict> {
  const rows = await tx.ledgerCheckpoint.findMany({ orderBy: { size: 'asc' } });
  const notes = [...rows.map((row) => row.note), ...(options.against ?? [])];
  const replay = new TreeReplay(notes, options.verifiers ?? []);
  for (const row of rows) {
    const signed = replay.checkpoints.find((head) => head.size === Number(row.size));
    if (signed !== undefined && signed.verifier === null && (options.verifiers ?? []).length > 0) {
      throw new LedgerFaultError(
        `checkpoint of ${row.size} entries`,
        'no key that is known here signed it: somebody else did, or the signing key was changed and the earlier one is not pinned',
      );
    }
    if (!signed?.root.equals(Buffer.from(row.root))) {
      throw new LedgerFaultError(
        `checkpoint of ${row.size} entries`,
        'its row says another thing than its note',
      );
    }
  }
  for await (const page of readEntries(tx)) {
    await comparePage(tx, replay, page);
    options.onProgress?.(replay.size);
  }
  replay.finish();
  await requireAllPlaced(tx);
  return {
    intact: true,
    size: replay.size,
    root: replay.root().toString('hex'),
    checkpoints: rows.length,
    unsequenced: await tx.ledgerUnsequenced.count(),
    payloadsForgotten: replay.payloadsForgotten,
  };
}

async function comparePage(tx: Tx, replay: TreeReplay, page: readonly StoredEntry[]): Promise<void> {
  const finished: Node[] = [];
  for (const entry of page) {
    const place = `entry ${entry.id} (position ${entry.position})`;
    if (entry.position !== replay.size) {
      throw new LedgerFaultError(`position ${replay.size}`, 'the entry that had this place is gone');
    }
    finished.push(...replay.add(entry, place, entry.leaf.toString('hex')));
  }
  const hashOf = await loadNodes(tx, finished);
  for (const node of finished) {
    if (!hashOf(node).equals(node.hash)) {
      throw new LedgerFaultError(
        `subtree ${node.level}/${node.index}`,
        'it is not what its entries add up to',
      );
    }
  }
}

async function requireAllPlaced(tx: Tx): Promise<void> {
  const [lost] = await tx.$queryRaw<{ id: string }[]>`
    SELECT e.id FROM ledger_entry e
    WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.entry_id = e.id)
      AND NOT EXISTS (SELECT 1 FROM ledger_unsequenced u WHERE u.entry_id = e.id)
    LIMIT 1`;
  if (lost) throw new LedgerFaultError(`entry ${lost.id}`, 'it has no place in the tree and waits for none');
}
