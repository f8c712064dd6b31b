import { hash } from 'node:crypto';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import { leafHash } from './merkle.ts';

/** What the tree commits to of an entry. The payload is in it by its salted hash only. */
export interface Envelope {
  readonly id: string;
  readonly at: Date;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly summary: string;
  readonly payloadHash: Uint8Array;
}

/** The envelope as canonical JSON: the bytes that a leaf hashes. */
export function envelopeJson(entry: Envelope): string {
  return canonicalJson({
    v: 1,
    id: entry.id,
    at: entry.at.toISOString(),
    actor: { kind: entry.actorKind, id: entry.actorId, name: entry.actorName },
    action: entry.action,
    subject: { kind: entry.subjectKind, id: entry.subjectId },
    summary: entry.summary,
    payloadHash: Buffer.from(entry.payloadHash).toString('hex'),
  });
}

export function envelopeLeaf(entry: Envelope): Buffer {
  return leafHash(Buffer.from(envelopeJson(entry), 'utf8'));
}

/** SHA-256(salt ‖ canonical payload): hides a payload that was deleted, proves one that is shown. */
export function saltedHash(salt: Uint8Array, payload: Json): Buffer {
  return hash('sha256', Buffer.concat([salt, Buffer.from(canonicalJson(payload), 'utf8')]), 'buffer');
}
