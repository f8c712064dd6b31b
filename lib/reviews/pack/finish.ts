import type { KeyObject } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import type { Clock } from '#lib/core/clock';
import { CountersignError } from '#lib/core/errors';
import type { Db } from '#lib/db/client';
import {
  defaultOrigin,
  envelopeJson,
  inclusionProof,
  type ProofFile,
  publishCheckpoint,
  verifierLine,
} from '#lib/ledger/index';
import { fileDigest } from './build.ts';
import { contentFiles, manifestFile } from './files.ts';
import { type SignOffClaim, signOffEnvelope } from './sign-off.ts';
import { writeZip } from './zip-write.ts';

/**
 * Puts the proof beside a signed pack's content and closes the container: the entry gets its place in
 * the ledger and a checkpoint over it. May be called again after a crash; returns the pack's SHA-256.
 */
export async function finishPack(
  db: Db,
  clock: Clock,
  place: { readonly folder: string; readonly path: string; readonly entryId: string },
  signingKey: KeyObject,
): Promise<string> {
  const { folder, path } = place;
  await publishCheckpoint(db, signingKey, { clock });
  const entry = await db.ledgerEntry.findUniqueOrThrow({ where: { id: place.entryId } });
  const proof = await inclusionProof(db, entry.id);
  if (!proof)
    throw new CountersignError('unavailable', 'The ledger has not sealed the sign-off yet; try again.');
  const file: ProofFile = {
    format: 'countersign-entry-proof',
    version: 1,
    envelope: envelopeJson(entry),
    salt: Buffer.from(entry.salt).toString('hex'),
    payload: entry.payload,
    proof,
  };
  const claim = entry.payload as unknown as SignOffClaim;
  if ((await fileDigest(join(folder, manifestFile))) !== claim.manifestHash) {
    throw new CountersignError('integrity', 'The kept content of this pack is not the one that was signed.');
  }
  const bytesOf = (text: string) => Buffer.from(text, 'utf8');
  const draft = `${path}.part`;
  await writeZip(draft, [
    ...contentFiles.map((name) => ({ name, content: join(folder, name) })),
    { name: manifestFile, content: join(folder, manifestFile) },
    { name: 'proof/entry.json', content: bytesOf(canonicalJson(file as unknown as Json)) },
    { name: 'proof/key.txt', content: bytesOf(`${verifierLine(defaultOrigin(signingKey), signingKey)}\n`) },
    { name: 'proof/sign-off.json', content: bytesOf(signOffEnvelope(claim, signingKey)) },
  ]);
  await rename(draft, path);
  await rm(folder, { recursive: true, force: true });
  return fileDigest(path);
}
