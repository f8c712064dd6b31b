import type { Tx } from '#lib/db/client';
import { Prisma } from '#lib/db/generated/client';
import type { PurposeTier } from '../model.ts';

/** The newest of them are read; a group by over so many takes a second or two. */
const statementsMax = 250_000;
/** Each is decided twice, at some 0.2 ms. */
const groupsMax = 20_000;

/** Kinds that a policy tells apart by more than their facts. */
export interface Split {
  /** Digests of facts. */
  readonly byTime: readonly string[];
  readonly byRows: readonly string[];
}

/** Recorded statements that policies can't tell apart. */
export interface RecordedGroup {
  readonly digest: string;
  readonly agent_id: string;
  readonly resource_id: string;
  readonly grant_ids: readonly string[];
  readonly tier: PurposeTier | null;
  readonly rows: bigint | null;
  readonly at: Date;
  readonly count: number;
  readonly allowed: number;
  readonly held: number;
  readonly denied: number;
  readonly sessions: readonly string[];
  readonly seqs: readonly number[];
  readonly times: readonly Date[];
}

export interface Recorded {
  readonly groups: readonly RecordedGroup[];
  readonly cutOff: string | null;
}

/**
 * The statements of the time, by facts, agent, resource, grants and purpose, most frequent first. With a
 * split: only the kinds that it names, by the hour too, or by the rows that a write touched.
 */
export async function recordedGroups(
  tx: Tx,
  { from, to }: { readonly from: Date; readonly to: Date },
  split: Split | null,
): Promise<Recorded> {
  const byTime = Prisma.sql`l.digest = ANY(${split?.byTime ?? []}::text[])`;
  const byRows = Prisma.sql`l.digest = ANY(${split?.byRows ?? []}::text[])`;
  const which = split ? Prisma.sql`WHERE ${byTime} OR ${byRows}` : Prisma.empty;
  const found = await tx.$queryRaw<(RecordedGroup & { all_statements: number; all_groups: number })[]>`
    WITH lately AS MATERIALIZED (
      SELECT coalesce(s.facts_digest, '') AS digest, s.agent_id, s.resource_id, s.session_id, s.seq, s.at,
        s.decision, CASE WHEN 'write' = ANY(s.actions) THEN s.rows END AS rows
      FROM statement s WHERE s.at >= ${from} AND s.at < ${to}
      ORDER BY s.at DESC LIMIT ${statementsMax}
    ), grouped AS (
      SELECT l.digest, l.agent_id, l.resource_id, n.grant_ids, n.purpose_tier AS tier,
        CASE WHEN ${byRows} THEN l.rows END AS rows,
        CASE WHEN ${byTime} THEN date_trunc('hour', l.at) END AS hour,
        max(l.at) AS at, count(*)::int AS count,
        count(*) FILTER (WHERE l.decision = 'allow')::int AS allowed,
        count(*) FILTER (WHERE l.decision = 'hold')::int AS held,
        count(*) FILTER (WHERE l.decision = 'deny')::int AS denied,
        (array_agg(l.session_id ORDER BY l.at DESC))[1:3] AS sessions,
        (array_agg(l.seq ORDER BY l.at DESC))[1:3] AS seqs,
        (array_agg(l.at ORDER BY l.at DESC))[1:3] AS times
      FROM lately l JOIN session n ON n.id = l.session_id ${which}
      GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    SELECT *, sum(count) OVER ()::int AS all_statements, count(*) OVER ()::int AS all_groups
    FROM grouped ORDER BY count DESC, digest, at DESC LIMIT ${groupsMax}`;
  const [first] = found;
  return { groups: found, cutOff: first ? cutOffOf(found, first.all_statements, first.all_groups) : null };
}

function cutOffOf(found: readonly RecordedGroup[], statements: number, groups: number): string | null {
  const said: string[] = [];
  if (statements >= statementsMax) {
    said.push(`Only the newest ${statementsMax.toLocaleString('en-US')} statements were looked at.`);
  }
  if (groups > groupsMax) {
    const left = statements - found.reduce((sum, { count }) => sum + count, 0);
    const rare = left === 1 ? '1 statement' : `${left.toLocaleString('en-US')} statements`;
    const kinds = groupsMax.toLocaleString('en-US');
    said.push(
      `Only the ${kinds} most frequent kinds were decided again; ${rare} of rarer kinds ${left === 1 ? 'was' : 'were'} left out.`,
    );
  }
  return said.length === 0 ? null : said.join(' ');
}
