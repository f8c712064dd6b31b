import { dotted, splitName } from '#lib/core/dotted-name';
import type { Action } from '#lib/policies/model';
import type { CatalogObject, Permission, PermissionRow, PermissionUsage, Range } from './model.ts';

/** The terms of a grant that say what it reaches. */
export interface GrantReach {
  readonly actions: readonly string[];
  readonly scope: readonly string[];
}

const kindsOf: Readonly<Record<Action, readonly Permission['kind'][]>> = {
  read: ['table', 'view'],
  write: ['table'],
  schema: ['schema', 'table', 'view'],
  execute: ['function'],
  admin: ['resource'],
  egress: ['resource'],
};

interface Target {
  readonly object: string;
  readonly kind: Permission['kind'];
  readonly schema: string | null;
  readonly since: Date | null;
}

/**
 * Expands a grant into permissions: one action group on one object of the catalog. Objects that
 * are gone do not count. Pure.
 */
export function permissionsOf(grant: GrantReach, catalog: readonly CatalogObject[]): readonly Permission[] {
  const targets = targetsOf(catalog).filter((target) => covered(grant.scope, target));
  const found: Permission[] = [];
  for (const action of Object.keys(kindsOf) as Action[]) {
    if (!grant.actions.includes(action)) continue;
    for (const target of targets) {
      if (kindsOf[action].includes(target.kind)) {
        found.push({ action, object: target.object, kind: target.kind, since: target.since });
      }
    }
  }
  return found;
}

function targetsOf(catalog: readonly CatalogObject[]): readonly Target[] {
  const targets: Target[] = [{ object: '*', kind: 'resource', schema: null, since: null }];
  const schemas = new Map<string, Date>();
  for (const { schema, name, kind, seenAt, goneAt } of catalog) {
    if (goneAt !== null) continue;
    targets.push({ object: dotted(schema, name), kind, schema, since: seenAt });
    const earlier = schemas.get(schema);
    if (earlier === undefined || seenAt < earlier) schemas.set(schema, seenAt);
  }
  for (const [schema, since] of schemas) {
    targets.push({ object: dotted(schema), kind: 'schema', schema, since });
  }
  return targets;
}

function covered(scope: readonly string[], target: Target): boolean {
  return scope.some((pattern) => {
    if (pattern === '*') return true;
    const parts = splitName(pattern);
    if (target.schema === null || parts?.length !== 2 || parts[0]?.text !== target.schema) return false;
    const name = parts[1];
    if (name?.text === '*' && !name.quoted) return true;
    return (
      target.kind !== 'schema' && name !== undefined && dotted(target.schema, name.text) === target.object
    );
  });
}

const unseen = {
  used: 0,
  usedOnlyThis: 0,
  denied: 0,
  pending: 0,
  lastAt: null,
  lastSessionId: null,
  lastSeq: null,
};

/**
 * Permissions with what was seen of them. Unused counts only for what existed for the whole window;
 * use of objects that the catalog does not hold (dropped since) stands after it.
 */
export function withUsage(
  permissions: readonly Permission[],
  usage: readonly PermissionUsage[],
  range: Range,
  grantStartsAt: Date,
): readonly PermissionRow[] {
  const seen = new Map(usage.map((row) => [`${row.action} ${row.object}`, row]));
  const rows: PermissionRow[] = permissions.map((permission) => {
    const key = `${permission.action} ${permission.object}`;
    const row = seen.get(key);
    seen.delete(key);
    const whole =
      grantStartsAt <= range.from && (permission.since === null || permission.since <= range.from);
    return {
      ...unseen,
      ...row,
      action: permission.action,
      object: permission.object,
      kind: permission.kind,
      state: row && row.used > 0 ? 'used' : whole ? 'unused' : 'since_grant',
    };
  });
  for (const row of seen.values()) {
    if (row.used > 0) rows.push({ ...row, kind: 'table', state: 'not_in_catalog' });
  }
  return rows;
}
