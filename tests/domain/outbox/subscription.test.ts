import { describe, expect, test } from 'vitest';
import {
  changeSubscription,
  createSubscription,
  deliverDue,
  endSubscription,
  listMessages,
  listSubscriptions,
  type NewSubscription,
  sendTestMessage,
} from '#lib/outbox/index';
import { deliver, delivering, key, receiver, revoke, secret, subscribe, webhook, world } from './fixture.ts';

describe('a subscription', () => {
  test('leaves its entries, without its secrets, which are sealed', async () => {
    const id = await subscribe(webhook(['grant.revoked'], 'sealed'));
    const row = await world.database.db.subscription.findUniqueOrThrow({ where: { id } });
    expect(Buffer.from(row.settingsSealed).includes(secret)).toBe(false);
    await changeSubscription(world.by('ada'), { subscriptionId: id, state: 'paused' }, key);
    const settings = { channel: 'webhook', url: `${receiver.url}/other`, secret: `${secret}2` } as const;
    await changeSubscription(world.by('ada'), { subscriptionId: id, settings }, key);
    await endSubscription(world.by('ada'), id);
    const actions = ['subscription.created', 'subscription.changed', 'subscription.ended'];
    const entries = (await Promise.all(actions.map((action) => world.entries(action, id)))).flat();
    expect(entries).toHaveLength(4);
    expect(JSON.stringify(entries)).not.toContain(secret);
    expect(JSON.stringify(entries)).not.toContain('token=abc');
    await expect(endSubscription(world.by('ada'), id)).rejects.toMatchObject({ code: 'not_found' });
    const change = changeSubscription(world.by('ada'), { subscriptionId: id, name: 'x' }, key);
    await expect(change).rejects.toMatchObject({ code: 'conflict' });
  });

  test('that is paused hears nothing', async () => {
    const id = await subscribe(webhook(['grant.revoked']));
    await changeSubscription(world.by('ada'), { subscriptionId: id, state: 'paused' }, key);
    await revoke();
    expect(await deliver()).toBe(0);
  });

  test('can be tested', async () => {
    const id = await subscribe(webhook(['grant.revoked']));
    await sendTestMessage(world.by('ada'), id);
    expect(await deliver()).toBe(1);
    expect(JSON.parse(receiver.received[0]?.body ?? '').type).toBe('countersign.test');
  });

  test('is an admin’s to make, and an auditor’s to see', async () => {
    for (const name of ['alan', 'linus', 'olga', 'mallory'] as const) {
      const made = createSubscription(world.by(name), webhook(['grant.revoked']), key);
      await expect(made).rejects.toMatchObject({ code: 'forbidden' });
      await expect(sendTestMessage(world.by(name), 'x')).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(listSubscriptions(world.by('olga'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listMessages(world.by('alan'), {})).rejects.toMatchObject({ code: 'forbidden' });
    expect(await listSubscriptions(world.by('linus'))).toEqual([]);
    await expect(deliverDue(world.by('ada'), delivering)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test.each<[string, Partial<NewSubscription>]>([
    ['an open line to the world', { settings: { channel: 'webhook', url: 'http://siem.example/', secret } }],
    ['another scheme', { settings: { channel: 'teams', url: 'file:///etc/passwd' } }],
    [
      'a password in an address',
      { settings: { channel: 'webhook', url: 'https://a:b@siem.example/', secret } },
    ],
    ['a short secret', { settings: { channel: 'webhook', url: 'https://siem.example/', secret: 'short' } }],
    [
      'a mailbox with a line break',
      {
        settings: {
          channel: 'email',
          server: 'smtp://h',
          from: 'a@b.example',
          to: ['a@b.example\nBcc: c@d.example'],
        },
      },
    ],
    ['an event that is not there', { events: ['everything' as 'grant.revoked'] }],
    ['no event', { events: [] }],
  ])('refuses %s', async (_name, part) => {
    const input = {
      name: 'bad',
      settings: { channel: 'webhook', url: 'https://siem.example/', secret },
      events: ['grant.revoked'],
      ...part,
    };
    const made = createSubscription(world.by('ada'), input as NewSubscription, key);
    await expect(made).rejects.toMatchObject({ code: 'invalid' });
  });
});
