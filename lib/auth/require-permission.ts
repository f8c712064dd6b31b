import { forbidden } from '#lib/core/errors';
import type { Actor } from './actor.ts';
import { type Permission, permissions, type Relation } from './permissions.ts';

/** How the actor stands to the object at hand; the verb looks it up and says it. */
export interface Relations {
  own?: boolean;
  /** The actor is in a group that the object names (an approver group of the resource or request). */
  groups?: boolean;
  /** The actor reviews an item about the object. */
  assigned?: boolean;
}

/** The relations that would let this person do it: empty when none of the person's roles may. */
export function relationsFor(actor: Actor, permission: Permission): ReadonlySet<Relation> {
  const found = new Set<Relation>();
  if (actor.kind !== 'person') return found;
  const byRole: Partial<Record<string, Relation>> = permissions[permission];
  for (const role of [...actor.roles, 'reviewer']) {
    const relation = byRole[role];
    if (relation) found.add(relation);
  }
  return found;
}

export function may(actor: Actor, permission: Permission, relations: Relations = {}): boolean {
  const needed = relationsFor(actor, permission);
  if (needed.has('all')) return true;
  return (['own', 'groups', 'assigned'] as const).some(
    (kind) => needed.has(kind) && relations[kind] === true,
  );
}

/**
 * Throws `forbidden` unless the actor may. Agents, workers, jobs and the sandbox never pass here:
 * a verb that they may call names their kind itself.
 */
export function requirePermission(actor: Actor, permission: Permission, relations: Relations = {}): void {
  if (!may(actor, permission, relations)) {
    throw forbidden(`You may not do this (${permission}). Ask an admin for the role that may.`);
  }
}
