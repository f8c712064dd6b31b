import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readSealingKey } from '#lib/core/sealing-key';
import { transaction } from '#lib/db/transaction';
import { revokeGrant } from '#lib/grants/index';
import { appendEntry } from '#lib/ledger/append';
import {
  attemptsMax,
  changeSubscription,
  createSubscription,
  deliverDue,
  endSubscription,
  listMessages,
  listSubscriptions,
  type NewSubscription,
  retryMessage,
  sendTestMessage,
} from '#lib/outbox/index';
import { closeSession } from '#lib/sessions/index';
import { openImporter } from '#lib/usage/index';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';
import { httpReceiver, type Mailbox, type Receiver, smtpMailbox } from './receivers.ts';

const key = readSealingKey(randomBytes(32).toString('base64'));
const secret = 'a-secret-of-24-characters';
const delivering = { key, baseUrl: 'https://countersign.example' };
let world: AccessWorld;
let receiver: Receiver;
let mailbox: Mailbox;
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

const webhook = (events: NewSubscription['events'], name = 'siem'): NewSubscription => ({
  name,
  settings: { channel: 'webhook', url: `${receiver.url}/hook?token=abc`, secret },
  events,
  privateNetwork: true,
});

async function subscribe(input: NewSubscription): Promise<string> {
  const { id } = await createSubscription(world.by('ada'), input, key);
  ids.push(id);
  await world.database.db.subscription.update({ where: { id }, data: { name: `${input.name} ${id}` } });
  return id;
}

function deliver(): Promise<number> {
  // Rows of triggers have the database's time.
  world.clock.advance(Math.max(0, Date.now() - world.clock.now().getTime()) + 50);
  return deliverDue(world.job(), delivering);
}

async function revoke(): Promise<string> {
  const grantId = await world.grant(['read'], [`public.t${randomBytes(3).toString('hex')}`]);
  await revokeGrant(world.by('ada'), { grantId, reason: 'no longer needed' });
  return grantId;
}

