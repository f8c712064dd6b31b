import type { Db, Tx } from '#lib/db/client';
import type { CatalogObject, Permission, Range } from './model.ts';
import { permissionsOf } from './rules.ts';
import type { UsedGrant } from './usage-of.ts';

/** How many of a grant's permissions were used in a window. */
export interface PermissionShare {
  readonly total: number;
  readonly used: number;
}

/** A grant's permissions, and those that were used in a window as `action object`. */
export interface PermissionSplit {
  readonly permissions: readonly Permission[];
  readonly used: ReadonlySet<string>;
}

export async function permissionShares(
  db: Db | Tx,
  grants: readonly UsedGrant[],
  range: Range,
): Promise<ReadonlyMap<string, PermissionShare>> {
  const shares = new Map<string, PermissionShare>();
  for (const [id, { permissions, used }] of await permissionSplits(db, grants, range)) {
    const hits =
      used.size === 0
        ? 0
        : permissions.filter(({ action, object }) => used.has(`${action} ${object}`)).length;
    shares.set(id, { total: permissions.length, used: hits });
  }
  return shares;
}

const nothing: ReadonlySet<string> = new Set();

/** Many grants in three queries: catalogs and equal terms are expanded once. */
export async function permissionSplits(
  db: Db | Tx,
  grants: readonly UsedGrant[],
  range: Range,
): Promise<ReadonlyMap<string, PermissionSplit>> {
  const catalogs = await catalogsOf(db, [...new Set(grants.map(({ resourceId }) => resourceId))]);
  const used = await usedPermissions(db, grants, range);
  const expanded = new Map<string, readonly Permission[]>();
  const splits = new Map<string, PermissionSplit>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.resourceId, grant.actions, grant.scope]);
    const permissions = expanded.get(key) ?? permissionsOf(grant, catalogs.get(grant.resourceId) ?? []);
    expanded.set(key, permissions);
    splits.set(grant.id, { permissions, used: used.get(grant.id) ?? nothing });
  }
  return splits;
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
