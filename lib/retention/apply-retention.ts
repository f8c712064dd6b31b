import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { isCountersignError } from '#lib/core/errors';
import { transaction } from '#lib/db/transaction';
import { destroyRecording, removeDeleted } from './destroy.ts';
import type { RecordingStores, RetentionPolicy } from './policy.ts';

const dueMax = 100;

export interface AppliedRetention {
  readonly deleted: number;
  /** Due, and still needed by a campaign or a pack. */
  readonly kept: number;
}

/**
 * The job's: gives new recordings their end, deletes those whose end has come and that nobody needs,
 * and removes the bytes of what was deleted.
 */
export async function applyRetention(
  context: Context,
  policy: RetentionPolicy,
  stores: RecordingStores,
): Promise<AppliedRetention> {
  requireKind(context.actor, 'job');
  const { db, clock } = context;
  if (policy.recordingDays !== null) {
    await db.$executeRaw`
      UPDATE recording SET retain_until = sealed_at + make_interval(days => ${policy.recordingDays}::int)
      WHERE retain_until IS NULL AND state <> 'deleted'`;
  }
  let deleted = 0;
  let kept = 0;
  for (let after = ''; ; ) {
    const due = await db.recording.findMany({
      where: {
        state: { not: 'deleted' },
        legalHold: false,
        retainUntil: { lte: clock.now() },
        sessionId: { gt: after },
      },
      orderBy: { sessionId: 'asc' },
      take: dueMax,
      select: { sessionId: true },
    });
    for (const { sessionId } of due) {
      if (await deletedNow(context, sessionId, policy.packDays)) deleted += 1;
      else kept += 1;
    }
    after = due.at(-1)?.sessionId ?? '';
    if (due.length < dueMax) break;
  }
  await removeDeleted(context, stores);
  return { deleted, kept };
}

async function deletedNow(context: Context, sessionId: string, packDays: number): Promise<boolean> {
  try {
    await transaction(context.db, (tx) =>
      destroyRecording(tx, context, sessionId, { reason: 'its retention is over', packDays }),
    );
    return true;
  } catch (error) {
    if (isCountersignError(error) && error.code === 'conflict') return false;
    throw error;
  }
}
