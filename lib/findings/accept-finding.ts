import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { invalid } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { acceptInput } from './schema.ts';
import { requireIndependentOf, settle } from './settle-finding.ts';

/** How long an acceptance stands unless it says: then the same is found again. */
const acceptedDays = 90;

/** A person accepts the deviation, with a reason and an end (90 days unless given). */
export async function acceptFinding(
  context: Context,
  input: { readonly id: string; readonly reason: string; readonly until?: Date | undefined },
): Promise<void> {
  const person = requirePerson(context.actor);
  requirePermission(person, 'campaign.run');
  const { id, reason, until } = parseInput(acceptInput, input);
  const now = context.clock.now();
  const end = until ?? new Date(now.getTime() + acceptedDays * 86_400_000);
  if (end <= now) throw invalid('An acceptance ends in the future.');
  await transaction(context.db, async (tx) => {
    await requireIndependentOf(tx, person.id, id);
    const note = {
      by: person.name,
      byId: person.id,
      reason,
      at: now.toISOString(),
      until: end.toISOString(),
    };
    const { summary } = await settle(tx, context, id, 'accepted', note);
    await appendEntry(tx, {
      actor: context.actor,
      action: 'finding.accepted',
      subject: { kind: 'finding', id },
      summary: `${person.name} accepted until ${end.toISOString().slice(0, 10)}: ${summary}`,
      payload: { reason, until: end.toISOString() },
      at: now,
    });
  });
}
