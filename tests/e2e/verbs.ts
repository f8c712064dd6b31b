import { homeOf } from '#bin/home';
import { runtimeUrl } from '#bin/sandbox/databases';
import { readSecrets } from '#bin/sandbox/secrets';
import type { Context } from '#lib/auth/context';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { personActor } from '#lib/people/index';
import type { PersonName, RunningStack } from './fixtures.ts';

/** Calls the product's verbs as one of its people, where a test needs a world and not a page. */
export async function asPerson<Result>(
  stack: RunningStack,
  name: PersonName,
  work: (context: Context) => Promise<Result>,
): Promise<Result> {
  const db = openDb(runtimeUrl(await readSecrets(homeOf(stack.home))), 2);
  try {
    const account = await db.account.findFirstOrThrow({ where: { email: `${name}@example.com` } });
    const actor = await personActor({ db }, account.personId);
    if (!actor) throw new Error(`${name} has left`);
    return await work({ db, actor, clock: systemClock, secondAdmin: 'sandbox' });
  } finally {
    await db.$disconnect();
  }
}
