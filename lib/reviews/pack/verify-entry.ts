import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import { CountersignError } from '#lib/core/errors';
import { openCheckpoint } from '#lib/ledger/checkpoint';
import { type CheckedProof, checkProofFile, type ProofFile } from '#lib/ledger/recording-proof';
import type { NoteVerifier } from '#lib/ledger/signed-note';

/**
 * The ledger's entry of a sign-off with its place in the tree, signed by `key`. Beyond the proof
 * itself, every member that nothing else depends on is derived again, so that no byte is free.
 */
export function checkEntry(text: string, key: NoteVerifier & { readonly name: string }): CheckedProof {
  const file = JSON.parse(text) as ProofFile;
  if (canonicalJson(file as unknown as Json) !== text) throw fault('it is not written in the one form');
  const found = checkProofFile(text, [key]);
  if (!found.signed || found.origin !== key.name)
    throw fault('its checkpoint is not signed with the key in proof/key.txt');
  if (found.action !== 'campaign.signed') throw fault('it is the entry of something else than a sign-off');
  const { proof, envelope } = file;
  const head = openCheckpoint(proof.checkpoint, [key]);
  const leaf = createHash('sha256')
    .update(Buffer.from([0]))
    .update(envelope, 'utf8')
    .digest('hex');
  if (proof.size !== head.size || proof.root !== head.root.toString('hex') || proof.leaf !== leaf) {
    throw fault('its size, root or leaf is not the one of the checkpoint');
  }
  if (proof.path.some((hash) => !/^[0-9a-f]{64}$/.test(hash)) || !/^[0-9a-f]+$/.test(file.salt)) {
    throw fault('a hash in it is not written in the one form');
  }
  const signatures = proof.checkpoint.slice(proof.checkpoint.lastIndexOf('\n\n') + 2, -1);
  const encoded = signatures.split(' ')[2] ?? '';
  if (signatures.includes('\n') || Buffer.from(encoded, 'base64').toString('base64') !== encoded) {
    throw fault('its checkpoint is not written in the one form');
  }
  return found;
}

function fault(message: string): CountersignError {
  return new CountersignError('integrity', message);
}
