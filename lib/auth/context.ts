import type { Clock } from '#lib/core/clock';
import type { Db } from '#lib/db/client';
import type { Actor } from './actor.ts';

/** What every verb takes first: where it writes, who acts, what time it is. */
export interface Context {
  readonly db: Db;
  readonly actor: Actor;
  readonly clock: Clock;
  /**
   * For changes of people, roles and masks: a second admin consented, or the sandbox asks none. Left
   * out: they have to be proposed.
   */
  readonly secondAdmin?: 'consented' | 'sandbox' | undefined;
}
