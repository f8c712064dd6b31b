import type { IntoClause } from 'libpg-query';
import { newRelation } from './made.ts';
import type { Walk } from './walk.ts';

/** SELECT … INTO makes a table; its columns are known once the whole query is read. */
export function readInto(walk: Walk, into: IntoClause): void {
  newRelation(walk.statement, into.rel ?? {}, 'r');
}
