import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import { Prisma } from '#lib/db/generated/client';
import { type ReplayIndex, type ReplayStep, seqMax } from './model.ts';
import { type StepsInput, stepsInput } from './schema.ts';
import { type SessionBounds, sessionBounds, withinSession } from './session-bounds.ts';
import { allOf, conditionsOf } from './statement-conditions.ts';

/** Marks over a session, however long: enough to tell the time of any place between two. */
const marksMax = 100;

/** The whole session in a hundred marks: where its statements begin and end, and how time runs between. */
export async function replayIndex(context: Context, sessionId: string): Promise<ReplayIndex> {
  const bounds = await sessionBounds(context, sessionId);
  const within = allOf(withinSession(bounds));
  const [ends] = await context.db.$queryRaw<{ first: number | null; last: number | null }[]>`
    SELECT (SELECT seq FROM statement WHERE ${within} ORDER BY seq LIMIT 1) AS first,
      (SELECT seq FROM statement WHERE ${within} ORDER BY seq DESC LIMIT 1) AS last`;
  const { first = null, last = null } = ends ?? {};
  if (first === null || last === null) return { firstSeq: null, lastSeq: null, marks: [] };
  const rows = await context.db.$queryRaw<Found[]>`
    SELECT DISTINCT ON (s.seq) s.seq, s.at FROM generate_series(0, ${marksMax - 1}) AS n
    CROSS JOIN LATERAL (
      SELECT seq, at FROM statement
      WHERE ${within} AND seq >= ${first} + n * (${last}::bigint - ${first}) / ${marksMax - 1}
      ORDER BY seq LIMIT 1) s
    ORDER BY s.seq`;
  return { firstSeq: first, lastSeq: last, marks: rows.map((row) => stepOf(row, bounds)) };
}

/**
 * The statements that follow a sequence or a moment, or with `back` that come before, nearest first;
 * with a filter only those that fit.
 */
export async function replaySteps(context: Context, input: StepsInput): Promise<readonly ReplayStep[]> {
  const { sessionId, from, atMs, back, limit, ...wanted } = parseInput(stepsInput, input);
  const bounds = await sessionBounds(context, sessionId);
  const moment = atMs === undefined ? null : new Date(bounds.startedAt.getTime() + atMs);
  const where = [
    ...withinSession(bounds),
    back ? Prisma.sql`seq <= ${from ?? seqMax}` : Prisma.sql`seq >= ${from ?? 1}`,
    ...(moment === null ? [] : [back ? Prisma.sql`at <= ${moment}` : Prisma.sql`at >= ${moment}`]),
    ...conditionsOf({ ...wanted, limit }),
  ];
  const rows = await context.db.$queryRaw<Found[]>`
    SELECT seq, at FROM statement WHERE ${allOf(where)}
    ORDER BY seq ${back ? Prisma.sql`DESC` : Prisma.sql`ASC`} LIMIT ${limit}`;
  return rows.map((row) => stepOf(row, bounds));
}

interface Found {
  readonly seq: number;
  readonly at: Date;
}

function stepOf({ seq, at }: Found, { startedAt }: SessionBounds): ReplayStep {
  return { seq, atMs: Math.max(0, at.getTime() - startedAt.getTime()) };
}
