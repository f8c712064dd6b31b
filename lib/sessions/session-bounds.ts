import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import { Prisma } from '#lib/db/generated/client';
import { sessionsVisibleTo } from './visible.ts';

const dayMs = 86_400_000;

/** When a session ran, for whoever may see it. */
export interface SessionBounds {
  readonly sessionId: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

export async function sessionBounds({ db, actor }: Context, sessionId: string): Promise<SessionBounds> {
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  const session = await db.session.findFirst({
    where: { AND: [{ id: sessionId }, visible === 'all' ? {} : visible] },
    select: { startedAt: true, endedAt: true },
  });
  if (session === null) throw notFound('There is no such session.');
  return { sessionId, ...session };
}

/** Rows of its statements; its own time bounds spare every other month's partition. */
export function withinSession({ sessionId, startedAt, endedAt }: SessionBounds): readonly Prisma.Sql[] {
  // A day on either side: the worker's clock and the database's may differ.
  const start = new Date(startedAt.getTime() - dayMs);
  const end = endedAt === null ? null : new Date(endedAt.getTime() + dayMs);
  return [
    Prisma.sql`session_id = ${sessionId} AND at >= ${start}`,
    ...(end === null ? [] : [Prisma.sql`at < ${end}`]),
  ];
}
