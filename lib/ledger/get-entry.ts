import type { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { envelopeJson } from './envelope.ts';
import { entryRow } from './list-entries.ts';
import type { EntryDetail } from './model.ts';
import { inclusionProof } from './prove.ts';
import { proofQuery } from './schema.ts';

/** One entry with its payload and, when a checkpoint covers it, the proof of its place. */
export async function getEntry(context: Context, input: z.input<typeof proofQuery>): Promise<EntryDetail> {
  requirePermission(context.actor, 'ledger.read');
  const { id, size } = parseInput(proofQuery, input);
  const row = await context.db.ledgerEntry.findUnique({
    where: { id },
    include: { leaf: { select: { position: true } } },
  });
  if (!row) throw notFound('There is no such entry in the ledger.');
  return {
    ...entryRow(row),
    payload: row.payload,
    payloadForgotten: row.salt.length === 0,
    envelope: envelopeJson(row),
    salt: Buffer.from(row.salt).toString('hex'),
    proof: await inclusionProof(context.db, id, size),
  };
}
