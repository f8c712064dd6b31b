import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { idInput, parseInput } from '#lib/core/input';
import { decodeMomentCursor, type Page, pageOf } from '#lib/core/page';
import type { Prisma } from '#lib/db/generated/client';
import type { MessageRow } from './model.ts';
import { type MessageFilter, messageFilter } from './schema.ts';

const stateOf = {
  waiting: { deliveredAt: null, deadAt: null },
  delivered: { deliveredAt: { not: null } },
  dead: { deadAt: { not: null } },
} satisfies Record<MessageRow['state'], Prisma.OutboxWhereInput>;

/** What went out and what waits, the newest first. */
export async function listMessages(context: Context, filter: MessageFilter): Promise<Page<MessageRow>> {
  requirePermission(context.actor, 'settings.read');
  const { subscriptionId, state, cursor, limit } = parseInput(messageFilter, filter);
  const where: Prisma.OutboxWhereInput[] = [];
  if (subscriptionId) where.push({ subscriptionId });
  if (state) where.push(stateOf[state]);
  if (cursor) {
    const [at, id] = decodeMomentCursor(cursor);
    where.push({ OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] });
  }
  const found = await context.db.outbox.findMany({
    where: { AND: where },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    include: { subscription: { select: { id: true, name: true } } },
  });
  const page = pageOf(found, limit, (row) => [row.createdAt.toISOString(), row.id]);
  const rows = page.rows.map((row) => ({
    id: row.id,
    subscription: row.subscription,
    event: row.event,
    state: row.deliveredAt ? ('delivered' as const) : row.deadAt ? ('dead' as const) : ('waiting' as const),
    attempts: row.attempts,
    createdAt: row.createdAt,
    nextAttemptAt: row.deliveredAt || row.deadAt ? null : row.nextAttemptAt,
    deliveredAt: row.deliveredAt,
    lastError: row.lastError,
  }));
  return { rows, next: page.next };
}

/**
 * Sends one again, whether it waits, was given up or has arrived: the receiver knows it by its id. One
 * that was never taken up, or is being sent at this moment, is left alone.
 */
export async function retryMessage(context: Context, messageId: string): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const now = context.clock.now();
  const { count } = await context.db.outbox.updateMany({
    where: {
      id: parseInput(idInput, messageId),
      subscription: { state: 'active' },
      OR: [
        { deadAt: { not: null } },
        { deliveredAt: { not: null } },
        // Between two attempts: the last one failed.
        { lastError: { not: null }, nextAttemptAt: { gt: now } },
      ],
    },
    data: { deadAt: null, deliveredAt: null, lastError: null, attempts: 0, nextAttemptAt: now },
  });
  if (count === 0) {
    throw conflict(
      'It goes out by itself just now, or its subscription is not active. Look again in a minute.',
    );
  }
}

/** Sends a first message that says only who sent it; it is delivered like any other. */
export async function sendTestMessage(context: Context, subscriptionId: string): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const { db, actor, clock } = context;
  const now = clock.now();
  const subscription = await db.subscription.findFirst({
    where: { id: parseInput(idInput, subscriptionId), state: 'active' },
    select: { id: true },
  });
  if (subscription === null) throw notFound('There is no such subscription, or it is not active.');
  const id = newId('message', now);
  const payload = { by: actor.name, at: now.toISOString() };
  await db.outbox.create({
    data: { id, subscriptionId: subscription.id, event: 'test', payload, nextAttemptAt: now, createdAt: now },
  });
  return { id };
}
