import { createHash } from 'node:crypto';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import { conflict } from '#lib/core/errors';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from './append.ts';
import { envelopeJson } from './envelope.ts';
import { exportFormat, exportVersion } from './export-format.ts';
import { lastCheckpoint } from './publish-checkpoint.ts';
import { readEntries } from './read-entries.ts';

/**
 * Everything up to the newest checkpoint, as JSON lines: head, checkpoints, entries in order, end
 * with the digest of the lines before it. Writes its own entry first. Publish a checkpoint before
 * when the newest entries must be in it.
 */
export async function exportLedger(context: Context): Promise<AsyncGenerator<string>> {
  requirePermission(context.actor, 'evidence.export');
  const { db, actor } = context;
  const head = await transaction(db, async (tx) => {
    const last = await lastCheckpoint(tx);
    if (!last) throw conflict('The ledger has no checkpoint yet. Publish one, then export.');
    await appendEntry(tx, {
      actor,
      action: 'evidence.exported',
      subject: { kind: 'ledger', id: 'ledger' },
      summary: `exported the ledger's first ${last.size} entries`,
      payload: { size: last.size, root: last.root.toString('hex') },
      at: context.clock.now(),
    });
    return last;
  });
  return exportLines(context, head.size);
}

async function* exportLines(context: Context, size: number): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const line = (value: Json): string => {
    const text = `${canonicalJson(value)}\n`;
    hash.update(text);
    return text;
  };
  yield line({
    kind: 'head',
    format: exportFormat,
    version: exportVersion,
    size,
    exportedAt: context.clock.now().toISOString(),
  });
  const checkpoints = await context.db.ledgerCheckpoint.findMany({
    where: { size: { lte: BigInt(size) } },
    orderBy: { size: 'asc' },
  });
  for (const { note } of checkpoints) yield line({ kind: 'checkpoint', note });
  for await (const page of readEntries(context.db, size)) {
    let text = '';
    for (const entry of page) {
      text += line({
        kind: 'entry',
        position: entry.position,
        leaf: entry.leaf.toString('hex'),
        envelope: JSON.parse(envelopeJson(entry)),
        salt: Buffer.from(entry.salt).toString('hex'),
        payload: entry.payload as Json,
      });
    }
    yield text;
  }
  const digest = hash.copy().digest('hex');
  yield line({ kind: 'end', entries: size, checkpoints: checkpoints.length, digest });
}
