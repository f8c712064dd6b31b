import type { PersonRef } from './model.ts';

/** How a person stands in other lists. */
export function personRef(
  person: { readonly id: string; readonly name: string; readonly leftAt: Date | null } | null,
): PersonRef | null {
  return person ? { id: person.id, name: person.name, left: person.leftAt !== null } : null;
}
