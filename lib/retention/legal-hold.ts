import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { type HoldInput, holdInput } from './schema.ts';

/** Puts a recording under legal hold, or releases it: while it stands, nothing deletes the recording. */
export async function setLegalHold(context: Context, input: HoldInput): Promise<void> {
  requirePermission(context.actor, 'recording.hold');
  const { sessionId, hold, reason } = parseInput(holdInput, input);
  await transaction(context.db, async (tx) => {
    const { count } = await tx.recording.updateMany({
      where: { sessionId, state: { not: 'deleted' }, legalHold: !hold },
      data: { legalHold: hold },
    });
    if (count === 0) {
      const found = await tx.recording.findUnique({ where: { sessionId }, select: { state: true } });
      if (found === null) throw notFound('There is no such recording.');
      if (found.state === 'deleted') throw conflict('The recording was deleted.');
      throw conflict(hold ? 'It is under legal hold already.' : 'It is under no legal hold.');
    }
    await appendEntry(tx, {
      actor: context.actor,
      action: hold ? 'recording.held' : 'recording.released',
      subject: { kind: 'session', id: sessionId },
      summary: `${context.actor.name} ${hold ? 'put' : 'released'} the recording of session ${sessionId} ${hold ? 'under' : 'from'} legal hold`,
      payload: { reason },
      at: context.clock.now(),
    });
  });
}
