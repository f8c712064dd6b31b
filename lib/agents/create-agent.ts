import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { overlap } from '#lib/identity/index';
import { appendEntry } from '#lib/ledger/append';
import { matchClaims, type NewAgent, newAgent } from './schema.ts';

/** Makes an agent known. Its claims may not overlap those of another agent of the same issuer. */
export async function createAgent(context: Context, input: NewAgent): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const agent = parseInput(newAgent, input);
  return transaction(context.db, async (tx) => {
    const id = await insertAgent(tx, context, agent, 'page');
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}

export async function insertAgent(
  tx: Tx,
  context: Context,
  agent: ReturnType<typeof newAgent.parse>,
  managedBy: string,
): Promise<string> {
  const { actor, clock } = context;
  const now = clock.now();
  await requireOwner(tx, agent.ownerId);
  await requireDistinct(tx, agent.issuerId, agent.matchClaims, null);
  if ((await tx.agent.count({ where: { name: agent.name } })) > 0) {
    throw conflict(`There is an agent ${agent.name} already; an ended agent keeps its name.`);
  }
  const id = newId('agent', now);
  await tx.agent.create({
    data: {
      id,
      name: agent.name,
      ownerId: agent.ownerId,
      sponsorId: agent.sponsorId ?? null,
      issuerId: agent.issuerId,
      matchClaims: agent.matchClaims,
      repository: agent.repository ?? null,
      pipeline: agent.pipeline ?? null,
      managedBy,
      createdAt: now,
    },
  });
  await appendEntry(tx, {
    actor,
    action: 'agent.created',
    subject: { kind: 'agent', id },
    summary: `${actor.name} created the agent ${agent.name}`,
    payload: { ...agent },
    at: now,
  });
  return id;
}

export async function requireOwner(tx: Tx, personId: string): Promise<void> {
  const owner = await tx.person.findUnique({ where: { id: personId }, select: { leftAt: true, name: true } });
  if (owner === null) throw notFound('There is no such person to own the agent.');
  if (owner.leftAt !== null) throw invalid(`${owner.name} has left and can own nothing.`);
}

/** Locks the issuer's row: two agents made at once can't end up with the same claims. */
export async function requireDistinct(
  tx: Tx,
  issuerId: string,
  claims: Readonly<Record<string, string>>,
  exceptAgentId: string | null,
): Promise<void> {
  const [issuer] = await tx.$queryRaw<{ ended: boolean }[]>`
    SELECT ended_at IS NOT NULL AS ended FROM issuer WHERE id = ${issuerId} FOR NO KEY UPDATE`;
  if (issuer === undefined) throw notFound('There is no such issuer.');
  if (issuer.ended) throw conflict('The issuer has ended; choose another.');
  const others = await tx.agent.findMany({
    where: { issuerId, state: { not: 'ended' }, ...(exceptAgentId ? { id: { not: exceptAgentId } } : {}) },
    select: { name: true, matchClaims: true },
  });
  for (const other of others) {
    if (overlap(claims, matchClaims.parse(other.matchClaims))) {
      throw conflict(
        `A token with these claims could also be ${other.name}; add a claim that tells them apart.`,
      );
    }
  }
}
