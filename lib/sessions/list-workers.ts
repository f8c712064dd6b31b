import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { controlPlaneAwayMsMax } from '#lib/core/limits';
import type { WorkerRow } from './model.ts';

const shownMax = 100;

/** Gateway workers, those that run first; at most 100. For admins and auditors. */
export async function listWorkers(context: Context): Promise<readonly WorkerRow[]> {
  requirePermission(context.actor, 'settings.read');
  const now = context.clock.now().getTime();
  const [workers, live] = await Promise.all([
    context.db.worker.findMany({
      orderBy: [{ stoppedAt: { sort: 'desc', nulls: 'first' } }, { heartbeatAt: 'desc' }],
      take: shownMax,
    }),
    context.db.session.groupBy({ by: ['workerId'], where: { state: 'live' }, _count: true }),
  ]);
  const sessions = new Map(live.map((one) => [one.workerId, one._count]));
  return workers.map((worker) => ({
    ...worker,
    state: worker.stoppedAt
      ? 'stopped'
      : now - worker.heartbeatAt.getTime() > 2 * controlPlaneAwayMsMax
        ? 'silent'
        : 'running',
    liveSessions: sessions.get(worker.id) ?? 0,
  }));
}
