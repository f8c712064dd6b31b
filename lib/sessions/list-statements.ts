import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import { type Page, pageOf } from '#lib/core/page';
import { Prisma } from '#lib/db/generated/client';
import type { StatementEntry } from './model.ts';
import { type StatementFilter, statementFilter } from './schema.ts';
import { searchStatements } from './search-statements.ts';
import { sessionBounds, withinSession } from './session-bounds.ts';
import { allOf, conditionsOf, cursorOf, placeOf, type WantedStatements } from './statement-conditions.ts';
import { type StatementRecord, statementEntries } from './statement-entries.ts';

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

async function statementsOf(
  context: Context,
  sessionId: string,
  { cursor, from, to, ...wanted }: WantedStatements,
  rows: number,
): Promise<readonly StatementRecord[]> {
  const where = [
    ...withinSession(await sessionBounds(context, sessionId)),
    ...(from ? [Prisma.sql`at >= ${from}`] : []),
    ...(to ? [Prisma.sql`at < ${to}`] : []),
    ...(cursor ? [Prisma.sql`seq > ${cursorOf(cursor)[2]}`] : []),
    ...placeOf(wanted),
    ...conditionsOf(wanted),
  ];
  return context.db.$queryRaw<StatementRecord[]>`
    SELECT * FROM statement WHERE ${allOf(where)} ORDER BY seq ASC LIMIT ${rows}`;
}
