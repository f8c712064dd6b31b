import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden, notFound } from '#lib/core/errors';
import type { Db, Tx } from '#lib/db/client';
import { reviewedBy } from '#lib/resources/index';
import type { CatalogObject, PermissionRow, PermissionUsage, Range } from './model.ts';
import { permissionsOf, withUsage } from './rules.ts';

export interface UsedGrant {
  readonly id: string;
  readonly resourceId: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  readonly startsAt: Date;
}

/** What was seen of a grant in a window, one row for each (action, object). */
export async function usageOf(
  context: Context,
  grantId: string,
  range: Range,
): Promise<readonly PermissionUsage[]> {
  const grant = await readableGrant(context, grantId);
  return grantUsage(context.db, grant.id, range);
}

/** The grant expanded against the catalog, with its usage: used, unused, not in the catalog. */
export async function permissionsWithUsage(
  context: Context,
  grantId: string,
  range: Range,
): Promise<readonly PermissionRow[]> {
  const grant = await readableGrant(context, grantId);
  return permissionUsage(context.db, grant, range);
}

/** The same, for verbs that have checked who may read the grant. */
export async function permissionUsage(
  db: Db | Tx,
  grant: UsedGrant,
  range: Range,
): Promise<readonly PermissionRow[]> {
  const catalog = await catalogOf(db, grant.resourceId);
  const usage = await grantUsage(db, grant.id, range);
  return withUsage(permissionsOf(grant, catalog), usage, range, grant.startsAt);
}

/** A resource's catalog as stored, gone objects included. */
export async function catalogOf(db: Db | Tx, resourceId: string): Promise<readonly CatalogObject[]> {
  const objects = await db.resourceObject.findMany({
    where: { resourceId },
    select: { schema: true, name: true, kind: true, firstSeenAt: true, goneAt: true },
    orderBy: [{ schema: 'asc' }, { name: 'asc' }],
  });
  return objects.map(({ firstSeenAt, kind, ...object }) => ({
    ...object,
    kind: kind as CatalogObject['kind'],
    seenAt: firstSeenAt,
  }));
}

/** Sums of whole UTC days: the window widens to them. */
export async function grantUsage(
  db: Db | Tx,
  grantId: string,
  range: Range,
): Promise<readonly PermissionUsage[]> {
  const rows = await db.$queryRaw<UsageSum[]>`
    SELECT action, object, sum(used)::float8 AS used, sum(used_only_this)::float8 AS "usedOnlyThis",
      sum(denied)::float8 AS denied, sum(pending)::float8 AS pending,
      max(last_at) FILTER (WHERE used > 0) AS "lastAt",
      (array_agg(last_session_id ORDER BY last_at DESC) FILTER (WHERE used > 0))[1] AS "lastSessionId",
      (array_agg(last_seq ORDER BY last_at DESC) FILTER (WHERE used > 0))[1] AS "lastSeq"
    FROM usage
    WHERE grant_id = ${grantId}
      AND day BETWEEN (${range.from}::timestamptz AT TIME ZONE 'UTC')::date
                  AND (${range.to}::timestamptz AT TIME ZONE 'UTC')::date
    GROUP BY action, object ORDER BY action, object`;
  return rows;
}

type UsageSum = {
  readonly [Name in keyof PermissionUsage]: PermissionUsage[Name];
};

async function readableGrant({ db, actor }: Context, grantId: string): Promise<UsedGrant> {
  const relations = relationsFor(actor, 'access.read');
  if (actor.kind !== 'person') throw forbidden('Only people read this.');
  const mine = [
    ...(relations.has('own') ? [{ agent: { ownerId: actor.id } }, { resource: { ownerId: actor.id } }] : []),
    ...(relations.has('assigned') ? [{ items: { some: reviewedBy(actor.id) } }] : []),
  ];
  const grant = await db.grant.findFirst({
    where: { AND: [{ id: grantId }, relations.has('all') ? {} : { OR: mine }] },
  });
  if (grant === null) throw notFound('There is no such grant.');
  return grant;
}
