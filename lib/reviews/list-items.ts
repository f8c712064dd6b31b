import type { Actor } from '#lib/auth/actor';
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
  const { db, actor } = context;
  const filters = filtersOf(query);
  const queue = queueOf(actor, query);
  // Side by side: none of the three needs another's answer, and a refusal drops all.
  const counting = countStates(context, [queue.counted, ...filters]);
  counting.catch(() => {});
  if (query.state) filters.push(Prisma.sql`i.state = ${query.state}`);
  if (query.cursor) {
    const after = Number(decodeCursor(query.cursor, 1)[0]);
    filters.push(Prisma.sql`${queue.place} > ${Number.isSafeInteger(after) ? after : 0}`);
  }
  const listing = db.$queryRaw<{ id: string; position: number }[]>`
    SELECT i.id, i.position FROM ${queue.from} WHERE ${Prisma.join([queue.listed, ...filters], ' AND ')}
    ORDER BY ${queue.place} LIMIT ${query.limit + 1}`;
  listing.catch(() => {});
  await requireVisibleCampaign(context, query.campaignId);
  const [counts, found] = await Promise.all([counting, listing]);
  const page = pageOf(found, query.limit, (row) => [String(row.position)]);
  const ids = page.rows.map((row) => row.id);
  return { rows: await itemRows(db, actor, ids), next: page.next, counts };
}

type Query = ReturnType<typeof parseInput<typeof listItemsInput>>;

function filtersOf(query: Query): Prisma.Sql[] {
  const where: Prisma.Sql[] = [];
  if (query.privileged !== undefined) where.push(Prisma.sql`i.privileged = ${query.privileged}`);
  if (query.agentId) where.push(Prisma.sql`i.grant_snapshot #>> '{agent,id}' = ${query.agentId}`);
  if (query.resourceId) where.push(Prisma.sql`i.grant_snapshot #>> '{resource,id}' = ${query.resourceId}`);
  if (query.evidenceGroup) where.push(Prisma.sql`i.evidence_group = ${query.evidenceGroup}`);
  if (query.search) where.push(Prisma.sql`position(lower(${query.search}) IN lower(i.sentence)) > 0`);
  return where;
}

interface Queue {
  readonly from: Prisma.Sql;
  readonly place: Prisma.Sql;
  readonly listed: Prisma.Sql;
  readonly counted: Prisma.Sql;
}

/** A person's own items are read by their own index, in its order, at any depth; the rest by the campaign's. */
function queueOf(actor: Actor, { campaignId, mine }: Query): Queue {
  const inCampaign = Prisma.sql`i.campaign_id = ${campaignId}`;
  const visible = visibleItems(actor);
  if (!mine || actor.kind !== 'person') {
    const all = Prisma.sql`${inCampaign} AND ${visible}`;
    return { from: Prisma.sql`campaign_item i`, place: Prisma.sql`i.position`, listed: all, counted: all };
  }
  const own = Prisma.sql`q.person_id = ${actor.id} AND q.ended_at IS NULL AND q.campaign_id = ${campaignId}`;
  return {
    from: Prisma.sql`item_reviewer q
      JOIN campaign_item i ON i.campaign_id = q.campaign_id AND i.position = q.position`,
    place: Prisma.sql`q.position`,
    listed: Prisma.sql`${inCampaign} AND ${own}`,
    // IS TRUE: read once and hashed, whatever young statistics make the planner expect.
    counted: Prisma.sql`${inCampaign} AND (i.position IN (SELECT q.position FROM item_reviewer q WHERE ${own})) IS TRUE`,
  };
}

async function countStates(context: Context, where: readonly Prisma.Sql[]): Promise<ItemPage['counts']> {
  const found = await context.db.$queryRaw<{ state: ItemState; items: number }[]>`
    SELECT i.state, count(*)::int AS items FROM campaign_item i
    WHERE ${Prisma.join([...where], ' AND ')} GROUP BY i.state`;
  const counts = Object.fromEntries(itemStates.map((state) => [state, 0])) as Record<ItemState, number>;
  for (const { state, items } of found) counts[state] = items;
  return counts;
}
