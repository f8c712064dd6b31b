import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { CountersignError } from '#lib/core/errors';
import { ticketOf } from '#lib/core/ids';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { visibleId } from './get.ts';
import { groupsOf, groupsOfResource } from './involved.ts';
import type { BoundParameter } from './model.ts';
import { inGroups } from './rules.ts';

/** Reads a statement as it was sent from its session's encrypted recording; null: not there (yet). */
export type IntentReader = (
  sessionId: string,
  seq: number,
) => Promise<{ readonly text: string; readonly parameters: readonly (string | null)[] | null } | null>;

export interface RevealedStatement {
  readonly text: string;
  readonly parameters: readonly BoundParameter[];
}

/**
 * The statement with its masked literals in clear, from the recording. The ledger entry is written
 * before anything is shown, each time.
 */
export async function revealLiterals(
  context: Context,
  input: { readonly id: string },
  readIntent: IntentReader,
): Promise<RevealedStatement> {
  const person = requirePerson(context.actor);
  const id = await visibleId(context, input.id);
  const row = await context.db.approvalRequest.findUniqueOrThrow({ where: { id }, include: { agent: true } });
  const memberOf = await groupsOf(context.db, person.id, context.clock.now());
  const asked = { groups: row.groups, resourceGroups: await groupsOfResource(context.db, row.resourceId) };
  requirePermission(person, 'recording.open', {
    own: row.agent.ownerId === person.id,
    groups: inGroups(person, asked, memberOf),
  });
  const intent = await readIntent(row.sessionId, row.seq);
  if (!intent) {
    throw new CountersignError(
      'unavailable',
      'The recording of this session can’t be read yet; try again when it is sealed.',
    );
  }
  await transaction(context.db, (tx) =>
    appendEntry(tx, {
      actor: context.actor,
      action: 'literal.revealed',
      subject: { kind: 'approval', id },
      summary: `${person.name} revealed the masked values of ${ticketOf(row.number)}`,
      payload: { ticket: ticketOf(row.number), sessionId: row.sessionId, seq: row.seq },
      at: context.clock.now(),
    }),
  );
  const types = row.parameters as unknown as BoundParameter[];
  return {
    text: intent.text,
    parameters: (intent.parameters ?? []).map((value, index) => ({ type: types[index]?.type ?? 0, value })),
  };
}
