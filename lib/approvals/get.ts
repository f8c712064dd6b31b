import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import { ticketNumber } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { involvedIn } from './involved.ts';
import type { ApprovalAnswerView, ApprovalCard, ApprovalView, BoundParameter } from './model.ts';
import { notesOf } from './notes.ts';
import { rowsOf } from './rows.ts';
import { isHighRisk } from './rules.ts';
import { similarTo } from './similar.ts';
import { visibleTo } from './visible.ts';

/** One request with its card, its people and similar past ones. Takes an id or a ticket (AR-1042). */
export async function getApproval(context: Context, idOrTicket: string): Promise<ApprovalView> {
  const id = await visibleId(context, idOrTicket);
  const db = context.db;
  const [[row], stored, involved, answers, notes, similar] = await Promise.all([
    rowsOf(db, context.actor, [id], context.clock.now()),
    db.approvalRequest.findUniqueOrThrow({ where: { id }, include: { session: true } }),
    involvedIn(db, [id]),
    answersOf(db, id),
    notesOf(db, id),
    similarTo(db, id),
  ]);
  if (!row) throw notFound('There is no such approval request.');
  return {
    ...row,
    text: stored.text,
    parameters: stored.parameters as unknown as BoundParameter[],
    databaseRole: stored.databaseRole,
    searchPath: stored.searchPath,
    binding: stored.binding,
    card: stored.card as unknown as ApprovalCard,
    repeat: stored.repeat,
    session: {
      id: stored.session.id,
      state: stored.session.state,
      issuer: stored.session.issuer,
      subject: stored.session.subject,
      clientAddress: stored.session.clientAddress,
      startedAt: stored.session.startedAt,
    },
    involved: involved.get(id) ?? [],
    answers,
    notes,
    highRisk: isHighRisk(stored.card as unknown as ApprovalCard, row.resource.environment),
    escalatedAt: stored.escalatedAt,
    similar,
    used:
      stored.usedSessionId !== null && stored.usedSeq !== null
        ? { sessionId: stored.usedSessionId, seq: stored.usedSeq }
        : null,
  };
}

/** Not there and not to be seen look the same. */
export async function visibleId(context: Context, idOrTicket: string): Promise<string> {
  const number = ticketNumber(idOrTicket) ?? 0;
  const [found] = await context.db.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM approval_request r JOIN agent a ON a.id = r.agent_id
    WHERE (r.id = ${idOrTicket} OR r.number = ${number}) AND ${visibleTo(context.actor)}`;
  if (!found) throw notFound('There is no such approval request.');
  return found.id;
}

async function answersOf(tx: Tx, requestId: string): Promise<ApprovalAnswerView[]> {
  const answers = await tx.approvalAnswer.findMany({
    where: { requestId },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    include: { person: { select: { id: true, name: true } } },
  });
  return answers.map((one) => ({
    id: one.id,
    by: one.person,
    actorKind: one.actorKind === 'sandbox' ? 'sandbox' : 'person',
    answer: one.answer === 'deny' ? 'deny' : 'approve',
    reason: one.reason,
    dwellMs: one.dwellMs,
    breakGlass: one.breakGlass,
    at: one.at,
  }));
}
