import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { type CountersignError, conflict, notFound } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import { bulkGrantsMax } from '#lib/core/limits';
import type { Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { type GrantToInsert, insertGrants } from './insert-grants.ts';
import type { BulkResult } from './model.ts';
import { inChunks, refused } from './revoke-grants.ts';
import { grantActions } from './schema.ts';

/** A revoke can be taken back this long: people notice a slip at once or not at all. */
export const undoMsMax = 60_000;

const input = z.strictObject({ grantId: idInput });
const bulkInput = z.strictObject({ grantIds: z.array(idInput).min(1).max(bulkGrantsMax) });

/** Takes a revoke back: a new grant on the same terms, with its own entry, made by who calls. */
export async function reGrant(context: Context, wanted: { grantId: string }): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const { grantId } = parseInput(input, wanted);
  const asked = context.clock.now();
  return transaction(context.db, async (tx) => {
    const made = (await reGrantIn(tx, context, [grantId], asked)).get(grantId);
    if (typeof made !== 'string') throw made ?? notFound('There is no such grant.');
    await notify(tx, { kind: 'access-changed' });
    return { id: made };
  });
}

/** The same for what a bulk revoke took, with a result for each. The minute counts until it is asked. */
export async function reGrants(
  context: Context,
  wanted: { grantIds: readonly string[] },
): Promise<readonly BulkResult[]> {
  requirePermission(context.actor, 'access.change');
  const { grantIds } = parseInput(bulkInput, wanted);
  const asked = context.clock.now();
  return inChunks(grantIds, (chunk) =>
    transaction(context.db, async (tx) => {
      const made = await reGrantIn(tx, context, chunk, asked);
      await notify(tx, { kind: 'access-changed' });
      return chunk.map((grantId): BulkResult => {
        const result = made.get(grantId);
        if (typeof result === 'string') return { grantId, ok: true, cutId: null, message: null };
        return refused(grantId, result?.message ?? 'There is no such grant.');
      });
    }),
  );
}

type Taken = Prisma.GrantGetPayload<{ include: { replacedBy: { select: { id: true } } } }>;

async function reGrantIn(
  tx: Tx,
  context: Context,
  grantIds: readonly string[],
  asked: Date,
): Promise<ReadonlyMap<string, string | CountersignError>> {
  const ids = [...grantIds].sort();
  // Locked: two clicks give one grant.
  await tx.$queryRaw`SELECT 1 FROM access_grant WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`;
  const found = await tx.grant.findMany({
    where: { id: { in: ids } },
    include: { replacedBy: { select: { id: true } } },
  });
  const results = new Map<string, string | CountersignError>();
  const again: Taken[] = [];
  for (const grant of found) {
    const refusal = refusalOf(grant, asked);
    if (refusal) results.set(grant.id, refusal);
    else again.push(grant);
  }
  const made = await insertGrants(
    tx,
    context,
    again.map((grant) => sameTerms(grant, context.clock.now())),
  );
  again.forEach(({ id }, place) => {
    const result = made[place];
    if (result !== undefined) results.set(id, result);
  });
  return results;
}

function refusalOf({ state, stateAt, replacedBy }: Taken, asked: Date): CountersignError | null {
  if (state !== 'revoked' || stateAt === null) {
    return conflict(`The grant is ${state}; there is no revoke to take back.`);
  }
  if (asked.getTime() - stateAt.getTime() > undoMsMax) {
    return conflict('The minute to take it back has passed. Make a new grant instead.');
  }
  return replacedBy.length > 0 ? conflict('The revoke was taken back already.') : null;
}

function sameTerms(grant: Taken, startsAt: Date): GrantToInsert {
  return {
    agentId: grant.agentId,
    resourceId: grant.resourceId,
    actions: grantActions.parse(grant.actions),
    scope: grant.scope,
    reason: grant.reason,
    startsAt,
    endsAt: grant.endsAt,
    ...(grant.requestId === null ? {} : { requestId: grant.requestId }),
    managedBy: grant.managedBy,
    replacesId: grant.id,
  };
}
