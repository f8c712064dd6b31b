import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { CountersignError, conflict, notFound } from '#lib/core/errors';
import { newId, ticketOf } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { claimedPerson } from './claimed-person.ts';
import { type EndedRequest, reportEnded } from './end-requests.ts';
import type { ApprovalState, NewApproval } from './model.ts';
import { newApprovalSchema } from './schema.ts';
import { readState } from './state.ts';
import { takeAnswer } from './take-answer.ts';

/** An agent that asks for more than this at once is not read by anybody. */
const pendingPerAgentMax = 200;
const attemptsMax = 3;
const inTime = 'nobody answered in time';

/**
 * Files a held statement. An identical pending request of the same agent is joined, not doubled;
 * two that arrive at once become one. Actor: worker.
 */
export async function requestApproval(context: Context, input: NewApproval): Promise<ApprovalState> {
  requireKind(context.actor, 'worker');
  parseInput(newApprovalSchema, input);
  return transaction(context.db, async (tx) => {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const joined = await join(tx, context, input);
      if (joined) return joined;
      const filed = await file(tx, context, input);
      if (filed) return filed;
    }
    throw conflict('The request changed while it was filed; send the statement again.');
  });
}

async function join(tx: Tx, context: Context, input: NewApproval): Promise<ApprovalState | null> {
  const { agentId, resourceId, binding } = input;
  const now = context.clock.now();
  const expired = await tx.$queryRaw<EndedRequest[]>`
    UPDATE approval_request SET state = 'expired', state_reason = ${inTime}, decided_at = ${now}
    WHERE agent_id = ${agentId} AND resource_id = ${resourceId} AND binding = ${binding}
      AND state = 'pending' AND expires_at <= ${now}
    RETURNING id, number, card ->> 'verdict' AS verdict`;
  await reportEnded(tx, context, expired, 'expired', inTime);
  // Locked: the last that waits may withdraw it at this moment, and then there is nothing to join.
  const [pending] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM approval_request
    WHERE agent_id = ${agentId} AND resource_id = ${resourceId} AND binding = ${binding} AND state = 'pending'
    FOR UPDATE`;
  if (!pending) return null;
  await waitFor(tx, pending.id, input.sessionId);
  await takeAnswer(tx, context, pending.id, input.answer ?? null);
  return readState(tx, pending.id);
}

/** The session waits for it from now on: it is withdrawn only when nobody does any more. */
async function waitFor(tx: Tx, requestId: string, sessionId: string): Promise<void> {
  await tx.approvalWaiter.createMany({ data: [{ requestId, sessionId }], skipDuplicates: true });
}

async function file(tx: Tx, context: Context, input: NewApproval): Promise<ApprovalState | null> {
  const now = context.clock.now();
  const session = await tx.session.findUnique({ where: { id: input.sessionId } });
  if (!session || session.agentId !== input.agentId || session.resourceId !== input.resourceId) {
    throw notFound('The session that asks is not known here.');
  }
  const pending = await tx.approvalRequest.count({ where: { agentId: input.agentId, state: 'pending' } });
  if (pending >= pendingPerAgentMax) {
    throw new CountersignError(
      'limit',
      `${pending} statements of this agent wait for approval already; wait until some are answered.`,
    );
  }
  const id = newId('approval', now);
  const { count } = await tx.approvalRequest.createMany({
    data: [
      {
        id,
        sessionId: input.sessionId,
        seq: input.seq,
        agentId: input.agentId,
        resourceId: input.resourceId,
        binding: input.binding,
        text: withoutNul(input.text),
        canonicalText: withoutNul(input.canonicalText),
        parameters: storable(input.parameters),
        databaseRole: input.databaseRole,
        searchPath: input.searchPath,
        card: storable(input.card),
        factsDigest: input.factsDigest,
        policies: [...input.policies],
        groups: [...new Set(input.groups)],
        quorum: input.quorum,
        repeat: input.repeat,
        holdUntil: input.holdUntil,
        expiresAt: new Date(now.getTime() + input.ttlSeconds * 1000),
        claimedPersonId: input.claimedPersonId ?? (await claimedPerson(tx, session.claims)),
        createdAt: now,
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return null;
  await waitFor(tx, id, input.sessionId);
  const { number } = await tx.approvalRequest.findUniqueOrThrow({ where: { id }, select: { number: true } });
  await appendEntry(tx, {
    actor: context.actor,
    action: 'approval.requested',
    subject: { kind: 'approval', id },
    summary: `${ticketOf(number)} was filed: ${input.card.verdict}`,
    payload: {
      ticket: ticketOf(number),
      sessionId: input.sessionId,
      seq: input.seq,
      agentId: input.agentId,
      resourceId: input.resourceId,
      binding: input.binding,
      factsDigest: input.factsDigest,
      policies: input.policies,
      groups: input.groups,
      quorum: input.quorum,
      ttlSeconds: input.ttlSeconds,
      repeat: input.repeat,
    },
    at: now,
  });
  await notify(tx, { kind: 'approval', id, state: 'pending' });
  return readState(tx, id);
}

/** Postgres stores no NUL, in text or in JSON; agents can send one in a parameter. */
function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}

function storable(value: unknown) {
  return JSON.parse(
    JSON.stringify(value, (_key, member) => (typeof member === 'string' ? withoutNul(member) : member)),
  );
}
