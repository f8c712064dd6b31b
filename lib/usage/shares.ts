import type { Db, Tx } from '#lib/db/client';
import type { CatalogObject, Permission, Range } from './model.ts';
import { permissionsOf } from './rules.ts';
import type { UsedGrant } from './usage-of.ts';

/** How many of a grant's permissions were used in a window. */
export interface PermissionShare {
  readonly total: number;
  readonly used: number;
}

/** Shares of many grants in three queries: catalogs and equal terms are expanded once. */
export async function permissionShares(
  db: Db | Tx,
  grants: readonly UsedGrant[],
  range: Range,
): Promise<ReadonlyMap<string, PermissionShare>> {
  const catalogs = await catalogsOf(db, [...new Set(grants.map(({ resourceId }) => resourceId))]);
  const used = await usedPermissions(db, grants, range);
  const expanded = new Map<string, readonly Permission[]>();
  const shares = new Map<string, PermissionShare>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.resourceId, grant.actions, grant.scope]);
    const permissions = expanded.get(key) ?? permissionsOf(grant, catalogs.get(grant.resourceId) ?? []);
    expanded.set(key, permissions);
    const seen = used.get(grant.id);
    const hits = seen
      ? permissions.filter(({ action, object }) => seen.has(`${action} ${object}`)).length
      : 0;
    shares.set(grant.id, { total: permissions.length, used: hits });
  }
  return shares;
}

async function catalogsOf(db: Db | Tx, resourceIds: readonly string[]) {
  const objects = await db.resourceObject.findMany({
    where: { resourceId: { in: [...resourceIds] }, goneAt: null },
    select: { resourceId: true, schema: true, name: true, kind: true, firstSeenAt: true, goneAt: true },
  });
  const catalogs = new Map<string, CatalogObject[]>();
  for (const { resourceId, firstSeenAt, kind, ...object } of objects) {
    const catalog = catalogs.get(resourceId) ?? [];
    catalogs.set(resourceId, catalog);
    catalog.push({ ...object, kind: kind as CatalogObject['kind'], seenAt: firstSeenAt });
  }
  return catalogs;
}

async function usedPermissions(db: Db | Tx, grants: readonly UsedGrant[], range: Range) {
  const rows = await db.$queryRaw<{ grantId: string; permissions: string[] }[]>`
    SELECT grant_id AS "grantId", array_agg(DISTINCT action || ' ' || object) AS permissions
    FROM usage
    WHERE grant_id = ANY(${grants.map(({ id }) => id)}) AND used > 0
      AND day BETWEEN (${range.from}::timestamptz AT TIME ZONE 'UTC')::date
                  AND (${range.to}::timestamptz AT TIME ZONE 'UTC')::date
    GROUP BY grant_id`;
  return new Map(rows.map(({ grantId, permissions }) => [grantId, new Set(permissions)]));
}
