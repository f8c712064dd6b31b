import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import type { Tx } from '#lib/db/client';

export interface TimeSlice {
  readonly from: Date;
  readonly to: Date;
}

/**
 * `from` to `to` cut where the indexes of text and objects are, the newest first: the planner uses
 * an index of a slice only for a question that lies inside it. Uncut when `cut` is false.
 */
export async function slicesIn(tx: Tx, from: Date, to: Date, cut: boolean): Promise<readonly TimeSlice[]> {
  const slices = cut
    ? await tx.statementSlice.findMany({ where: { fromAt: { lt: to }, toAt: { gt: from } } })
    : [];
  const edges = [from, to, ...slices.flatMap(({ fromAt, toAt }) => [fromAt, toAt])]
    .filter((edge) => edge >= from && edge <= to)
    .map((edge) => edge.getTime());
  const sorted = [...new Set(edges)].sort((a, b) => b - a);
  return sorted.slice(1).map((edge, place) => ({ from: new Date(edge), to: new Date(sorted[place] ?? 0) }));
}

/** Fewer new rows are looked through without an index. */
const sliceRowsMin = 50_000;
/** With the large ones, some fourteen slices cover ten million rows: the planner looks at each. */
const smallSlicesMax = 8;
/** While so many are indexed, the importer waits: about twenty seconds. */
const sliceRowsMax = 2_000_000;
/** Each takes what the database may index at a time; between two of them the importer goes on. */
const roundsMax = 8;

/** A job's: indexes text and objects of statements that have come since the last round. */
export async function indexStatements(context: Context): Promise<number> {
  requireKind(context.actor, 'job');
  let made = 0;
  for (let round = 0; round < roundsMax; round += 1) {
    const [row] = await context.db.$queryRaw<{ made: number }[]>`
      SELECT index_statements(
        ${context.clock.now()}, ${sliceRowsMin}::int, ${smallSlicesMax}::int, ${sliceRowsMax}::bigint) AS made`;
    if (!row?.made) break;
    made += row.made;
  }
  return made;
}
