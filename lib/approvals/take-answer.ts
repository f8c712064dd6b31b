import type { Context } from '#lib/auth/context';
import { ticketOf } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { appendEntry } from '#lib/ledger/append';
import { addNote } from './notes.ts';

/**
 * Takes the agent's answer to an open question that came in front of the statement that
 * it sent again. Untrusted text: people read it as the agent's words. Each question has one answer.
 */
export async function takeAnswer(
  tx: Tx,
  context: Context,
  requestId: string,
  answer: string | null,
): Promise<void> {
  if (!answer) return;
  const [row] = await tx.$queryRaw<{ number: number }[]>`
    SELECT number FROM approval_request WHERE id = ${requestId} AND state = 'pending' FOR UPDATE`;
  const last = await tx.approvalNote.findFirst({ where: { requestId }, orderBy: { nth: 'desc' } });
  if (!row || last?.kind !== 'question') return;
  const now = context.clock.now();
  await addNote(tx, { requestId, kind: 'answer', personId: null, text: answer, statement: null, at: now });
  await appendEntry(tx, {
    actor: context.actor,
    action: 'approval.question-answered',
    subject: { kind: 'approval', id: requestId },
    summary: `The agent answered the question about ${ticketOf(row.number)}`,
    payload: { ticket: ticketOf(row.number), question: last.id },
    at: now,
  });
  await notify(tx, { kind: 'approval', id: requestId, state: 'pending' });
}
