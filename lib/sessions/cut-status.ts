import type { Actor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import { workerGoneMs } from '#lib/core/limits';
import type { CutStatus } from './model.ts';
import { sessionsVisibleTo } from './visible.ts';

/** How far a cut is: "3 of 3 workers confirmed, 2 sessions ended". */
export async function cutStatus(context: Context, cutId: string): Promise<CutStatus> {
  const { db } = context;
  const cut = await db.cut.findUnique({ where: { id: cutId }, include: { confirmations: true } });
  if (cut === null || !(await maySee(context, context.actor, cut))) throw notFound('There is no such cut.');
  const confirmed = new Set(cut.confirmations.map(({ workerId }) => workerId));
  const waiting = cut.workers.filter((id) => !confirmed.has(id));
  const [alive] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM worker
    WHERE id = ANY(${waiting}) AND stopped_at IS NULL
      AND heartbeat_at > now() - make_interval(secs => ${workerGoneMs / 1000})`;
  const gone = waiting.length - (alive?.count ?? 0);
  return {
    id: cut.id,
    subjectKind: cut.subjectKind as CutStatus['subjectKind'],
    subjectId: cut.subjectId,
    reason: cut.reason,
    orderedAt: cut.createdAt,
    workers: cut.workers.length,
    confirmed: cut.workers.length - waiting.length,
    gone,
    sessionsEnded: cut.confirmations.reduce((sum, { sessionsEnded }) => sum + sessionsEnded, 0),
    done: waiting.length === gone,
  };
}

async function maySee(
  { db }: Context,
  actor: Actor,
  cut: { subjectKind: string; subjectId: string; alsoIds: readonly string[] },
): Promise<boolean> {
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  if (visible === 'all') return true;
  if (cut.subjectKind === 'session') {
    return (await db.session.count({ where: { AND: [{ id: cut.subjectId }, visible] } })) > 0;
  }
  const agent =
    cut.subjectKind === 'agent'
      ? { agentId: cut.subjectId }
      : { grantIds: { hasSome: [cut.subjectId, ...cut.alsoIds] } };
  return (await db.session.count({ where: { AND: [agent, visible] }, take: 1 })) > 0;
}
