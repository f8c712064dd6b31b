import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import type { NoteView } from './model.ts';

export interface NewNote {
  readonly requestId: string;
  readonly kind: NoteView['kind'];
  readonly personId: string | null;
  readonly text: string;
  readonly statement: string | null;
  readonly at: Date;
}

/** Appends a note; the request's row is locked by the caller. */
export async function addNote(tx: Tx, note: NewNote): Promise<string> {
  const id = newId('note', note.at);
  const before = await tx.approvalNote.count({ where: { requestId: note.requestId } });
  await tx.approvalNote.create({ data: { id, nth: before + 1, ...note } });
  return id;
}

/** What people asked and the agent answered, the oldest first. */
export async function notesOf(tx: Tx, requestId: string): Promise<NoteView[]> {
  const found = await tx.approvalNote.findMany({
    where: { requestId },
    orderBy: { nth: 'asc' },
    include: { person: { select: { id: true, name: true } } },
  });
  return found.map((one) => ({
    id: one.id,
    kind: one.kind as NoteView['kind'],
    by: one.person,
    text: one.text,
    statement: one.statement,
    at: one.at,
  }));
}
