import { readFile } from 'node:fs/promises';
import { checkProofFile } from '#lib/ledger/recording-proof';
import { RecordingFault, type VerifiedRecording, verifyRecordingFile } from '#lib/recording/index';
import type { TrustedKey } from './keys.ts';
import { printable, type Verdict } from './verdict.ts';

/** Checks a recording; with `proofPath`, also that the ledger holds its digest. */
export async function verifyRecordingAt(
  path: string,
  keys: readonly TrustedKey[],
  proofPath: string | undefined,
): Promise<Verdict> {
  let found: VerifiedRecording;
  try {
    found = await verifyRecordingFile(
      path,
      keys.map((key) => key.key),
    );
  } catch (error) {
    if (!(error instanceof RecordingFault)) throw error;
    const message = error.details[0]?.message ?? error.message;
    return { kind: 'broken', place: `${error.place}, byte ${error.offset}`, message };
  }
  const facts: [string, string][] = [
    ['recording', `session ${printable(found.header.sessionId)}, ${found.state}`],
    ['sealed at', found.sealedAt.toISOString()],
    ['contents', `${found.statements} statements, ${found.records} records, ${found.blocks} blocks`],
    ['size', `${found.bytes} bytes`],
    ['SHA-256', found.digest],
    ['seal', sealText(found, keys)],
  ];
  const proof = proofPath === undefined ? null : await readProof(proofPath, found, keys);
  if (proof?.kind === 'broken') return proof;
  if (proof) facts.push(['ledger', proof.text]);
  if (found.signer === 'trusted' || proof?.signed) return { kind: 'intact', facts };
  return { kind: 'unknown-signer', facts, advice: adviceFor(found) };
}

async function readProof(
  path: string,
  found: VerifiedRecording,
  keys: readonly TrustedKey[],
): Promise<{ kind: 'proof'; text: string; signed: boolean } | (Verdict & { kind: 'broken' })> {
  const checked = checkProofFile(await readFile(path, 'utf8'), keys);
  if (checked.action !== 'session.sealed' || checked.subjectId !== found.header.sessionId) {
    return { kind: 'broken', place: path, message: 'it proves another entry than the seal of this session' };
  }
  if (checked.payload.digest !== found.digest) {
    return {
      kind: 'broken',
      place: 'the whole file',
      message: 'its digest is not the one that the ledger holds: this is another recording of that session',
    };
  }
  const by = checked.signed ? 'signed by a trusted key' : 'signer not established';
  return {
    kind: 'proof',
    text: `its digest stands in the first ${checked.size} entries of ${printable(checked.origin)}, ${by}`,
    signed: checked.signed,
  };
}

function sealText(found: VerifiedRecording, keys: readonly TrustedKey[]): string {
  if (found.signer === 'none') return 'not signed';
  const key = keys.find((candidate) => candidate.fingerprint === found.fingerprint);
  return key
    ? `signed by ${found.fingerprint} (${key.from})`
    : `signed by ${found.fingerprint}, which is not among the trusted keys`;
}

function adviceFor(found: VerifiedRecording): string {
  return found.fingerprint === null
    ? "Nobody signed this file. Compare its SHA-256 with the ledger's entry session.sealed, or give --proof FILE."
    : `Compare the fingerprint ${found.fingerprint} with what the operator published, then give --key.`;
}
