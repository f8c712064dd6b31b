import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ApprovalRecord } from '#lib/recording/index';
import { readLiveRecording } from '#lib/recording/index';
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({ target, masks: shopMasks, holdMs: 3_000 });
});
afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

beforeEach(async () => {
  client = await gateway.connect();
});
afterEach(() => client.end().catch(() => {}));

/** What the recording says of the approval of the statement that is held now, when it is answered. */
async function approvalsOf(text: string): Promise<readonly ApprovalRecord[]> {
  const running = client.query(text);
  running.catch(() => {});
  const { id, request } = await gateway.control.pending();
  gateway.control.answer(id, 'denied', 'no');
  await expect(running).rejects.toMatchObject({ code: '42501' });
  const spool = join(gateway.home, 'spool');
  for (let tries = 0; tries < 500; tries += 1) {
    const wanted = { fromSeq: request.seq, limit: 100 };
    const page = await readLiveRecording(spool, request.sessionId, gateway.sealingKey, wanted);
    const found = (page?.records ?? []).flatMap(({ body }) =>
      body.kind === 'approval' && body.of === request.seq ? [body] : [],
    );
    if (found.length >= 2) return found;
    await delay(10);
  }
  throw new Error('The approval is not in the recording.');
}

it('the planner’s estimate and plan stand in the recording with the request, and only there', async () => {
  const [requested, denied] = await approvalsOf('DELETE FROM orders WHERE id < 50');
  expect(requested).toMatchObject({
    state: 'requested',
    estimate: { rows: expect.any(Number), total: expect.any(Number), note: null },
  });
  expect(JSON.parse(requested?.estimate?.plan ?? '')).toMatchObject([{ Plan: { Operation: 'Delete' } }]);
  expect(denied).toMatchObject({ state: 'denied' });
  expect(denied).not.toHaveProperty('estimate');
});

it('of what no planner is asked about nothing is said', async () => {
  const [requested] = await approvalsOf('TRUNCATE orders');
  expect(requested).toMatchObject({ state: 'requested' });
  expect(requested).not.toHaveProperty('estimate');
});

it('of a statement that uses a masked column no estimate decides who is asked', async () => {
  const masks = shopMasks.map((mask) =>
    mask.column === 'public.customers.ssn' ? { ...mask, options: { other_use: 'hold' } } : mask,
  );
  const holding = await startTestGateway({ target, masks, policies: 'permit-all', holdMs: 3_000 });
  holding.control.policyFiles = [
    ...holding.control.policyFiles,
    {
      name: 'many.cedar',
      text: '@id("many") @approve("dba") permit (principal, action in Action::"write", resource) when { context.row_estimate > 100 };',
    },
  ];
  holding.control.changed();
  const one = await holding.connect();
  await one.query('SELECT 1');
  const asked: (readonly string[])[] = [];
  for (const condition of ["ssn < '!'", "ssn > '!'"]) {
    const running = one.query(`UPDATE customers SET id = id WHERE ${condition}`).catch(() => {});
    const { id, request } = await holding.control.pending();
    asked.push(request.groups);
    holding.control.answer(id, 'denied', 'no');
    await running;
    await one.query('SET countersign.resume = on');
  }
  expect(asked).toEqual([['dba'], ['dba']]);
  await one.end();
  await holding.close();
});
