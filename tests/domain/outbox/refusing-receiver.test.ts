import { describe, expect, test } from 'vitest';
import { attemptsMax, changeSubscription, listMessages, retryMessage } from '#lib/outbox/index';
import { deliver, key, receiver, revoke, secret, subscribe, webhook, world } from './fixture.ts';
import { httpReceiver } from './receivers.ts';

describe('a receiver that does not take it', () => {
  test('is asked again later, with the same id, until it does', async () => {
    await subscribe(webhook(['grant.revoked']));
    receiver.answers = [{ status: 500 }, { status: 204 }];
    await revoke();
    expect(await deliver()).toBe(0);
    const [waiting] = (await listMessages(world.by('ada'), { state: 'waiting' })).rows;
    expect(waiting).toMatchObject({ attempts: 1, lastError: 'The receiver answered 500: said no' });
    expect(await deliver()).toBe(0);
    expect(receiver.received).toHaveLength(1);
    world.clock.advance(10_000);
    expect(await deliver()).toBe(1);
    const seen = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(seen[0]).toBe(seen[1]);
  });

  test('is not followed to where it points', async () => {
    const elsewhere = await httpReceiver();
    await subscribe(webhook(['grant.revoked']));
    receiver.answers = [{ status: 307, location: `${elsewhere.url}/stolen` }];
    await revoke();
    expect(await deliver()).toBe(0);
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test('is given up after the last attempt, with a finding, and can be tried again', async () => {
    const id = await subscribe(webhook(['grant.revoked']));
    receiver.answers = [{ status: 410 }];
    await revoke();
    await world.database.db.outbox.updateMany({
      where: { subscriptionId: id },
      data: { attempts: attemptsMax - 1 },
    });
    await deliver();
    const [dead] = (await listMessages(world.by('ada'), { subscriptionId: id, state: 'dead' })).rows;
    expect(dead?.lastError).toContain('410');
    const finding = await world.database.db.finding.findFirst({ where: { subjectId: id } });
    expect(finding).toMatchObject({ kind: 'delivery-failed', state: 'open' });
    receiver.answers = [{ status: 204 }];
    await retryMessage(world.by('ada'), dead?.id ?? '');
    await expect(retryMessage(world.by('ada'), dead?.id ?? '')).rejects.toMatchObject({ code: 'conflict' });
    expect(await deliver()).toBe(1);
  });

  test('may get again what it took, under the same id; not while its subscription is paused', async () => {
    const id = await subscribe(webhook(['grant.revoked']));
    await revoke();
    expect(await deliver()).toBe(1);
    const [message] = (await listMessages(world.by('ada'), { subscriptionId: id })).rows;
    const again = () => retryMessage(world.by('ada'), message?.id ?? '');
    await changeSubscription(world.by('ada'), { subscriptionId: id, state: 'paused' }, key);
    await expect(again()).rejects.toMatchObject({ code: 'conflict' });
    await changeSubscription(world.by('ada'), { subscriptionId: id, state: 'active' }, key);
    await expect(retryMessage(world.by('linus'), message?.id ?? '')).rejects.toMatchObject({
      code: 'forbidden',
    });
    await again();
    expect(await deliver()).toBe(1);
    const seen = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(seen).toEqual([message?.id, message?.id]);
  });

  test('does not wait for the next try when a person asks', async () => {
    const id = await subscribe(webhook(['grant.revoked']));
    receiver.answers = [{ status: 503 }, { status: 204 }];
    await revoke();
    expect(await deliver()).toBe(0);
    const [waiting] = (await listMessages(world.by('ada'), { subscriptionId: id })).rows;
    expect(waiting?.nextAttemptAt?.getTime()).toBeGreaterThan(world.clock.now().getTime());
    await retryMessage(world.by('ada'), waiting?.id ?? '');
    expect(await deliver()).toBe(1);
  });

  test('that is slow or away holds up nobody else', async () => {
    const settings = { channel: 'webhook', url: 'http://127.0.0.1:1/', secret } as const;
    await subscribe({ name: 'away', settings, events: ['grant.revoked'], privateNetwork: true });
    await subscribe(webhook(['grant.revoked']));
    await revoke();
    expect(await deliver()).toBe(1);
  });

  test('is refused in a private network that nobody spoke of, also when its name turns there later', async () => {
    const settings = { channel: 'webhook', url: 'https://localhost:1/', secret } as const;
    const id = await subscribe({ name: 'inner', settings, events: ['grant.revoked'] });
    await revoke();
    await deliver();
    const [row] = (await listMessages(world.by('ada'), { subscriptionId: id })).rows;
    expect(row?.lastError).toContain('not a public address');
  });

  test('gets nothing twice when two processes deliver at once', async () => {
    await subscribe(webhook(['grant.revoked']));
    for (let one = 0; one < 5; one += 1) await revoke();
    const sent = await Promise.all([deliver(), deliver(), deliver()]);
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(5);
    expect(receiver.received).toHaveLength(5);
  });
});
