import { cancelOpenRequests } from '#lib/approvals/index';
import type { Context } from '#lib/auth/context';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntries } from '#lib/ledger/append';
import { orderCut } from '#lib/sessions/index';
import { requireMayRemove } from './may-remove.ts';
import { type Revocation, revocation } from './schema.ts';

/** Takes a grant away now; live sessions that lean on it are cut. */
export async function revokeGrant(context: Context, input: Revocation): Promise<{ cutId: string }> {
  const { grantId, reason } = parseInput(revocation, input);
  return transaction(context.db, async (tx) => {
    await requireMayRemove(tx, context.actor, grantId);
    const cutId = await revokeIn(tx, context, grantId, reason);
    await notify(tx, { kind: 'access-changed' });
    return { cutId };
  });
}

/** Revokes in the caller's transaction, after the caller checked who may. */
export async function revokeIn(tx: Tx, context: Context, grantId: string, reason: string): Promise<string> {
  const { cutId } = await revokeAllIn(tx, context, [grantId], reason);
  if (cutId !== null) return cutId;
  throw await whyNotActive(tx, grantId);
}

export interface Revoked {
  /** Orders the sessions of all of them to be cut; null: none was active. */
  readonly cutId: string | null;
  readonly grantIds: ReadonlySet<string>;
}

/** The same for many by one cut, with an entry for each; what is not active any more is left out. */
export async function revokeAllIn(
  tx: Tx,
  context: Context,
  grantIds: readonly string[],
  reason: string,
): Promise<Revoked> {
  const { actor, clock } = context;
  const now = clock.now();
  const ids = [...grantIds].sort();
  // In one order, whoever revokes: two that overlap wait for each other and never lock each other out.
  await tx.$queryRaw`SELECT 1 FROM access_grant WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`;
  const grants = await tx.grant.updateManyAndReturn({
    where: { id: { in: ids }, state: 'active', source: 'countersign' },
    data: {
      state: 'revoked',
      stateAt: now,
      stateReason: reason,
      revokedById: actor.kind === 'person' ? actor.id : null,
    },
    include: { agent: { select: { name: true } }, resource: { select: { name: true } } },
  });
  const [first, ...others] = grants;
  if (first === undefined) return { cutId: null, grantIds: new Set() };
  const cutId = await orderCut(tx, {
    subjectKind: 'grant',
    subjectId: first.id,
    alsoIds: others.map(({ id }) => id),
    reason: `the grant was revoked by ${actor.name}: ${reason}`,
  });
  await cancelLeftAlone(tx, context, grants, 'the grant was revoked');
  await appendEntries(
    tx,
    grants.map((grant) => ({
      actor,
      action: 'grant.revoked',
      subject: { kind: 'grant', id: grant.id },
      summary: `${actor.name} revoked ${grant.agent.name}'s ${grant.actions.join(', ')} on ${grant.resource.name}`,
      payload: { reason, cutId, agentId: grant.agentId, resourceId: grant.resourceId },
      at: now,
    })),
  );
  return { cutId, grantIds: new Set(grants.map(({ id }) => id)) };
}

interface Pair {
  readonly agentId: string;
  readonly resourceId: string;
}

/** Why a grant could not be taken away or narrowed: gone, given elsewhere, or never there. */
export async function whyNotActive(tx: Tx, grantId: string): Promise<Error> {
  const known = await tx.grant.findUnique({ where: { id: grantId }, select: { state: true, source: true } });
  return known ? conflict(notActive(known)) : notFound('There is no such grant.');
}

/** The sentence for a grant that is there and was not changed. */
export function notActive({ state, source }: { readonly state: string; readonly source: string }): string {
  if (state !== 'active') return `The grant is ${state} already.`;
  return `The grant stands in ${source}: change it there. The next import shows here what came of it.`;
}

/** With the last grant gone, nobody needs to answer what the agent asked there. */
export async function cancelLeftAlone(
  tx: Tx,
  context: Context,
  pairs: readonly Pair[],
  reason: string,
): Promise<void> {
  const alone = await tx.$queryRaw<Pair[]>`
    SELECT DISTINCT q.agent_id AS "agentId", q.resource_id AS "resourceId"
    FROM approval_request q
    JOIN unnest(${pairs.map(({ agentId }) => agentId)}::text[],
                ${pairs.map(({ resourceId }) => resourceId)}::text[]) AS p(agent_id, resource_id)
      USING (agent_id, resource_id)
    WHERE q.state IN ('pending', 'approved') AND NOT EXISTS (
      SELECT 1 FROM access_grant g
      WHERE g.agent_id = q.agent_id AND g.resource_id = q.resource_id AND g.state = 'active'
        AND g.source = 'countersign')
    ORDER BY 1, 2`;
  for (const pair of alone) await cancelOpenRequests(tx, context, pair, reason);
}
