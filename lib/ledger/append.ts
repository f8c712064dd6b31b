import { randomBytes } from 'node:crypto';
import { type Actor, actorId } from '#lib/auth/actor';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import type { LedgerAction } from './actions.ts';
import { saltedHash } from './envelope.ts';
import { storableJson, storableText } from './storable.ts';

export interface NewEntry {
  readonly actor: Actor;
  readonly action: LedgerAction;
  readonly subject: { readonly kind: string; readonly id: string };
  /** One plain sentence; must hold no secret and no literal of a masked column. */
  readonly summary: string;
  readonly payload?: Json;
  /** For writers that may write twice: a second entry with the same key is dropped. */
  readonly dedupeKey?: string;
  readonly at?: Date;
}

/**
 * Writes an entry in the caller's transaction, not yet sequenced (invariant 7). Returns its id; for
 * a dropped second one, the first one's. The tree commits to SHA-256(salt ‖ canonical payload), so
 * that a payload can be deleted under retention while the tree stands.
 */
export async function appendEntry(tx: Tx, entry: NewEntry): Promise<string> {
  const row = rowOf(entry);
  const { count } = await tx.ledgerEntry.createMany({
    data: [row],
    skipDuplicates: entry.dedupeKey !== undefined,
  });
  if (count === 1 || entry.dedupeKey === undefined) return row.id;
  const first = await tx.ledgerEntry.findUnique({
    where: { dedupeKey: entry.dedupeKey },
    select: { id: true },
  });
  return first?.id ?? row.id;
}

/** The same for many at once, in one statement. */
export async function appendEntries(tx: Tx, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length > 0) await tx.ledgerEntry.createMany({ data: entries.map(rowOf), skipDuplicates: true });
}

function rowOf(entry: NewEntry) {
  const salt = Uint8Array.from(randomBytes(16));
  const payload = storableJson(entry.payload ?? null);
  return {
    id: newId('entry'),
    at: entry.at ?? new Date(),
    actorKind: entry.actor.kind,
    actorId: actorId(entry.actor),
    actorName: storableText(entry.actor.name),
    action: entry.action,
    subjectKind: entry.subject.kind,
    subjectId: storableText(entry.subject.id),
    summary: storableText(entry.summary),
    ...(payload === null ? {} : { payload: JSON.parse(canonicalJson(payload)) }),
    salt,
    payloadHash: Uint8Array.from(saltedHash(salt, payload)),
    dedupeKey: entry.dedupeKey ?? null,
  };
}
