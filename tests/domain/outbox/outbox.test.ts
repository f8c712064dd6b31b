import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { listSubscriptions } from '#lib/outbox/index';
import { closeSession } from '#lib/sessions/index';
import { openImporter } from '#lib/usage/index';
import { openTestSession } from '../access-world.ts';
import { deliver, mailbox, receiver, revoke, secret, subscribe, webhook, world } from './fixture.ts';

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
