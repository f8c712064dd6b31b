import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { changesOf } from '#lib/core/changes';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { requireDistinct, requireOwner } from './create-agent.ts';
import { type AgentChange, agentChange, matchClaims } from './schema.ts';

/**
 * Changes owner, sponsor, identity, or what it builds and whether that is still there; its name stays
 * for ever.
 */
export async function changeAgent(context: Context, input: AgentChange): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const change = parseInput(agentChange, input);
  await transaction(context.db, async (tx) => {
    await updateAgent(tx, context, change);
    await notify(tx, { kind: 'access-changed' });
  });
}

export async function updateAgent(
  tx: Tx,
  context: Context,
  { agentId, orphaned, ...change }: ReturnType<typeof agentChange.parse>,
): Promise<void> {
  const { actor, clock } = context;
  await tx.$queryRaw`SELECT 1 FROM agent WHERE id = ${agentId} FOR NO KEY UPDATE`;
  const before = await tx.agent.findUnique({ where: { id: agentId } });
  if (before === null) throw notFound('There is no such agent.');
  if (before.state === 'ended') throw conflict(`${before.name} has ended and can't be changed.`);
  if (change.ownerId !== undefined) await requireOwner(tx, change.ownerId);
  if (change.issuerId !== undefined || change.matchClaims !== undefined) {
    const claims = change.matchClaims ?? matchClaims.parse(before.matchClaims);
    await requireDistinct(tx, change.issuerId ?? before.issuerId, claims, agentId);
  }
  const data = changesOf(change, before);
  const orphanedAt =
    orphaned === undefined ? before.orphanedAt : orphaned ? (before.orphanedAt ?? clock.now()) : null;
  const told = [
    ...Object.keys(data),
    ...(orphaned !== undefined && orphaned !== (before.orphanedAt !== null) ? ['what it builds'] : []),
  ];
  if (told.length === 0) return;
  await tx.agent.update({ where: { id: agentId }, data: { ...data, orphanedAt } });
  await appendEntry(tx, {
    actor,
    action: 'agent.changed',
    subject: { kind: 'agent', id: agentId },
    summary: `${actor.name} changed ${told.join(', ')} of the agent ${before.name}`,
    payload: {
      before: {
        ownerId: before.ownerId,
        sponsorId: before.sponsorId,
        issuerId: before.issuerId,
        matchClaims: matchClaims.parse(before.matchClaims),
        repository: before.repository,
        pipeline: before.pipeline,
        orphaned: before.orphanedAt !== null,
      },
      change: { ...data, orphaned },
    },
    at: clock.now(),
  });
}
