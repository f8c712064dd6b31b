import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { readSealingKey } from '#lib/core/sealing-key';
import { revokeGrant } from '#lib/grants/index';
import { createSubscription, deliverDue, endSubscription, type NewSubscription } from '#lib/outbox/index';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';
import { httpReceiver, type Mailbox, type Receiver, smtpMailbox } from './receivers.ts';

// A world for the tests of one file, with a receiver for each of them; what they subscribe to ends after them.

export const key = readSealingKey(randomBytes(32).toString('base64'));
export const secret = 'a-secret-of-24-characters';
export const delivering = { key, baseUrl: 'https://countersign.example' };
export let world: AccessWorld;
export let receiver: Receiver;
export let mailbox: Mailbox;
let ids: string[] = [];

beforeAll(async () => {
  world = await createAccessWorld();
  mailbox = await smtpMailbox();
});
afterAll(async () => {
  await world.database.drop();
  await mailbox.close();
});
beforeEach(async () => {
  receiver = await httpReceiver();
});
afterEach(async () => {
  for (const id of ids) await endSubscription(world.by('ada'), id).catch(() => {});
  ids = [];
  await receiver.close();
});

export const webhook = (events: NewSubscription['events'], name = 'siem'): NewSubscription => ({
  name,
  settings: { channel: 'webhook', url: `${receiver.url}/hook?token=abc`, secret },
  events,
  privateNetwork: true,
});

export async function subscribe(input: NewSubscription): Promise<string> {
  const { id } = await createSubscription(world.by('ada'), input, key);
  ids.push(id);
  await world.database.db.subscription.update({ where: { id }, data: { name: `${input.name} ${id}` } });
  return id;
}

export function deliver(): Promise<number> {
  // Rows of triggers have the database's time.
  world.clock.advance(Math.max(0, Date.now() - world.clock.now().getTime()) + 50);
  return deliverDue(world.job(), delivering);
}

export async function revoke(): Promise<string> {
  const grantId = await world.grant(['read'], [`public.t${randomBytes(3).toString('hex')}`]);
  await revokeGrant(world.by('ada'), { grantId, reason: 'no longer needed' });
  return grantId;
}
