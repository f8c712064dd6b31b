import type { Tx } from '#lib/db/client';
import { envelopeJson } from './envelope.ts';
import { inclusionProof } from './prove.ts';
import type { ProofFile } from './recording-proof.ts';

/** The proof file of a session's seal; null until a checkpoint covers it. The caller checks permission. */
export async function sealProof(tx: Tx, sessionId: string): Promise<ProofFile | null> {
  const entry = await tx.ledgerEntry.findFirst({
    where: { action: 'session.sealed', subjectKind: 'session', subjectId: sessionId },
    orderBy: { at: 'asc' },
  });
  const proof = entry && (await inclusionProof(tx, entry.id));
  if (!entry || !proof) return null;
  return {
    format: 'countersign-entry-proof',
    version: 1,
    envelope: envelopeJson(entry),
    salt: Buffer.from(entry.salt).toString('hex'),
    payload: entry.payload,
    proof,
  };
}