describe('an event', () => {
  test('goes to a webhook, signed, as OCSF in a CloudEvent', async () => {
    await subscribe(webhook(['grant.revoked']));
    const grantId = await revoke();
    expect(await deliver()).toBe(1);
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = receiver.received;
    expect(path).toBe('/hook?token=abc');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signature = createHmac('sha256', secret).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    expect(headers['content-type']).toContain('application/cloudevents+json');
    expect(JSON.parse(body)).toMatchObject({
      specversion: '1.0',
      id: headers['webhook-id'],
      type: 'countersign.grant.revoked',
      subject: grantId,
      data: { class_uid: 3005, activity_id: 2, user: { name: 'migrator' }, actor: { user: { name: 'ada' } } },
    });
    expect(await deliver()).toBe(0);
  });

  test.each([
    ['campaign.reminded', 'campaign', '/reviews/'],
    ['campaign.escalated', 'campaign', '/reviews/'],
    ['approval.escalated', 'approval', '/approvals/'],
    ['approval.broke-glass', 'approval', '/approvals/'],
  ] as const)('%s is heard, and leads to its page', async (event, kind, path) => {
    await subscribe(webhook([event]));
    const settings = { channel: 'teams', url: `${receiver.url}/team` } as const;
    await subscribe({ name: 'team', settings, events: [event], privateNetwork: true });
    const subject = { kind, id: `${kind}_1` };
    const summary = '3 answers missing\u001b[31m from <b>alan</b>';
    await transaction(world.database.db, (tx) =>
      appendEntry(tx, { actor: { kind: 'job', name: 'test' }, action: event, subject, summary }),
    );
    expect(await deliver()).toBe(2);
    const bodies = receiver.received.map(({ body }) => JSON.parse(body));
    expect(bodies.find(({ type }) => type === `countersign.${event}`)).toMatchObject({
      subject: subject.id,
      data: { class_uid: 6003 },
    });
    const card = bodies.find(({ type }) => type === 'message').attachments[0].content;
    expect(card.body[0].inlines[0].text).toBe('3 answers missing [31m from <b>alan</b>');
    expect(card.actions[0].url).toBe(`https://countersign.example${path}${subject.id}`);
  });

  test('goes out only when its change commits', async () => {
    await subscribe(webhook(['grant.created']));
    const grant = world.grant(['read'], ['bad scope*']);
    await expect(grant).rejects.toMatchObject({ code: 'invalid' });
    await world.database.db
      .$transaction(async (tx) => {
        await tx.$executeRaw`INSERT INTO ledger_entry (id, actor_kind, actor_name, action, subject_kind, subject_id, summary, salt, payload_hash)
          VALUES ('led_x', 'person', 'x', 'grant.created', 'grant', 'g', 's', '', '')`;
        throw new Error('rolled back');
      })
      .catch(() => {});
    expect(await deliver()).toBe(0);
  });

  test('of statements denied and held, and of sessions that close, is heard', async () => {
    await subscribe(webhook(['statement.denied', 'statement.held', 'session.closed']));
    const sessionId = await openTestSession(world, [await world.grant(['read'], ['public.*'])]);
    const importer = openImporter(world.database.url);
    const statement = {
      sessionId,
      at: world.clock.now(),
      agentId: world.agentId,
      resourceId: world.resourceId,
      tag: 'DELETE',
      text: "DELETE FROM customers WHERE ssn = '‹masked›'",
      actions: ['write'],
      objects: ['public.customers'],
      permissions: [],
      policies: ['rule'],
      grantIds: [],
      ticket: null,
      errorCode: null,
      errorText: null,
      rows: 0,
      bytesOut: 0,
      maskedFields: 0,
      durationUs: 1,
      factsDigest: 'f',
    };
    const rows = [
      { ...statement, seq: 1, decision: 'deny', outcome: 'refused' } as const,
      { ...statement, seq: 2, decision: 'hold', outcome: 'pending' } as const,
      { ...statement, seq: 3, decision: 'allow', outcome: 'completed' } as const,
    ];
    await importer.importStatements({ rows, facts: [] });
    await importer.importStatements({ rows, facts: [] });
    await importer.close();
    const counters = {
      statements: 3,
      allowed: 1,
      held: 1,
      denied: 1,
      rowsOut: 0,
      bytesOut: 0,
      maskedFields: 0,
    };
    const end = {
      id: sessionId,
      state: 'closed',
      reason: 'done',
      endedAt: world.clock.now(),
      ...counters,
    } as const;
    await closeSession(world.worker(), end);
    await closeSession(world.worker(), end);
    expect(await deliver()).toBe(3);
    const events = receiver.received.map(({ body }) => JSON.parse(body));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['countersign.statement.denied', 'countersign.statement.held', 'countersign.session.closed']),
    );
    const denied = events.find(({ type }) => type === 'countersign.statement.denied');
    expect(denied.data).toMatchObject({
      class_uid: 6005,
      disposition: 'Blocked',
      query_info: { datastore_query: statement.text },
    });
  });

  test('goes to Teams as a card with one plain line and a link', async () => {
    const settings = { channel: 'teams', url: `${receiver.url}/secret-path` } as const;
    await subscribe({ name: 'team', settings, events: ['grant.revoked'], privateNetwork: true });
    const grantId = await revoke();
    await deliver();
    const card = JSON.parse(receiver.received[0]?.body ?? '{}').attachments[0].content;
    expect(card.type).toBe('AdaptiveCard');
    expect(card.body).toHaveLength(1);
    expect(card.body[0].inlines[0]).toEqual({
      type: 'TextRun',
      text: "ada revoked migrator's read on shop",
    });
    expect(card.actions).toEqual([
      {
        type: 'Action.OpenUrl',
        title: 'Open in Countersign',
        url: `https://countersign.example/grants?open=${grantId}`,
      },
    ]);
    const [row] = (await listSubscriptions(world.by('linus'))).filter(({ channel }) => channel === 'teams');
    expect(JSON.stringify(row)).not.toContain('secret-path');
  });

  test('goes out by mail', async () => {
    const settings = {
      channel: 'email',
      server: mailbox.url,
      from: 'countersign@example.com',
      to: ['dba@example.com', 'alan@example.com'],
    } as const;
    await subscribe({
      name: 'mail',
      settings: { ...settings, to: [...settings.to] },
      events: ['grant.revoked'],
      privateNetwork: true,
    });
    await revoke();
    expect(await deliver()).toBe(1);
    expect(mailbox.mails).toHaveLength(1);
    expect(mailbox.mails[0]).toMatchObject({ from: settings.from, to: settings.to });
    expect(mailbox.mails[0]?.text).toContain("Subject: ada revoked migrator's read on shop");
    expect(mailbox.mails[0]?.text).toContain('https://countersign.example/grants?open=');
    mailbox.refuseWith = '550';
    await revoke();
    expect(await deliver()).toBe(0);
    mailbox.refuseWith = null;
  });
});

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
