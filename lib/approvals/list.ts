import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import { decodeCursor, type Page, pageOf } from '#lib/core/page';
import { Prisma } from '#lib/db/generated/client';
import type { ApprovalRow, ApprovalStateName, ApprovalTab } from './model.ts';
import { rowsOf } from './rows.ts';
import { listSchema } from './schema.ts';
import { decidableBy, visibleTo } from './visible.ts';

export interface ListApprovals {
  readonly tab?: ApprovalTab | undefined;
  readonly agentId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly state?: ApprovalStateName | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A page of the inbox. Pending and mine: the oldest first; decided: the newest first. */
export async function listApprovals(context: Context, input: ListApprovals = {}): Promise<Page<ApprovalRow>> {
  const { tab, agentId, resourceId, state, cursor, limit } = parseInput(listSchema, input);
  const now = context.clock.now();
  const waits = Prisma.sql`r.state = 'pending' AND r.expires_at > ${now}`;
  const where = [visibleTo(context.actor), tab === 'decided' ? Prisma.sql`NOT (${waits})` : waits];
  if (tab === 'mine') where.push(await decidableBy(context.db, context.actor, now));
  if (agentId) where.push(Prisma.sql`r.agent_id = ${agentId}`);
  if (resourceId) where.push(Prisma.sql`r.resource_id = ${resourceId}`);
  if (state) where.push(Prisma.sql`r.state = ${state}`);
  const newestFirst = tab === 'decided';
  if (cursor) {
    const [number] = decodeCursor(cursor, 1).map(Number);
    const after = Number.isSafeInteger(number) ? Number(number) : 0;
    where.push(newestFirst ? Prisma.sql`r.number < ${after}` : Prisma.sql`r.number > ${after}`);
  }
  const found = await context.db.$queryRaw<{ id: string; number: number }[]>`
    SELECT r.id, r.number FROM approval_request r JOIN agent a ON a.id = r.agent_id
    WHERE ${Prisma.join(where, ' AND ')}
    ORDER BY r.number ${newestFirst ? Prisma.sql`DESC` : Prisma.sql`ASC`} LIMIT ${limit + 1}`;
  const page = pageOf(found, limit, (row) => [String(row.number)]);
  return {
    rows: await rowsOf(
      context.db,
      context.actor,
      page.rows.map((row) => row.id),
      now,
    ),
    next: page.next,
  };
}
