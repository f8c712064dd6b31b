import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { transaction } from '#lib/db/transaction';
import { destroyRecording, removeDeleted } from './destroy.ts';
import { packDaysDefault, type RecordingStores } from './policy.ts';
import { type DeletionInput, deletionInput } from './schema.ts';

/**
 * A person deletes a recording whose retention is over. `conflict` while retention, a legal hold, an
 * open campaign or a pack needs it. When the store does not answer, its bytes go later: without the
 * key they say nothing.
 */
export async function deleteRecording(
  context: Context,
  input: DeletionInput,
  stores: RecordingStores,
  packDays: number = packDaysDefault,
): Promise<void> {
  requirePermission(context.actor, 'recording.delete');
  const { sessionId, reason } = parseInput(deletionInput, input);
  await transaction(context.db, async (tx) => {
    if ((await tx.recording.count({ where: { sessionId } })) === 0) {
      throw notFound('There is no such recording.');
    }
    await destroyRecording(tx, context, sessionId, { reason, packDays });
  });
  // The job tries again.
  await removeDeleted(context, stores).catch(() => undefined);
}
