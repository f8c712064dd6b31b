import { ticketOf } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import type { ApprovalState, ApprovalStateName, OpenNote } from './model.ts';

/** The gateway's view of a request as it stands in this transaction; null: there is none. */
export async function readState(tx: Tx, id: string): Promise<ApprovalState | null> {
  const row = await tx.approvalRequest.findUnique({
    where: { id },
    select: {
      id: true,
      number: true,
      state: true,
      stateReason: true,
      expiresAt: true,
      answers: {
        orderBy: { at: 'asc' },
        select: { answer: true, actorKind: true, person: { select: { name: true } } },
      },
      notes: {
        orderBy: { nth: 'desc' },
        take: 1,
        select: { kind: true, text: true, statement: true, person: { select: { name: true } } },
      },
    },
  });
  if (row === null) return null;
  const decided = decidersOf(row.state, row.answers);
  return {
    id: row.id,
    ticket: ticketOf(row.number),
    state: row.state as ApprovalStateName,
    decidedBy: decided.length === 0 ? null : decided.join(', '),
    reason: row.stateReason,
    expiresAt: row.expiresAt,
    question: row.state === 'pending' ? openNote(row.notes[0]) : null,
  };
}

interface LastNote {
  readonly kind: string;
  readonly text: string;
  readonly statement: string | null;
  readonly person: { readonly name: string } | null;
}

function openNote(last: LastNote | undefined): OpenNote | null {
  if (!last || last.kind === 'answer') return null;
  return { by: last.person?.name ?? 'somebody', text: last.text, statement: last.statement };
}

interface Answered {
  readonly answer: string;
  readonly actorKind: string;
  readonly person: { readonly name: string } | null;
}

/** Names of those whose answer made the state what it is. */
export function decidersOf(state: string, answers: readonly Answered[]): readonly string[] {
  const counted = state === 'denied' ? 'deny' : 'approve';
  return answers.filter((one) => one.answer === counted).map((one) => one.person?.name ?? 'the sandbox');
}
