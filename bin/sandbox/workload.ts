import { readEnvironment } from '#bin/environment';
import type { Context } from '#lib/auth/context';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { cleanUp, leavePending, migration, report, triage } from './workload/days-work.ts';
import { approveFor } from './workload/decide.ts';
import { openReviews } from './workload/review.ts';

// Three agents work through the gateway once, so that the sandbox has real sessions to look at.
// Nothing is written into the product's own tables but by its own verbs, nothing is back-dated.

const environment = readEnvironment();
if (process.env.COUNTERSIGN_SANDBOX !== '1' || environment.DATABASE_URL === undefined) {
  throw new Error('The workload runs in the sandbox only; `npm start` starts it.');
}
const db = openDb(environment.DATABASE_URL, 3);
const context: Context = {
  db,
  clock: systemClock,
  actor: { kind: 'sandbox', name: 'sandbox workload' },
};

// Held until the gateway gives up waiting; meanwhile the others work.
const pending = leavePending(environment);
pending.catch(() => {});
await Promise.all([report(environment), triage(environment)]);
const orderId = await migration(environment);
await Promise.all([cleanUp(environment, orderId), approveFor(context, orderId)]);
await pending;
await openReviews(context, environment);
await db.$disconnect();
