import { z } from 'zod';
import { idInput } from '#lib/core/input';
import { pageRowsDefault, pageRowsMax } from '#lib/core/page';
import { outboxEvents } from './model.ts';

const webAddress = z.url({ protocol: /^https?$/, error: 'an https address' }).max(2_000);
const mailbox = z.email().max(254);

/** `privateNetwork` is needed for http, and for hosts inside the company's own network. */
export const settingsInput = z.discriminatedUnion('channel', [
  z.strictObject({
    channel: z.literal('webhook'),
    url: webAddress,
    /** Signs every message; at least 24 characters. */
    secret: z.string().min(24, 'at least 24 characters').max(200),
  }),
  z.strictObject({ channel: z.literal('teams'), url: webAddress }),
  z.strictObject({
    channel: z.literal('email'),
    /** `smtps://user:password@host:465` or `smtp://host:25` (STARTTLS where it is offered). */
    server: z.url({ protocol: /^smtps?$/, error: 'an smtp: or smtps: address' }).max(2_000),
    from: mailbox,
    to: z.array(mailbox).min(1).max(20),
  }),
]);

const name = z.string().trim().min(1).max(100);
const events = z.array(z.enum(outboxEvents)).min(1).max(outboxEvents.length);

export const newSubscription = z.strictObject({
  name,
  settings: settingsInput,
  events,
  privateNetwork: z.boolean().default(false),
});
export type NewSubscription = z.input<typeof newSubscription>;

export const subscriptionChange = z.strictObject({
  subscriptionId: idInput,
  name: name.optional(),
  /** Whole: secrets can't be read back, only set anew. */
  settings: settingsInput.optional(),
  events: events.optional(),
  privateNetwork: z.boolean().optional(),
  state: z.enum(['active', 'paused']).optional(),
});
export type SubscriptionChange = z.input<typeof subscriptionChange>;

export const messageFilter = z.strictObject({
  subscriptionId: idInput.optional(),
  state: z.enum(['waiting', 'delivered', 'dead']).optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.int().min(1).max(pageRowsMax).default(pageRowsDefault),
});
export type MessageFilter = z.input<typeof messageFilter>;
