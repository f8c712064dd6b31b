import { type CatalogObject, permissionsOf } from '#lib/usage/index';

export interface ExpandedPermission {
  readonly action: string;
  /** `schema.table`, `schema.function`, a schema, `*`, or the pattern itself where nothing is known. */
  readonly object: string;
}

/**
 * A grant's permissions against the catalog. Where an action finds no object there, its patterns
 * stand for what they would cover.
 */
export function expandGrant(
  actions: readonly string[],
  patterns: readonly string[],
  catalog: readonly CatalogObject[],
): readonly ExpandedPermission[] {
  const found = permissionsOf({ actions, scope: patterns }, catalog);
  const known = new Set<string>(found.map((one) => one.action));
  const unknown = actions.filter((action) => !known.has(action));
  return [
    ...found.map(({ action, object }) => ({ action, object })),
    ...unknown.flatMap((action) => patterns.map((object) => ({ action, object }))),
  ];
}
