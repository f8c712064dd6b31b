import type { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { conflict } from '#lib/core/errors';
import { getEntry } from './get-entry.ts';
import type { ProofFile } from './recording-proof.ts';
import type { proofQuery } from './schema.ts';

/** An entry with its place, as the file that `countersign verify RECORDING --proof FILE` takes. */
export async function entryProof(context: Context, input: z.input<typeof proofQuery>): Promise<ProofFile> {
  const { envelope, salt, payload, payloadForgotten, proof } = await getEntry(context, input);
  if (payloadForgotten)
    throw conflict('Its payload was deleted under retention: only its hash can be proven.');
  if (proof === null) throw conflict('No checkpoint covers the entry yet. Try again in a minute.');
  return { format: 'countersign-entry-proof', version: 1, envelope, salt, payload, proof };
}
