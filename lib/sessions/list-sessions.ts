import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import { decodeMomentCursor, type Page, pageOf } from '#lib/core/page';
import type { Prisma } from '#lib/db/generated/client';
import type { SessionRow } from './model.ts';
import { type SessionFilter, sessionFilter } from './schema.ts';
import { sessionInclude, sessionRows } from './session-rows.ts';
import { sessionsVisibleTo } from './visible.ts';

const liveMax = 500;
const counterOf = { allow: 'allowed', hold: 'held', deny: 'denied' } as const;

/** A page of sessions, the newest first. */
export async function listSessions(context: Context, filter: SessionFilter): Promise<Page<SessionRow>> {
  const wanted = parseInput(sessionFilter, filter);
  const { db, actor } = context;
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  const where: Prisma.SessionWhereInput[] = [visible === 'all' ? {} : visible];
  if (wanted.agentId) where.push({ agentId: wanted.agentId });
  if (wanted.resourceId) where.push({ resourceId: wanted.resourceId });
  if (wanted.personId) where.push({ ownerId: wanted.personId });
  if (wanted.state) where.push({ state: wanted.state });
  if (wanted.decision) where.push({ [counterOf[wanted.decision]]: { gt: 0 } });
  if (wanted.masked) where.push({ maskedFields: { gt: 0 } });
  if (wanted.purpose) where.push({ purpose: { contains: wanted.purpose, mode: 'insensitive' } });
  if (wanted.from) where.push({ startedAt: { gte: wanted.from } });
  if (wanted.to) where.push({ startedAt: { lt: wanted.to } });
  if (wanted.cursor) {
    const [before, id] = decodeMomentCursor(wanted.cursor);
    where.push({ OR: [{ startedAt: { lt: before } }, { startedAt: before, id: { lt: id } }] });
  }
  const found = await db.session.findMany({
    where: { AND: where },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: wanted.limit + 1,
    include: sessionInclude,
  });
  const page = pageOf(found, wanted.limit, ({ startedAt, id }) => [startedAt.toISOString(), id]);
  return { rows: await sessionRows(db, page.rows), next: page.next };
}

/** All that are live now and that the person may see, newest first; at most 500. */
export async function liveSessions(context: Context): Promise<readonly SessionRow[]> {
  const { db, actor } = context;
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  const found = await db.session.findMany({
    where: { AND: [{ state: 'live' }, visible === 'all' ? {} : visible] },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: liveMax,
    include: sessionInclude,
  });
  return sessionRows(db, found);
}
