import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, forbidden, notFound } from '#lib/core/errors';
import { ticketOf } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { groupsOf, groupsOfResource, involvedIn, standsFor } from './involved.ts';
import type { ApprovalCard, ApprovalStateName } from './model.ts';
import { inGroups, isHighRisk, notIndependent, whySettled } from './rules.ts';

/** A request that this person may answer, locked until the transaction ends. */
export interface OpenQuestion {
  readonly id: string;
  readonly ticket: string;
  readonly verdict: string;
  readonly groups: readonly string[];
  readonly quorum: number;
  readonly agentId: string;
  readonly resourceId: string;
  /** Persons who are away and whose groups let this one answer. */
  readonly onBehalfOf: readonly string[];
  readonly highRisk: boolean;
}

interface Locked {
  id: string;
  number: number;
  state: ApprovalStateName;
  expires_at: Date;
  groups: string[];
  quorum: number;
  agent_id: string;
  resource_id: string;
  card: ApprovalCard;
  agent_state: string;
  session_state: string;
  environment: string;
}

/** Locks the request: answers to one request come one after the other. */
export async function lockRequest(tx: Tx, id: string): Promise<Locked> {
  const [row] = await tx.$queryRaw<Locked[]>`
    SELECT r.id, r.number, r.state, r.expires_at, r.groups, r.quorum, r.agent_id, r.resource_id, r.card,
      a.state AS agent_state, s.state AS session_state, e.environment
    FROM approval_request r JOIN resource e ON e.id = r.resource_id JOIN agent a ON a.id = r.agent_id JOIN session s ON s.id = r.session_id
    WHERE r.id = ${id} FOR UPDATE OF r`;
  if (!row) throw notFound('There is no such approval request.');
  return row;
}

/**
 * Everything that must hold before a person's answer counts: permission, group, independence, still
 * pending, not expired, and an agent that may still do it. Throws with what to do next.
 */
export async function openQuestion(tx: Tx, context: Context, id: string): Promise<OpenQuestion> {
  const person = requirePerson(context.actor);
  const row = await lockRequest(tx, id);
  const now = context.clock.now();
  const memberOf = await groupsOf(tx, person.id, now);
  const asked = { groups: row.groups, resourceGroups: await groupsOfResource(tx, row.resource_id) };
  requirePermission(person, 'approval.decide', { groups: inGroups(person, asked, memberOf) });
  await requireIndependent(tx, person.id, id);
  const over = whySettled(row.state, row.expires_at, now);
  if (over !== null) throw conflict(over);
  return questionOf(row, await standsFor(tx, person.id, now));
}

/** Throws unless the person is still here and not in the chain behind the agent (invariant 6). */
export async function requireIndependent(tx: Tx, personId: string, id: string): Promise<void> {
  const known = await tx.person.findUnique({ where: { id: personId }, select: { leftAt: true } });
  if (!known || known.leftAt) throw forbidden('You are no longer among the people who decide here.');
  const own = notIndependent(personId, (await involvedIn(tx, [id])).get(id) ?? []);
  if (own !== null) throw forbidden(own);
}

export function questionOf(row: Locked, onBehalfOf: readonly string[]): OpenQuestion {
  return {
    id: row.id,
    ticket: ticketOf(row.number),
    verdict: row.card.verdict,
    groups: row.groups,
    quorum: row.quorum,
    agentId: row.agent_id,
    resourceId: row.resource_id,
    onBehalfOf,
    highRisk: isHighRisk(row.card, row.environment),
  };
}

/** Throws when approving would be for nothing: the agent lost what it needs meanwhile. */
export async function requireStandingAccess(tx: Tx, question: OpenQuestion, now: Date): Promise<void> {
  const agent = await tx.agent.findUnique({ where: { id: question.agentId }, select: { state: true } });
  if (agent?.state !== 'active') {
    throw conflict(`The agent is ${agent?.state ?? 'gone'}: nothing of it can be approved.`);
  }
  const session = await tx.approvalRequest.findUniqueOrThrow({
    where: { id: question.id },
    select: { session: { select: { state: true } } },
  });
  if (session.session.state === 'cut') {
    throw conflict('The session that asked was cut. If the access is still meant, the agent asks again.');
  }
  const grants = await tx.grant.count({
    where: {
      agentId: question.agentId,
      resourceId: question.resourceId,
      state: 'active',
      source: 'countersign',
      OR: [{ endsAt: null }, { endsAt: { gt: now } }],
    },
  });
  if (grants === 0) {
    throw conflict('The agent holds no grant on this resource any more; approving would change nothing.');
  }
}
