import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { type Page, pageOf } from '#lib/core/page';
import { Prisma } from '#lib/db/generated/client';
import type { StatementEntry } from './model.ts';
import { type StatementFilter, statementFilter } from './schema.ts';
import { searchStatements } from './search-statements.ts';
import { allOf, conditionsOf, cursorOf, placeOf, type WantedStatements } from './statement-conditions.ts';
import { type StatementRecord, statementEntries } from './statement-entries.ts';
import { sessionsVisibleTo } from './visible.ts';

const dayMs = 86_400_000;

/** Statements of one session in their order, or a search over all sessions, the newest first. */
export async function listStatements(
  context: Context,
  filter: StatementFilter,
): Promise<Page<StatementEntry>> {
  const wanted = parseInput(statementFilter, filter);
  const rows = wanted.limit + 1;
  const found = await findStatements(context, wanted, rows);
  const page = pageOf(found, wanted.limit, (row) => [row.at.toISOString(), row.session_id, String(row.seq)]);
  return { rows: await statementEntries(context.db, page.rows), next: page.next };
}

/** At most `rows` from the cursor on. */
export function findStatements(
  context: Context,
  wanted: WantedStatements,
  rows: number,
): Promise<readonly StatementRecord[]> {
  return wanted.sessionId === undefined
    ? searchStatements(context, wanted, rows)
    : statementsOf(context, wanted.sessionId, wanted, rows);
}

/** The session's own time bounds spare every other month's partition. */
async function statementsOf(
  { db, actor }: Context,
  sessionId: string,
  { cursor, from, to, ...wanted }: WantedStatements,
  rows: number,
): Promise<readonly StatementRecord[]> {
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  const session = await db.session.findFirst({
    where: { AND: [{ id: sessionId }, visible === 'all' ? {} : visible] },
    select: { startedAt: true, endedAt: true },
  });
  if (session === null) throw notFound('There is no such session.');
  // A day on either side: the worker's clock and the database's may differ.
  const start = new Date(session.startedAt.getTime() - dayMs);
  const end = session.endedAt === null ? null : new Date(session.endedAt.getTime() + dayMs);
  const where = [
    Prisma.sql`session_id = ${sessionId} AND at >= ${start}`,
    ...(end === null ? [] : [Prisma.sql`at < ${end}`]),
    ...(from ? [Prisma.sql`at >= ${from}`] : []),
    ...(to ? [Prisma.sql`at < ${to}`] : []),
    ...(cursor ? [Prisma.sql`seq > ${cursorOf(cursor)[2]}`] : []),
    ...placeOf(wanted),
    ...conditionsOf(wanted),
  ];
  return db.$queryRaw<StatementRecord[]>`
    SELECT * FROM statement WHERE ${allOf(where)} ORDER BY seq ASC LIMIT ${rows}`;
}
