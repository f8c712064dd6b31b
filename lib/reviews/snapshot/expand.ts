import { dotted } from '#lib/core/dotted-name';
import { parseScope, type ScopePattern } from '#lib/policies/names';

export interface CatalogEntry {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
}

export interface ExpandedPermission {
  readonly action: string;
  /** `schema.table`, `schema.function`, a schema's name, or the pattern itself where nothing is known. */
  readonly object: string;
}

const kindsOf: Readonly<Record<string, readonly string[]>> = {
  read: ['table', 'view'],
  write: ['table'],
  schema: ['table', 'view'],
  execute: ['function'],
};

/**
 * A grant's permissions: each action on each object of the catalog that its scope covers. Where the
 * catalog knows no such object, the pattern itself stands for what it would cover.
 */
export function expandGrant(
  actions: readonly string[],
  patterns: readonly string[],
  catalog: readonly CatalogEntry[],
): readonly ExpandedPermission[] {
  const found = new Map<string, ExpandedPermission>();
  const add = (action: string, object: string) => found.set(`${action} ${object}`, { action, object });
  for (const action of actions) {
    const kinds = kindsOf[action] ?? [];
    for (const pattern of patterns) {
      const scope = parseScope(pattern);
      const objects = catalog.filter((entry) => kinds.includes(entry.kind) && scope && inScope(scope, entry));
      for (const { schema, name } of objects) add(action, dotted(schema, name));
      if (action === 'schema' && scope?.kind === 'schema' && objects.length > 0)
        add(action, dotted(scope.schema));
      if (objects.length === 0) add(action, pattern);
    }
  }
  return [...found.values()];
}

function inScope(scope: ScopePattern, { schema, name }: CatalogEntry): boolean {
  if (scope.kind === 'all') return true;
  return scope.schema === schema && (scope.kind === 'schema' || scope.name === name);
}
