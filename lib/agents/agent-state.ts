import { cancelOpenRequests } from '#lib/approvals/index';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { revokeAllIn } from '#lib/grants/index';
import { appendEntry } from '#lib/ledger/append';
import { orderCut } from '#lib/sessions/index';
import type { AgentState } from './model.ts';
import { type AgentStateChange, agentStateChange } from './schema.ts';
import { agentsVisibleTo } from './visible.ts';

/** Stops an agent at once: nothing new starts, what runs is cut. Its owner may do it too. */
export async function suspendAgent(context: Context, input: AgentStateChange): Promise<{ cutId: string }> {
  const { agentId, reason } = parseInput(agentStateChange, input);
  return transaction(context.db, async (tx) => {
    const name = await requireActOn(tx, context, agentId);
    await move(tx, context, { agentId, reason, from: ['active'], to: 'suspended' });
    await enter(tx, context, 'agent.suspended', agentId, `suspended the agent ${name}`, reason);
    return {
      cutId: await stop(tx, context, agentId, `the agent was suspended by ${context.actor.name}: ${reason}`),
    };
  });
}

export async function resumeAgent(context: Context, input: AgentStateChange): Promise<void> {
  const { agentId, reason } = parseInput(agentStateChange, input);
  await transaction(context.db, async (tx) => {
    const name = await requireActOn(tx, context, agentId);
    await move(tx, context, { agentId, reason, from: ['suspended'], to: 'active' });
    await enter(tx, context, 'agent.resumed', agentId, `resumed the agent ${name}`, reason);
    await notify(tx, { kind: 'access-changed' });
  });
}

/** For good: its grants are revoked with it. */
export async function endAgent(context: Context, input: AgentStateChange): Promise<{ cutId: string }> {
  requirePermission(context.actor, 'access.change');
  const { agentId, reason } = parseInput(agentStateChange, input);
  return transaction(context.db, (tx) => endAgentIn(tx, context, agentId, reason));
}

export async function endAgentIn(
  tx: Tx,
  context: Context,
  agentId: string,
  reason: string,
): Promise<{ cutId: string }> {
  const agent = await tx.agent.findUnique({ where: { id: agentId }, select: { name: true } });
  if (agent === null) throw notFound('There is no such agent.');
  await move(tx, context, { agentId, reason, from: ['active', 'suspended'], to: 'ended' });
  const grants = await tx.grant.findMany({
    where: { agentId, state: 'active', source: 'countersign' },
    select: { id: true },
  });
  const ids = grants.map(({ id }) => id);
  await revokeAllIn(tx, context, ids, `the agent ended: ${reason}`);
  await enter(tx, context, 'agent.ended', agentId, `ended the agent ${agent.name}`, reason);
  return {
    cutId: await stop(tx, context, agentId, `the agent was ended by ${context.actor.name}: ${reason}`),
  };
}

/** A declaration names an ended agent again: it is back, without the grants it had. */
export async function reviveAgent(tx: Tx, context: Context, agentId: string, reason: string): Promise<void> {
  await move(tx, context, { agentId, reason, from: ['ended'], to: 'active' });
  const { name } = await tx.agent.findUniqueOrThrow({ where: { id: agentId }, select: { name: true } });
  await enter(tx, context, 'agent.resumed', agentId, `brought back the agent ${name}`, reason);
}

async function requireActOn(tx: Tx, context: Context, agentId: string): Promise<string> {
  const visible = await agentsVisibleTo(tx, context.actor, 'agent.suspend');
  const agent = await tx.agent.findFirst({
    where: { AND: [{ id: agentId }, visible === 'all' ? {} : visible] },
    select: { name: true },
  });
  if (agent === null) throw notFound('There is no such agent, or you may not do this to it.');
  return agent.name;
}

interface Move {
  readonly agentId: string;
  readonly reason: string;
  readonly from: readonly AgentState[];
  readonly to: AgentState;
}

async function move(tx: Tx, context: Context, { agentId, reason, from, to }: Move): Promise<void> {
  const moved = await tx.agent.updateMany({
    where: { id: agentId, state: { in: [...from] } },
    data: { state: to, stateReason: reason, suspendedAt: to === 'suspended' ? context.clock.now() : null },
  });
  if (moved.count === 0) {
    const agent = await tx.agent.findUnique({ where: { id: agentId }, select: { state: true } });
    throw conflict(`The agent is ${agent?.state ?? 'gone'}.`);
  }
}

async function stop(tx: Tx, context: Context, agentId: string, reason: string): Promise<string> {
  await cancelOpenRequests(tx, context, { agentId }, reason);
  await notify(tx, { kind: 'access-changed' });
  return orderCut(tx, { subjectKind: 'agent', subjectId: agentId, reason });
}

function enter(
  tx: Tx,
  { actor, clock }: Context,
  action: 'agent.suspended' | 'agent.resumed' | 'agent.ended',
  agentId: string,
  what: string,
  reason: string,
) {
  return appendEntry(tx, {
    actor,
    action,
    subject: { kind: 'agent', id: agentId },
    summary: `${actor.name} ${what}`,
    payload: { reason },
    at: clock.now(),
  });
}
