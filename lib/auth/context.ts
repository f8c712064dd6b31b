import type { Clock } from '#lib/core/clock';
import type { Db } from '#lib/db/client';
import type { Actor } from './actor.ts';

/** What every verb takes first: where it writes, who acts, what time it is. */
export interface Context {
  readonly db: Db;
  readonly actor: Actor;
  readonly clock: Clock;
}
