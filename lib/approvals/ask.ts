import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { addNote } from './notes.ts';
import { openQuestion } from './open-question.ts';
import { askSchema, narrowerSchema } from './schema.ts';

export interface AskInput {
  readonly id: string;
  readonly question: string;
}

export interface NarrowerInput {
  readonly id: string;
  /** Why less is enough. */
  readonly note: string;
  /** What the agent should send instead, itself: nothing is rewritten for it. */
  readonly statement: string;
}

/** Asks the agent: it reads the question at once in its error, and answers by sending the same again. */
export async function askQuestion(context: Context, input: AskInput): Promise<void> {
  const { id, question } = parseInput(askSchema, input);
  await tell(context, id, { kind: 'question', text: question, statement: null });
}

/** Proposes a narrower statement. It is decided anew when the agent sends it. */
export async function proposeNarrower(context: Context, input: NarrowerInput): Promise<void> {
  const { id, note, statement } = parseInput(narrowerSchema, input);
  await tell(context, id, { kind: 'narrower', text: note, statement });
}

async function tell(
  context: Context,
  id: string,
  note: { readonly kind: 'question' | 'narrower'; readonly text: string; readonly statement: string | null },
): Promise<void> {
  const person = requirePerson(context.actor);
  await transaction(context.db, async (tx) => {
    const question = await openQuestion(tx, context, id);
    const now = context.clock.now();
    const noteId = await addNote(tx, { requestId: id, personId: person.id, at: now, ...note });
    const did = note.kind === 'question' ? 'asked the agent about' : 'proposed a narrower statement for';
    await appendEntry(tx, {
      actor: context.actor,
      action: 'approval.questioned',
      subject: { kind: 'approval', id },
      summary: `${person.name} ${did} ${question.ticket}`,
      payload: { ticket: question.ticket, noteId, ...note },
      at: now,
    });
    await notify(tx, { kind: 'approval', id, state: 'pending' });
  });
}
