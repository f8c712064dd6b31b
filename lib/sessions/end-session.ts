import type { Context } from '#lib/auth/context';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { orderCut } from './order-cut.ts';
import { type SessionEnding, sessionEnding } from './schema.ts';
import { sessionsVisibleTo } from './visible.ts';

/** Ends a live session: the agent gets the reason. Twice is harmless: both cuts end the same session. */
export async function endSession(context: Context, input: SessionEnding): Promise<{ cutId: string }> {
  const { sessionId, reason } = parseInput(sessionEnding, input);
  return transaction(context.db, async (tx) => {
    const visible = await sessionsVisibleTo(tx, context.actor, 'session.end');
    const session = await tx.session.findFirst({
      where: { AND: [{ id: sessionId }, visible === 'all' ? {} : visible] },
      include: { agent: { select: { name: true } }, resource: { select: { name: true } } },
    });
    if (session === null) throw notFound('There is no such session, or you may not end it.');
    if (session.state !== 'live') throw conflict('The session has ended already.');
    const cutId = await orderCut(tx, {
      subjectKind: 'session',
      subjectId: sessionId,
      reason: `ended by ${context.actor.name}: ${reason}`,
    });
    await appendEntry(tx, {
      actor: context.actor,
      action: 'session.ended-by-person',
      subject: { kind: 'session', id: sessionId },
      summary: `${context.actor.name} ended the session of ${session.agent.name} on ${session.resource.name}`,
      payload: { reason, cutId },
      at: context.clock.now(),
    });
    return { cutId };
  });
}
