import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import type { SealingKey } from '#lib/core/sealing';
import { openFinding } from '#lib/findings/index';
import { compose } from './compose.ts';
import { oneLine } from './post.ts';
import { send } from './send.ts';
import { openSettings } from './settings.ts';

/** Some nine hours in all; then a person has to look. */
export const attemptsMax = 14;
const firstRetryMs = 5_000;
const retryMsMax = 60 * 60 * 1000;
/** Longer than a sending may take: nobody else takes a message up meanwhile. */
const leaseMs = 60_000;
/** Of one subscription in one round, one after the other: a slow receiver holds up itself only. */
const perRoundMax = 20;
const keptMs = 7 * 24 * 60 * 60 * 1000;
const errorCharsMax = 300;

export interface Delivering {
  readonly key: SealingKey;
  readonly baseUrl: string;
}

interface Due {
  readonly id: string;
  readonly subscription_id: string;
  readonly event: string;
  readonly payload: Record<string, string>;
  readonly attempts: number;
}

/** A job's: sends what is due. At least once: what was sent and could not be marked is sent again. */
export async function deliverDue(context: Context, delivering: Delivering): Promise<number> {
  requireKind(context.actor, 'job');
  const { db } = context;
  const active = await db.subscription.findMany({ where: { state: 'active' }, select: { id: true } });
  const sent = await Promise.all(active.map(({ id }) => deliverTo(context, id, delivering)));
  await db.$executeRaw`
    DELETE FROM outbox WHERE created_at < ${new Date(context.clock.now().getTime() - keptMs)}
      AND (delivered_at IS NOT NULL OR dead_at IS NOT NULL)`;
  return sent.reduce((sum, count) => sum + count, 0);
}

async function deliverTo(context: Context, subscriptionId: string, delivering: Delivering): Promise<number> {
  for (let sent = 0; sent < perRoundMax; sent += 1) {
    const due = await claim(context, subscriptionId);
    if (due === null) return sent;
    const failure = await attempt(context, due, delivering);
    if (failure !== null) {
      await failed(context, due, failure);
      return sent;
    }
    const deliveredAt = context.clock.now();
    await context.db.outbox.update({ where: { id: due.id }, data: { deliveredAt, lastError: null } });
    await context.db.subscription.update({
      where: { id: subscriptionId },
      data: { deliveredAt, lastError: null },
    });
  }
  return perRoundMax;
}

async function claim({ db, clock }: Context, subscriptionId: string): Promise<Due | null> {
  const now = clock.now();
  const [due] = await db.$queryRaw<Due[]>`
    UPDATE outbox SET attempts = attempts + 1, last_error = NULL,
      next_attempt_at = ${new Date(now.getTime() + leaseMs)}
    WHERE id = (
      SELECT id FROM outbox WHERE subscription_id = ${subscriptionId} AND delivered_at IS NULL AND dead_at IS NULL
        AND next_attempt_at <= ${now}
      ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, subscription_id, event, payload, attempts`;
  return due ?? null;
}

/** Null when it arrived, or nothing is left to say. */
async function attempt(
  { db, clock }: Context,
  due: Due,
  { key, baseUrl }: Delivering,
): Promise<string | null> {
  try {
    const to = await db.subscription.findUniqueOrThrow({ where: { id: due.subscription_id } });
    if (to.state !== 'active') return `the subscription is ${to.state}`;
    const composed = await compose(db, due.event, due.id, due.payload);
    if (composed === null) return null;
    const settings = openSettings(key, to.id, to.settingsSealed);
    const message = { id: due.id, event: due.event, composed, baseUrl, sentAt: clock.now() };
    await send(settings, message, to.privateNetwork);
    return null;
  } catch (error) {
    return oneLine(error instanceof Error ? error.message : String(error)).slice(0, errorCharsMax);
  }
}

async function failed(context: Context, due: Due, reason: string): Promise<void> {
  const { db, clock } = context;
  const now = clock.now();
  const dead = due.attempts >= attemptsMax;
  await db.outbox.update({
    where: { id: due.id },
    data: {
      lastError: reason,
      ...(dead ? { deadAt: now } : { nextAttemptAt: new Date(now.getTime() + pauseMs(due.attempts)) }),
    },
  });
  const { name } = await db.subscription.update({
    where: { id: due.subscription_id },
    data: { lastError: reason },
  });
  if (!dead) return;
  await openFinding(context, {
    kind: 'delivery-failed',
    subjectKind: 'subscription',
    subjectId: due.subscription_id,
    summary: `Messages of ${name} are not taken: ${reason}`.slice(0, 500),
    details: { messageId: due.id, event: due.event, attempts: due.attempts },
  });
}

/** Doubles up to an hour; half of it is chance, so that many do not come back at once. */
export function pauseMs(attempts: number, random = Math.random()): number {
  const whole = Math.min(firstRetryMs * 2 ** (attempts - 1), retryMsMax);
  return Math.round(whole * (0.5 + random / 2));
}
