import { unreachable } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { prepareMaskChange, prepareMaskEnd } from './prepare-masks.ts';
import { prepareGroupChange, preparePersonChange, preparePersonCreate } from './prepare-people.ts';
import type { Prepared } from './prepared.ts';
import type { ProposedChange } from './schema.ts';

/** Reads and locks what the change is about. Throws what making it would throw for a missing or ended one. */
export function prepare(tx: Tx, change: ProposedChange): Promise<Prepared> {
  switch (change.kind) {
    case 'person.create':
      return preparePersonCreate(tx, change.input);
    case 'person.change':
      return preparePersonChange(tx, change.input);
    case 'group.change':
      return prepareGroupChange(tx, change.input);
    case 'mask.change':
      return prepareMaskChange(tx, change.input);
    case 'mask.end':
      return prepareMaskEnd(tx, change.input);
    default:
      return unreachable(change);
  }
}
