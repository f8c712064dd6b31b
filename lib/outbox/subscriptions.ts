import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { idInput, parseInput } from '#lib/core/input';
import type { SealingKey } from '#lib/core/sealing';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { Channel, SubscriptionRow } from './model.ts';
import {
  type NewSubscription,
  newSubscription,
  type SubscriptionChange,
  subscriptionChange,
} from './schema.ts';
import { destinationOf, requireProtected, sealSettings } from './settings.ts';

/** Lets somebody outside hear of events, from now on. */
export async function createSubscription(
  context: Context,
  input: NewSubscription,
  key: SealingKey,
): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const { name, settings, events, privateNetwork } = parseInput(newSubscription, input);
  requireProtected(settings, privateNetwork);
  const { actor, clock } = context;
  const now = clock.now();
  return transaction(context.db, async (tx) => {
    if ((await tx.subscription.count({ where: { name } })) > 0) throw conflict(`${name} exists already.`);
    const id = newId('subscription', now);
    const destination = destinationOf(settings);
    await tx.subscription.create({
      data: {
        id,
        name,
        channel: settings.channel,
        destination,
        settingsSealed: sealSettings(key, id, settings),
        events: [...new Set(events)],
        privateNetwork,
        createdById: actor.kind === 'person' ? actor.id : null,
        createdAt: now,
      },
    });
    await appendEntry(tx, {
      actor,
      action: 'subscription.created',
      subject: { kind: 'subscription', id },
      summary: `${actor.name} lets ${destination} hear of events by ${settings.channel} (${name})`,
      payload: { name, channel: settings.channel, destination, events, privateNetwork },
      at: now,
    });
    return { id };
  });
}

export async function changeSubscription(
  context: Context,
  input: SubscriptionChange,
  key: SealingKey,
): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const { subscriptionId, settings, ...change } = parseInput(subscriptionChange, input);
  await transaction(context.db, async (tx) => {
    const before = await tx.subscription.findUnique({ where: { id: subscriptionId } });
    if (before === null) throw notFound('There is no such subscription.');
    const privateNetwork = change.privateNetwork ?? before.privateNetwork;
    if (settings) {
      if (settings.channel !== before.channel)
        throw conflict('A subscription keeps its channel; make a new one.');
      requireProtected(settings, privateNetwork);
    }
    const plain = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const destination = settings ? destinationOf(settings) : before.destination;
    const sealed = settings
      ? { settingsSealed: sealSettings(key, subscriptionId, settings), destination }
      : {};
    const { count } = await tx.subscription.updateMany({
      where: { id: subscriptionId, state: { not: 'ended' } },
      data: { ...plain, ...sealed },
    });
    if (count === 0) throw conflict('The subscription has ended.');
    await appendEntry(tx, {
      actor: context.actor,
      action: 'subscription.changed',
      subject: { kind: 'subscription', id: subscriptionId },
      summary: `${context.actor.name} changed what ${destination} hears (${before.name})`,
      payload: { ...plain, ...(settings ? { destination, secrets: 'set anew' } : {}) },
      at: context.clock.now(),
    });
  });
}

/** Nothing more goes there; what waits is dropped, its secrets with it. */
export async function endSubscription(context: Context, subscriptionId: string): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const id = parseInput(idInput, subscriptionId);
  const now = context.clock.now();
  await transaction(context.db, async (tx) => {
    const [ended] = await tx.subscription.updateManyAndReturn({
      where: { id, state: { not: 'ended' } },
      data: { state: 'ended', settingsSealed: new Uint8Array() },
      select: { name: true, destination: true },
    });
    if (!ended) throw notFound('There is no such subscription, or it has ended already.');
    await tx.outbox.updateMany({
      where: { subscriptionId: id, deliveredAt: null, deadAt: null },
      data: { deadAt: now, lastError: 'the subscription ended' },
    });
    await appendEntry(tx, {
      actor: context.actor,
      action: 'subscription.ended',
      subject: { kind: 'subscription', id },
      summary: `${context.actor.name} ended what ${ended.destination} heard (${ended.name})`,
      at: now,
    });
  });
}

/** All that have not ended, by name; with what waits for them. */
export async function listSubscriptions(context: Context): Promise<readonly SubscriptionRow[]> {
  requirePermission(context.actor, 'settings.read');
  const { db } = context;
  const [found, counts] = await Promise.all([
    db.subscription.findMany({
      where: { state: { not: 'ended' } },
      orderBy: { name: 'asc' },
      omit: { settingsSealed: true },
    }),
    db.$queryRaw<{ id: string; waiting: number; dead: number }[]>`
      SELECT subscription_id AS id, count(*) FILTER (WHERE dead_at IS NULL)::int AS waiting,
        count(dead_at)::int AS dead
      FROM outbox WHERE delivered_at IS NULL GROUP BY subscription_id`,
  ]);
  const countOf = new Map(counts.map((row) => [row.id, row]));
  return found.map(({ createdById: _createdById, ...row }) => ({
    ...row,
    channel: row.channel as Channel,
    state: row.state as SubscriptionRow['state'],
    waiting: countOf.get(row.id)?.waiting ?? 0,
    dead: countOf.get(row.id)?.dead ?? 0,
  }));
}
