import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { Prisma } from '#lib/db/generated/client';
import { transaction } from '#lib/db/transaction';
import {
  allOf,
  conditionsOf,
  cursorOf,
  newestFirst,
  placeOf,
  type WantedStatements,
} from './statement-conditions.ts';
import type { StatementRecord } from './statement-entries.ts';
import { agentsEverOwnedBy, type StatementScope, statementScope, withinScope } from './statement-scope.ts';
import { slicesIn } from './statement-slices.ts';

const dayMs = 86_400_000;
const searchDaysDefault = 30;
/** Looked through in order before any other index is asked: what is common is found here at once. */
const nearRows = 20_000;
/** A search that nothing narrows must not hold a connection for minutes. */
const searchMsMax = 10_000;

interface Search {
  readonly from: Date;
  /** Agent, resource, time and page: what an ordered index carries. */
  readonly place: readonly Prisma.Sql[];
  readonly rest: readonly Prisma.Sql[];
  readonly scope: StatementScope;
  /** Agents that alone can fit, where the question or the person's role says so. */
  readonly drivers: { readonly agentIds: readonly string[]; readonly resourceIds: readonly string[] } | null;
  readonly rows: number;
}

/**
 * The newest `rows` statements that fit and that the person may see. Made for ten million: first the
 * newest twenty thousand in order, which answers every common question; then what is left by the
 * index that holds few, as then only few can be left.
 */
export async function searchStatements(
  context: Context,
  wanted: WantedStatements,
  rows: number,
): Promise<readonly StatementRecord[]> {
  const search = await searchOf(context, wanted, rows);
  const { db } = context;
  if (search.rest.length === 0) return inOrder(db, search, search.place);
  const edge = await nearEdge(db, search);
  const near = await newest(
    db,
    [
      ...search.place,
      ...withinScope(search.scope),
      ...search.rest,
      ...(edge === null ? [] : [Prisma.sql`at >= ${edge}`]),
    ],
    rows,
  );
  if (near.length === rows || edge === null) return near;
  const left = { ...search, rows: rows - near.length };
  const far = await bounded(context, (tx) =>
    wanted.text || wanted.object || wanted.purpose
      ? bySlices(tx, left, edge, wanted)
      : inOrder(tx, left, [...left.place, ...left.rest, Prisma.sql`at < ${edge}`]),
  );
  return [...near, ...far];
}

async function searchOf(context: Context, wanted: WantedStatements, rows: number): Promise<Search> {
  const to = wanted.to ?? context.clock.now();
  const from = wanted.from ?? new Date(to.getTime() - searchDaysDefault * dayMs);
  const scope = await statementScope(context);
  const owned = wanted.personId ? await agentsEverOwnedBy(context, wanted.personId) : null;
  return {
    from,
    place: [
      Prisma.sql`at >= ${from}`,
      ...(wanted.to ? [Prisma.sql`at < ${wanted.to}`] : []),
      ...placeOf(wanted),
    ],
    rest: [...(owned ? [Prisma.sql`agent_id = ANY(${[...owned]}::text[])`] : []), ...conditionsOf(wanted)],
    scope,
    drivers:
      owned !== null
        ? { agentIds: owned, resourceIds: [] }
        : scope === 'all' || wanted.agentId || wanted.resourceId
          ? null
          : scope,
    rows,
  };
}

/** The moment of the last of the newest rows in this place; null when there are no more than those. */
async function nearEdge(db: Tx, { place }: Search): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ at: Date }[]>`
    SELECT at FROM statement WHERE ${allOf(place)} ORDER BY at DESC OFFSET ${nearRows} LIMIT 1`;
  return row?.at ?? null;
}

function newest(db: Tx, where: readonly Prisma.Sql[], rows: number): Promise<StatementRecord[]> {
  return db.$queryRaw<StatementRecord[]>`
    SELECT * FROM statement WHERE ${allOf(where)} ORDER BY ${newestFirst} LIMIT ${rows}`;
}

/** By one ordered index; for several agents or resources by each one's own, and merged. */
function inOrder(db: Tx, search: Search, where: readonly Prisma.Sql[]): Promise<StatementRecord[]> {
  const seen = [...where, ...withinScope(search.scope)];
  const { drivers, rows } = search;
  if (drivers === null) return newest(db, seen, rows);
  const { agentIds, resourceIds } = drivers;
  return db.$queryRaw<StatementRecord[]>`
    SELECT * FROM (
      SELECT s.* FROM unnest(${[...agentIds]}::text[]) AS of(id) CROSS JOIN LATERAL (
        SELECT * FROM statement WHERE agent_id = of.id AND ${allOf(seen)}
        ORDER BY ${newestFirst} LIMIT ${rows}) s
      UNION ALL
      SELECT s.* FROM unnest(${[...resourceIds]}::text[]) AS of(id) CROSS JOIN LATERAL (
        SELECT * FROM statement WHERE resource_id = of.id AND agent_id <> ALL(${[...agentIds]}::text[])
          AND ${allOf(seen)}
        ORDER BY ${newestFirst} LIMIT ${rows}) s
    ) found ORDER BY ${newestFirst} LIMIT ${rows}`;
}

/** Where few fit: all that fit of a slice, by its own index; the newest slices first. */
async function bySlices(tx: Tx, search: Search, before: Date, wanted: WantedStatements) {
  const until = wanted.cursor
    ? Math.min(cursorOf(wanted.cursor)[0].getTime() + 1, before.getTime())
    : before.getTime();
  const ranges = await slicesIn(tx, search.from, new Date(until), Boolean(wanted.text || wanted.object));
  const where = [...search.place, ...withinScope(search.scope), ...search.rest];
  const found: StatementRecord[] = [];
  for (const some of [ranges.slice(0, 2), ranges.slice(2)]) {
    const rows = search.rows - found.length;
    if (some.length === 0 || rows <= 0) break;
    const parts = some.map(
      ({ from, to }) => Prisma.sql`
        SELECT session_id, seq, at FROM statement WHERE at >= ${from} AND at < ${to} AND ${allOf(where)}`,
    );
    found.push(
      ...(await tx.$queryRaw<StatementRecord[]>`
        WITH hit AS MATERIALIZED (${Prisma.join(parts, ' UNION ALL ')})
        SELECT s.* FROM (SELECT * FROM hit ORDER BY ${newestFirst} LIMIT ${rows}) h
        JOIN statement s USING (session_id, seq, at) ORDER BY ${newestFirst}`),
    );
  }
  return found;
}

/** Ends what takes too long, and says how to ask for less. */
async function bounded<Result>({ db }: Context, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  try {
    return await transaction(db, async (tx) => {
      await tx.$executeRaw`SELECT set_config('statement_timeout', ${String(searchMsMax)}, true)`;
      return work(tx);
    });
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('57014'))) throw error;
    throw new CountersignError(
      'limit',
      `The search took longer than ${searchMsMax / 1000} seconds. Name an agent, a resource or an object, or choose a shorter time.`,
      { cause: error },
    );
  }
}
