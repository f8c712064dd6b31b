import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FreezeTerms } from '#lib/policies/model';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({ target, holdMs: 5_000 });
});
afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});
beforeEach(async () => {
  client = await gateway.connect();
});
afterEach(async () => {
  await client.end().catch(() => {});
  freeze();
});

/** What the control plane tells of freezes: these, and no other. */
function freeze(...changes: readonly Partial<FreezeTerms>[]): void {
  gateway.control.freezes = changes.map((change, index) => ({
    id: `frz_${index}`,
    environment: 'production',
    reason: 'year end',
    startsAt: new Date(Date.now() - 1_000),
    endsAt: new Date(Date.now() + 600_000),
    exceptions: [],
    ...change,
  }));
  gateway.control.changed();
}

const update = 'update orders set status = status where id = 7';
const outcomeOf = (query: Promise<{ rowCount: number | null }>) =>
  query.then(
    ({ rowCount }) => rowCount,
    (error: Error & { hint?: string }) => `${error.message} ${error.hint ?? ''}`,
  );
/** Goes on after a refusal, as a client must say, and writes. */
async function writeBy(by: Client, name?: string) {
  await by.query('SET countersign.resume = on');
  return outcomeOf(by.query({ ...(name ? { name } : {}), text: update }));
}
const write = () => writeBy(client);
const read = () => outcomeOf(client.query('select id from orders limit 1'));
const patient = { timeout: 10_000, interval: 50 };

describe('a freeze', () => {
  it('refuses writes with why and until when, and lets reads run', async () => {
    freeze({});
    await expect.poll(write, patient).toMatch(/year end/);
    expect(await read()).toBe(1);
    freeze();
    await expect.poll(write, patient).toBe(1);
  });

  it('leaves the agents alone that it names, and other environments', async () => {
    freeze({ exceptions: ['migrator'] }, { environment: 'staging' });
    const other = await gateway.connect('reporter');
    await expect.poll(() => writeBy(other), patient).toMatch(/year end/);
    expect(await write()).toBe(1);
    await other.end();
  });

  it('that is planned begins and ends by itself, for prepared statements too', async () => {
    const prepared = () => writeBy(client, 'touch');
    expect(await prepared()).toBe(1);
    freeze({ startsAt: new Date(Date.now() + 1_500), endsAt: new Date(Date.now() + 4_000) });
    expect(await prepared()).toBe(1);
    await expect.poll(prepared, patient).toMatch(/year end/);
    expect(await read()).toBe(1);
    await expect.poll(prepared, patient).toBe(1);
  });

  it('that begins while a statement waits refuses it, though it is approved', async () => {
    const running = outcomeOf(client.query('delete from orders where id = 3'));
    const { id } = await gateway.control.pending();
    freeze({});
    // The session has heard of it when another statement is refused; it waits itself.
    const other = await gateway.connect();
    await expect.poll(() => writeBy(other), patient).toMatch(/year end/);
    gateway.control.answer(id, 'approved');
    expect(await running).toMatch(/year end|\[STALE\]|changed/i);
    await other.end();
    freeze();
    expect(await outcomeOf(client.query('select 1 from orders where id = 3'))).toBe(1);
  });
});
