import type { z } from 'zod';
import type { Actor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import { bulkGrantsMax } from '#lib/core/limits';
import { decodeCursor, type Page, pageOf } from '#lib/core/page';
import { Prisma } from '#lib/db/generated/client';
import { grantRows } from './grant-rows.ts';
import { type GrantRow, type StaleKind, staleKinds } from './model.ts';
import { type GrantFilter, grantFilter } from './schema.ts';
import { staleFrom, staleSql } from './stale.ts';
import { grantsVisibleTo } from './visible.ts';

/** A page of grants, newest first. */
export async function listGrants(context: Context, filter: GrantFilter): Promise<Page<GrantRow>> {
  const wanted = parseInput(grantFilter, filter);
  const ids = await idsOf(context, wanted, wanted.limit + 1);
  const page = pageOf(ids, wanted.limit, ({ id }) => [id]);
  const rows = await grantRows(
    context,
    page.rows.map(({ id }) => id),
    wanted.unusedDays,
  );
  return { rows, next: page.next };
}

/**
 * Ids of all active grants that a filter finds and this gateway can take away, newest first: at most as
 * many as can be revoked at once.
 */
export async function matchingGrants(
  context: Context,
  filter: GrantFilter,
): Promise<{ readonly ids: readonly string[]; readonly more: boolean }> {
  const wanted = parseInput(grantFilter, { ...filter, state: 'active', cursor: undefined });
  if (wanted.source && wanted.source !== 'countersign') return { ids: [], more: false };
  wanted.source = 'countersign';
  const found = await idsOf(context, wanted, bulkGrantsMax + 1);
  return { ids: found.slice(0, bulkGrantsMax).map(({ id }) => id), more: found.length > bulkGrantsMax };
}

function idsOf(
  { db, actor, clock }: Context,
  wanted: z.output<typeof grantFilter>,
  limit: number,
): Promise<readonly { readonly id: string }[]> {
  const stale = staleSql(clock.now(), wanted.unusedDays);
  const where: Prisma.Sql[] = [visibleSql(actor)];
  if (wanted.agentId) where.push(Prisma.sql`g.agent_id = ${wanted.agentId}`);
  if (wanted.resourceId) where.push(Prisma.sql`g.resource_id = ${wanted.resourceId}`);
  if (wanted.ownerId) where.push(Prisma.sql`a.owner_id = ${wanted.ownerId}`);
  if (wanted.source) where.push(Prisma.sql`g.source = ${wanted.source}`);
  if (wanted.state) where.push(Prisma.sql`g.state = ${wanted.state}`);
  if (wanted.stale) {
    where.push(Prisma.sql`g.state = 'active'`, wanted.stale === true ? anyOf(stale) : stale[wanted.stale]);
  }
  if (wanted.search) {
    const pattern = `%${wanted.search.replace(/[\\%_]/g, '\\$&')}%`;
    where.push(Prisma.sql`(a.name ILIKE ${pattern} OR r.name ILIKE ${pattern} OR g.reason ILIKE ${pattern})`);
  }
  if (wanted.cursor) where.push(Prisma.sql`g.id < ${decodeCursor(wanted.cursor, 1)[0] ?? ''}`);
  return db.$queryRaw<{ id: string }[]>`
    SELECT g.id FROM ${staleFrom} WHERE ${Prisma.join(where.map(bracketed), ' AND ')}
    ORDER BY g.id DESC LIMIT ${limit}`;
}

/** How many active grants there are, and how many have each reason to look at them. */
export async function staleCounts(
  context: Context,
  unusedDays = 30,
  of: { readonly agentId?: string; readonly resourceId?: string } = {},
): Promise<{
  readonly any: number;
  readonly active: number;
  readonly byKind: Readonly<Record<StaleKind, number>>;
}> {
  const { db, actor, clock } = context;
  const stale = staleSql(clock.now(), unusedDays);
  const counts = staleKinds.map(
    (kind) => Prisma.sql`count(*) FILTER (WHERE ${stale[kind]})::int AS ${Prisma.raw(`"${kind}"`)}`,
  );
  const [row] = await db.$queryRaw<Record<StaleKind | 'any' | 'active', number>[]>`
    SELECT count(*)::int AS active, count(*) FILTER (WHERE ${anyOf(stale)})::int AS any, ${Prisma.join(counts)}
    FROM ${staleFrom} WHERE g.state = 'active' AND ${visibleSql(actor)}
      AND (${of.agentId ?? null}::text IS NULL OR g.agent_id = ${of.agentId ?? null})
      AND (${of.resourceId ?? null}::text IS NULL OR g.resource_id = ${of.resourceId ?? null})`;
  const count = (kind: StaleKind | 'any' | 'active') => row?.[kind] ?? 0;
  const byKind = staleKinds.map((kind) => [kind, count(kind)]);
  return {
    any: count('any'),
    active: count('active'),
    byKind: Object.fromEntries(byKind) as Record<StaleKind, number>,
  };
}

function anyOf(stale: Readonly<Record<StaleKind, Prisma.Sql>>): Prisma.Sql {
  return bracketed(
    Prisma.join(
      staleKinds.map((kind) => bracketed(stale[kind])),
      ' OR ',
    ),
  );
}

function bracketed(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${condition})`;
}

/** `grantsVisibleTo`, said in SQL over `staleFrom`'s aliases. */
function visibleSql(actor: Actor): Prisma.Sql {
  if (grantsVisibleTo(actor) === 'all' || actor.kind !== 'person') return Prisma.sql`true`;
  const owner = actor.roles.includes('owner')
    ? Prisma.sql`a.owner_id = ${actor.id} OR r.owner_id = ${actor.id}`
    : Prisma.sql`false`;
  return Prisma.sql`(${owner} OR EXISTS (
    SELECT 1 FROM campaign_item i JOIN campaign c ON c.id = i.campaign_id
    WHERE i.grant_id = g.id AND c.state = 'open' AND (
      EXISTS (SELECT 1 FROM item_reviewer v WHERE v.item_id = i.id AND v.person_id = ${actor.id})
      OR EXISTS (SELECT 1 FROM spot_check s WHERE s.item_id = i.id AND s.drawn AND s.person_id = ${actor.id}))))`;
}
