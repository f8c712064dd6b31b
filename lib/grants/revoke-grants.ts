import type { Context } from '#lib/auth/context';
import { isCountersignError } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { mayNotRemove, removableOf } from './may-remove.ts';
import type { BulkResult } from './model.ts';
import { notActive, revokeAllIn } from './revoke-grant.ts';
import { type BulkRevocation, bulkRevocation } from './schema.ts';

/** One transaction and one cut: large enough to be fast, short enough to hold nobody up. */
const chunkGrants = 100;

/** A result for each, in the order asked; one that was revoked meanwhile does not keep the others. */
export async function revokeGrants(context: Context, input: BulkRevocation): Promise<readonly BulkResult[]> {
  const { grantIds, reason } = parseInput(bulkRevocation, input);
  return inChunks(grantIds, (chunk) => revokeChunk(context, chunk, reason));
}

/** Does the work for each hundred of ids; a hundred that is refused as a whole keeps no other. */
export async function inChunks(
  grantIds: readonly string[],
  work: (chunk: readonly string[]) => Promise<readonly BulkResult[]>,
): Promise<readonly BulkResult[]> {
  const ids = [...new Set(grantIds)];
  const results: BulkResult[] = [];
  for (let at = 0; at < ids.length; at += chunkGrants) {
    const chunk = ids.slice(at, at + chunkGrants);
    try {
      results.push(...(await work(chunk)));
    } catch (error) {
      if (!isCountersignError(error)) throw error;
      results.push(...chunk.map((grantId) => refused(grantId, error.message)));
    }
  }
  return results;
}

export function refused(grantId: string, message: string): BulkResult {
  return { grantId, ok: false, cutId: null, message };
}

function revokeChunk(
  context: Context,
  chunk: readonly string[],
  reason: string,
): Promise<readonly BulkResult[]> {
  return transaction(context.db, async (tx) => {
    const removable = await removableOf(tx, context.actor, chunk);
    const wanted = chunk.filter((id) => removable.has(id));
    const revoked = await revokeAllIn(tx, context, wanted, reason);
    if (revoked.cutId !== null) await notify(tx, { kind: 'access-changed' });
    const left = await tx.grant.findMany({
      where: { id: { in: wanted.filter((id) => !revoked.grantIds.has(id)) } },
      select: { id: true, state: true, source: true },
    });
    const found = new Map(left.map((grant) => [grant.id, grant]));
    return chunk.map((grantId): BulkResult => {
      if (revoked.grantIds.has(grantId)) return { grantId, ok: true, cutId: revoked.cutId, message: null };
      if (!removable.has(grantId)) return refused(grantId, mayNotRemove);
      const grant = found.get(grantId);
      return refused(grantId, grant ? notActive(grant) : 'There is no such grant.');
    });
  });
}
