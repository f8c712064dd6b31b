import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import { decodeCursor, pageOf } from '#lib/core/page';
import { Prisma } from '#lib/db/generated/client';
import { itemRows } from './items.ts';
import { type ItemPage, type ItemState, itemStates } from './model.ts';
import { listItemsInput } from './schema.ts';
import { requireVisibleCampaign, visibleItems } from './visible.ts';

export interface ListItems {
  readonly campaignId: string;
  /** Only items that are assigned to the person who asks. */
  readonly mine?: boolean | undefined;
  readonly state?: ItemState | undefined;
  readonly privileged?: boolean | undefined;
  readonly agentId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly evidenceGroup?: string | undefined;
  /** In the sentence, case-insensitive. */
  readonly search?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A page of the queue: changed since the last certification first. Reviewers see what is theirs. */
export async function listItems(context: Context, input: ListItems): Promise<ItemPage> {
  const query = parseInput(listItemsInput, input);
  await requireVisibleCampaign(context, query.campaignId);
  const { actor, db } = context;
  const where = [Prisma.sql`i.campaign_id = ${query.campaignId}`, visibleItems(actor)];
  if (query.mine && actor.kind === 'person') {
    where.push(Prisma.sql`EXISTS (SELECT 1 FROM item_reviewer r
      WHERE r.item_id = i.id AND r.person_id = ${actor.id} AND r.ended_at IS NULL)`);
  }
  if (query.privileged !== undefined) where.push(Prisma.sql`i.privileged = ${query.privileged}`);
  if (query.agentId) where.push(Prisma.sql`i.grant_snapshot #>> '{agent,id}' = ${query.agentId}`);
  if (query.resourceId) where.push(Prisma.sql`i.grant_snapshot #>> '{resource,id}' = ${query.resourceId}`);
  if (query.evidenceGroup) where.push(Prisma.sql`i.evidence_group = ${query.evidenceGroup}`);
  if (query.search) where.push(Prisma.sql`position(lower(${query.search}) IN lower(i.sentence)) > 0`);
  const counts = await countStates(context, where);
  if (query.state) where.push(Prisma.sql`i.state = ${query.state}`);
  if (query.cursor) {
    const after = Number(decodeCursor(query.cursor, 1)[0]);
    where.push(Prisma.sql`i.position > ${Number.isSafeInteger(after) ? after : 0}`);
  }
  const found = await db.$queryRaw<{ id: string; position: number }[]>`
    SELECT i.id, i.position FROM campaign_item i WHERE ${Prisma.join(where, ' AND ')}
    ORDER BY i.position LIMIT ${query.limit + 1}`;
  const page = pageOf(found, query.limit, (row) => [String(row.position)]);
  const rows = await itemRows(
    db,
    actor,
    page.rows.map((row) => row.id),
  );
  return { rows, next: page.next, counts };
}

async function countStates(context: Context, where: readonly Prisma.Sql[]): Promise<ItemPage['counts']> {
  const found = await context.db.$queryRaw<{ state: ItemState; items: number }[]>`
    SELECT i.state, count(*)::int AS items FROM campaign_item i
    WHERE ${Prisma.join([...where], ' AND ')} GROUP BY i.state`;
  const counts = Object.fromEntries(itemStates.map((state) => [state, 0])) as Record<ItemState, number>;
  for (const { state, items } of found) counts[state] = items;
  return counts;
}
