import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden, invalid, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { decodeCursor, type Page, pageOf } from '#lib/core/page';
import { Prisma } from '#lib/db/generated/client';
import { answeredBy, reviewedBy } from '#lib/resources/index';
import type { StatementEntry } from './model.ts';
import { type StatementFilter, statementFilter } from './schema.ts';
import { type StatementRecord, statementEntries } from './statement-entries.ts';
import { sessionsVisibleTo } from './visible.ts';

const dayMs = 86_400_000;
const searchDaysDefault = 30;

type Wanted = ReturnType<typeof statementFilter.parse>;

/** Statements of one session in their order, or a search over all sessions, the newest first. */
export async function listStatements(
  context: Context,
  filter: StatementFilter,
): Promise<Page<StatementEntry>> {
  const wanted = parseInput(statementFilter, filter);
  const inside = wanted.sessionId !== undefined;
  const where = [
    ...(wanted.sessionId === undefined
      ? await searchScope(context, wanted)
      : await sessionScope(context, wanted.sessionId)),
    ...conditionsOf(wanted),
    ...(wanted.cursor ? [afterCursor(wanted.cursor, inside)] : []),
  ];
  const order = inside ? Prisma.sql`seq ASC` : Prisma.sql`at DESC, session_id DESC, seq DESC`;
  const found = await context.db.$queryRaw<StatementRecord[]>`
    SELECT * FROM statement WHERE ${Prisma.join(where, ' AND ')} ORDER BY ${order} LIMIT ${wanted.limit + 1}`;
  const page = pageOf(found, wanted.limit, (row) => [row.at.toISOString(), row.session_id, String(row.seq)]);
  return { rows: await statementEntries(context.db, page.rows), next: page.next };
}

function conditionsOf(wanted: Wanted): readonly Prisma.Sql[] {
  const found: Prisma.Sql[] = [];
  if (wanted.agentId) found.push(Prisma.sql`agent_id = ${wanted.agentId}`);
  if (wanted.resourceId) found.push(Prisma.sql`resource_id = ${wanted.resourceId}`);
  if (wanted.grantId) found.push(Prisma.sql`grant_ids @> ARRAY[${wanted.grantId}]`);
  if (wanted.object) found.push(Prisma.sql`objects @> ARRAY[${wanted.object}]`);
  if (wanted.action) found.push(Prisma.sql`actions @> ARRAY[${wanted.action}]`);
  if (wanted.tag) found.push(Prisma.sql`tag = ${wanted.tag}`);
  if (wanted.decision) found.push(Prisma.sql`decision = ${wanted.decision}`);
  // Said in words: the index by decision leaves out what was allowed.
  if (wanted.decision && wanted.decision !== 'allow') found.push(Prisma.sql`decision <> 'allow'`);
  if (wanted.text) found.push(Prisma.sql`text ILIKE ${`%${wanted.text.replace(/[\\%_]/g, '\\$&')}%`}`);
  if (wanted.from) found.push(Prisma.sql`at >= ${wanted.from}`);
  if (wanted.to) found.push(Prisma.sql`at < ${wanted.to}`);
  return found;
}

function afterCursor(cursor: string, inside: boolean): Prisma.Sql {
  const [at = '', sessionId = '', seq = ''] = decodeCursor(cursor, 3);
  const time = new Date(at);
  const place = Number(seq);
  if (Number.isNaN(time.getTime()) || !Number.isSafeInteger(place)) {
    throw invalid('The page marker in the address is not one of ours; open the list anew.');
  }
  return inside
    ? Prisma.sql`seq > ${place}`
    : Prisma.sql`(at, session_id, seq) < (${time}, ${sessionId}, ${place})`;
}

/** The session's own time bounds spare every other month's partition. */
async function sessionScope({ db, actor }: Context, sessionId: string): Promise<readonly Prisma.Sql[]> {
  const visible = await sessionsVisibleTo(db, actor, 'session.list');
  const session = await db.session.findFirst({
    where: { AND: [{ id: sessionId }, visible === 'all' ? {} : visible] },
    select: { startedAt: true, endedAt: true },
  });
  if (session === null) throw notFound('There is no such session.');
  // A day on either side: the worker's clock and the database's may differ.
  const from = new Date(session.startedAt.getTime() - dayMs);
  const to = session.endedAt === null ? null : new Date(session.endedAt.getTime() + dayMs);
  return [
    Prisma.sql`session_id = ${sessionId}`,
    Prisma.sql`at >= ${from}`,
    ...(to === null ? [] : [Prisma.sql`at < ${to}`]),
  ];
}

/** What the actor may see of all statements: by agent, or by resource. */
async function searchScope({ db, actor, clock }: Context, wanted: Wanted): Promise<readonly Prisma.Sql[]> {
  const since = new Date((wanted.to ?? clock.now()).getTime() - searchDaysDefault * dayMs);
  const window = wanted.from ? [] : [Prisma.sql`at >= ${since}`];
  if (actor.kind !== 'person') throw forbidden('Only people read this.');
  const relations = relationsFor(actor, 'session.list');
  if (relations.has('all')) return [Prisma.sql`true`, ...window];
  const agentOf: Prisma.AgentWhereInput[] = [
    ...(relations.has('own') ? [{ ownerId: actor.id }] : []),
    ...(relations.has('assigned') ? [{ grants: { some: { items: { some: reviewedBy(actor.id) } } } }] : []),
  ];
  const resourceOf: Prisma.ResourceWhereInput[] = [
    ...(relations.has('own') ? [{ ownerId: actor.id }] : []),
    ...(relations.has('groups') ? [await answeredBy(db, actor.groupIds)] : []),
  ];
  const [agents, resources] = await Promise.all([
    db.agent.findMany({ where: { OR: agentOf }, select: { id: true } }),
    db.resource.findMany({ where: { OR: resourceOf }, select: { id: true } }),
  ]);
  const ids = (of: readonly { id: string }[]) => of.map(({ id }) => id);
  return [Prisma.sql`(agent_id = ANY(${ids(agents)}) OR resource_id = ANY(${ids(resources)}))`, ...window];
}
