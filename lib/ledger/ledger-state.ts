import type { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { parseInput } from '#lib/core/input';
import { openCheckpoint } from './checkpoint.ts';
import type { LedgerState } from './model.ts';
import { consistencyProof } from './prove.ts';
import { lastCheckpoint } from './publish-checkpoint.ts';
import { consistencyQuery } from './schema.ts';
import { rootOf, treeSize } from './tree-store.ts';

/** The tree's size and head, and the newest checkpoint. */
export async function ledgerState(context: Context): Promise<LedgerState> {
  requirePermission(context.actor, 'ledger.read');
  const { db } = context;
  const [size, unsequenced, last] = await Promise.all([
    treeSize(db),
    db.ledgerUnsequenced.count(),
    lastCheckpoint(db),
  ]);
  return {
    size,
    unsequenced,
    root: (await rootOf(db, size)).toString('hex'),
    lastCheckpoint: last && {
      size: last.size,
      root: last.root.toString('hex'),
      note: last.note,
      at: last.at,
      origin: openCheckpoint(last.note).origin,
    },
  };
}

/** Proof, hex, that the later of two trees begins with the earlier. */
export async function proveConsistency(
  context: Context,
  input: z.input<typeof consistencyQuery>,
): Promise<readonly string[]> {
  requirePermission(context.actor, 'ledger.read');
  const { from, to } = parseInput(consistencyQuery, input);
  return consistencyProof(context.db, from, to);
}
