import type { ItemEvidence, PermissionEvidence } from './model.ts';

/**
 * Evidence as an item keeps it: what was seen in full, what was not seen by name only, since a wide
 * grant has thousands of unused permissions.
 */
export interface StoredEvidence extends Omit<ItemEvidence, 'permissions'> {
  readonly seen: readonly PermissionEvidence[];
  /** action → objects */
  readonly unused: Readonly<Record<string, readonly string[]>>;
  readonly unobservable: Readonly<Record<string, readonly string[]>>;
}

/** Every permission of the item: the used first, most used first. */
export function permissionsOf(stored: StoredEvidence): readonly PermissionEvidence[] {
  const seen = [...stored.seen].sort((a, b) => b.count - a.count || b.denied - a.denied);
  return [
    ...seen,
    ...named(stored.unused, 'UnusedObserved'),
    ...named(stored.unobservable, 'UnobservableInSource'),
  ];
}

function named(
  byAction: Readonly<Record<string, readonly string[]>>,
  status: PermissionEvidence['status'],
): PermissionEvidence[] {
  return Object.entries(byAction).flatMap(([action, objects]) =>
    objects.map((object) => ({
      action,
      object,
      status,
      count: 0,
      onlyThisGrant: 0,
      denied: 0,
      held: 0,
      lastAt: null,
      recent: [],
    })),
  );
}

export function evidenceOf(stored: StoredEvidence): ItemEvidence {
  const { seen: _seen, unused: _unused, unobservable: _unobservable, ...rest } = stored;
  return { ...rest, permissions: permissionsOf(stored) };
}
