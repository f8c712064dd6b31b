import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Clock, systemClock } from '#lib/core/clock';
import { keyFingerprint, rawPublicKey } from '#lib/core/ed25519';
import { CountersignError } from '#lib/core/errors';
import type { Db, Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { formatCheckpoint, openCheckpoint } from './checkpoint.ts';
import { consistencyRanges, consistencyStands } from './proofs.ts';
import { sequenceEntries, takeSequencerLock } from './sequence.ts';
import { type NoteVerifier, signNote } from './signed-note.ts';
import { loadProof, rootOf, treeSize } from './tree-store.ts';

/** A signed tree head. */
export interface Checkpoint {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly at: Date;
}

export interface PublishOptions {
  /** The log's name; by default it follows from the key. */
  readonly origin?: string;
  readonly clock?: Clock;
  /** Keys that may have signed the last checkpoint besides this one: earlier ones. */
  readonly earlier?: readonly NoteVerifier[];
}

/**
 * Sequences what waits, then signs the tree's head, unless a checkpoint of this size stands already.
 * Null: the ledger is empty. Throws `integrity`, and signs nothing, when the tree does not begin
 * with the tree of the last checkpoint, or that one is not signed by this key or an earlier one.
 */
export async function publishCheckpoint(
  db: Db,
  signingKey: KeyObject,
  options: PublishOptions = {},
): Promise<Checkpoint | null> {
  await sequenceEntries(db, { wait: true });
  return transaction(db, async (tx) => {
    await takeSequencerLock(tx, true);
    const size = await treeSize(tx);
    const last = await lastCheckpoint(tx);
    if (last) {
      requireKnownSigner(last, [
        { name: null, key: createPublicKey(signingKey) },
        ...(options.earlier ?? []),
      ]);
    }
    if (size === 0 || last?.size === size) return last;
    const root = await rootOf(tx, size);
    if (last) await requireConsistent(tx, last, size, root);
    const at = (options.clock ?? systemClock).now();
    const origin = options.origin ?? defaultOrigin(signingKey);
    const note = signNote(formatCheckpoint({ origin, size, root, at }), origin, signingKey);
    await tx.ledgerCheckpoint.create({
      data: { size: BigInt(size), root: Uint8Array.from(root), note, at },
    });
    return { size, root, note, at };
  });
}

/** The newest checkpoint, or null. */
export async function lastCheckpoint(tx: Tx): Promise<Checkpoint | null> {
  const row = await tx.ledgerCheckpoint.findFirst({ orderBy: { size: 'desc' } });
  return row && { size: Number(row.size), root: Buffer.from(row.root), note: row.note, at: row.at };
}

/** A log's name that follows from its key: `countersign/` and 16 hex digits of the fingerprint. */
export function defaultOrigin(key: KeyObject): string {
  return `countersign/${keyFingerprint(rawPublicKey(key)).toString('hex').slice(0, 16)}`;
}

/** Else whoever can write the database could have a past of their own go on under this key. */
function requireKnownSigner(last: Checkpoint, verifiers: readonly NoteVerifier[]): void {
  if (openCheckpoint(last.note, verifiers).verifier !== null) return;
  throw new CountersignError(
    'integrity',
    `The checkpoint of ${last.size} entries is not signed by this key, nor by one that is pinned. No checkpoint was signed. If the signing key was changed, put the earlier public key into pinned-keys.`,
  );
}

async function requireConsistent(tx: Tx, last: Checkpoint, size: number, root: Buffer): Promise<void> {
  const signed = openCheckpoint(last.note);
  const proof = last.size <= size ? await loadProof(tx, consistencyRanges(last.size, size)) : [];
  if (signed.size !== last.size || !consistencyStands(signed.size, size, signed.root, root, proof)) {
    throw new CountersignError(
      'integrity',
      `The ledger's tree does not begin with the one that was signed at ${last.size} entries: rows were changed or removed. No checkpoint was signed.`,
    );
  }
}
