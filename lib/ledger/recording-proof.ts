import type { Json } from '#lib/core/canonical-json';
import { CountersignError } from '#lib/core/errors';
import { openCheckpoint } from './checkpoint.ts';
import { saltedHash } from './envelope.ts';
import { leafHash } from './merkle.ts';
import type { EntryProof } from './model.ts';
import { inclusionStands } from './proofs.ts';
import type { NoteVerifier } from './signed-note.ts';

/** An entry and its place, as one JSON file beside what it speaks of. */
export interface ProofFile {
  readonly format: 'countersign-entry-proof';
  readonly version: 1;
  /** Canonical JSON. */
  readonly envelope: string;
  /** Hex. */
  readonly salt: string;
  readonly payload: unknown;
  readonly proof: EntryProof;
}

export interface CheckedProof {
  readonly action: string;
  readonly subjectId: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly size: number;
  readonly origin: string;
  /** True when one of the given keys signed the checkpoint. */
  readonly signed: boolean;
}

/** Checks a proof file offline. Throws `integrity` with what is wrong. */
export function checkProofFile(text: string, verifiers: readonly NoteVerifier[]): CheckedProof {
  let file: ProofFile;
  try {
    file = JSON.parse(text) as ProofFile;
    if (file.format !== 'countersign-entry-proof' || file.version !== 1) throw new Error('format');
    return check(file, verifiers);
  } catch (error) {
    if (error instanceof CountersignError) throw error;
    throw new CountersignError('integrity', 'this is not a proof of a ledger entry, or it is damaged');
  }
}

function check(file: ProofFile, verifiers: readonly NoteVerifier[]): CheckedProof {
  const envelope = JSON.parse(file.envelope) as {
    readonly action: string;
    readonly subject: { readonly id: string };
    readonly payloadHash: string;
  };
  const head = openCheckpoint(file.proof.checkpoint, verifiers);
  const path = file.proof.path.map((hash) => Buffer.from(hash, 'hex'));
  const leaf = leafHash(Buffer.from(file.envelope, 'utf8'));
  if (!inclusionStands(leaf, file.proof.position, head.size, path, head.root)) {
    throw new CountersignError('integrity', 'the entry does not stand in the tree of the checkpoint');
  }
  if (
    saltedHash(Buffer.from(file.salt, 'hex'), file.payload as Json).toString('hex') !== envelope.payloadHash
  ) {
    throw new CountersignError('integrity', "the proof's payload is not the one that was written");
  }
  return {
    action: envelope.action,
    subjectId: envelope.subject.id,
    payload: (file.payload ?? {}) as Readonly<Record<string, unknown>>,
    size: head.size,
    origin: head.origin,
    signed: head.verifier !== null,
  };
}
