import type { Client } from 'pg';
import { Client as Direct } from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bind,
  describe as describeMessage,
  execute,
  int32,
  message,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { rowsOfPlan } from '#proxy/listeners/postgres/estimate';
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { rawThroughGateway, reportOf, transcript } from '#tests/support/raw-postgres';
import { createTargetDatabase, queried, type TargetDatabase } from '#tests/support/target-database';

// The planner thinks that the two columns of `stock` are independent and that `grown` is small: both are
// wrong on purpose.
const staged = `
  CREATE TABLE stock (id int PRIMARY KEY, a int, b int, note text) WITH (autovacuum_enabled = off);
  INSERT INTO stock SELECT g, g % 50, g % 50, 'x' FROM generate_series(1, 100000) g;
  ANALYZE stock;
  CREATE TABLE grown (id int, note text) WITH (autovacuum_enabled = off);
  INSERT INTO grown SELECT g, 'x' FROM generate_series(1, 20) g;
  ANALYZE grown;
  INSERT INTO grown SELECT 7, 'x' FROM generate_series(1, 3000) g;
  CREATE TABLE once (id int, at int UNIQUE DEFERRABLE INITIALLY DEFERRED);
  INSERT INTO once VALUES (1, 1), (2, 2);`;

const large = 'UPDATE stock SET note = $$y$$ WHERE a = 7 AND b = 7';
const small = 'UPDATE stock SET note = $$y$$ WHERE a = 7 AND b = 7 AND id < 1000';

let target: TargetDatabase;
let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  target = await createTargetDatabase();
  await queried(target.url, staged);
  gateway = await startTestGateway({ target, masks: shopMasks, holdMs: 20_000 });
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
  for (const [id, { state }] of gateway.control.approvals) {
    if (state.state === 'pending') gateway.control.answer(id, 'denied');
  }
  await queried(target.url, "UPDATE stock SET note = 'x' WHERE note <> 'x'");
});

const changed = async () =>
  Number((await queried(target.url, "SELECT count(*)::int AS n FROM stock WHERE note <> 'x'"))[0]?.n);

const overCount = {
  code: '42501',
  message: expect.stringMatching(/^\[PENDING\] ticket AR-\d+: Changes 2,000 rows in public\.stock/),
};

describe('a write that its estimate allowed', () => {
  it('is estimated low on purpose', async () => {
    const [row] = await queried(target.url, `EXPLAIN (FORMAT JSON) ${large}`);
    expect(row?.['QUERY PLAN']).toMatchObject([{ Plan: { Plans: [{ 'Plan Rows': expect.any(Number) }] } }]);
    expect(rowsOfPlan(row?.['QUERY PLAN'])).toBeLessThan(200);
  });

  it('runs when its real count fits too', async () => {
    expect((await client.query(small)).rowCount).toBe(20);
    expect((await client.query(`${small.replace('$$y$$', '$1')}`, ['z'])).rowCount).toBe(20);
    expect(await changed()).toBe(20);
    await expect
      .poll(() => gateway.control.statements.filter(({ text }) => text === small).at(-1)?.outcome)
      .toBe('completed');
  });

  it('is rolled back to pending by its real count: simple protocol', async () => {
    await expect(client.query(large)).rejects.toMatchObject(overCount);
    expect(await changed()).toBe(0);
    const { request } = await gateway.control.pending();
    expect(request.card).toMatchObject({
      rowEstimate: 2_000,
      estimateNote: 'counted by running it; it was allowed by its estimate and rolled back',
      inTransaction: false,
    });
    await expect
      .poll(() => gateway.control.statements.filter(({ text }) => text === large).at(-1)?.outcome)
      .toBe('pending');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('is rolled back to pending by its real count: stale statistics, extended protocol', async () => {
    const statement = () => client.query('UPDATE grown SET note = $1 WHERE id = $2', ['y', 7]);
    await expect(statement()).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/^\[PENDING\] ticket AR-\d+: Changes 3,001 rows in public\.grown/),
    });
    expect(await queried(target.url, "SELECT FROM grown WHERE note = 'y'")).toHaveLength(0);
    const { id, request } = await gateway.control.pending();
    expect(request.parameters.map(({ value }) => value)).toEqual(['y', '7']);
    gateway.control.answer(id, 'approved');
    await expect(client.query('UPDATE grown SET note = $1 WHERE id = $2', ['z', 7])).rejects.toMatchObject({
      code: '42501',
    });
    expect((await statement()).rowCount).toBe(3_001);
    await expect(statement()).rejects.toMatchObject({ code: '42501' });
  });

  it('runs once on a fresh request after approval, and not by the approval itself', async () => {
    await expect(client.query(large)).rejects.toMatchObject(overCount);
    gateway.control.answer((await gateway.control.pending()).id, 'approved');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await changed()).toBe(0);
    const again = await gateway.connect();
    expect((await again.query(large)).rowCount).toBe(2_000);
    expect(await changed()).toBe(2_000);
    await expect(again.query(large)).rejects.toMatchObject(overCount);
    await again.end();
  });

  it('inside a transaction fails the transaction, which stays the server’s own', async () => {
    await client.query('BEGIN');
    await client.query(small);
    await client.query('SAVEPOINT here');
    await expect(client.query(large)).rejects.toMatchObject(overCount);
    expect((await gateway.control.pending()).request.card.inTransaction).toBe(true);
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    await client.query('ROLLBACK TO here');
    await expect(client.query(large.replace('$$y$$', '$1'), ['q'])).rejects.toMatchObject({ code: '42501' });
    await client.query('ROLLBACK TO here');
    await client.query('COMMIT');
    expect(await changed()).toBe(20);
  });

  it('takes a whole pipeline back, and nothing after it runs', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    const run = (text: string) => [parse('', text), bind('', '', []), execute('')];
    raw.send(...run(small), ...run(large), ...run("UPDATE stock SET note = 'w' WHERE id = 1"), sync);
    const frames = await raw.until('Z');
    expect(frames.map(({ type }) => type).join('')).toBe('12C12EZ');
    expect(reportOf(frames.at(-2)).get('C')).toBe('42501');
    expect(await changed()).toBe(0);
    raw.close();
  });

  it('is not committed where not all of its rows were fetched', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    const some = message('E'.charCodeAt(0), '', int32(1));
    raw.send(parse('', `${small} RETURNING id`), bind('', '', []), some, sync);
    const frames = await raw.until('Z');
    expect(frames.map(({ type }) => type).join('')).toBe('12DEZ');
    expect(reportOf(frames.at(-2)).get('M')).toContain('an unknown number of rows');
    expect(await changed()).toBe(0);
    raw.close();
  });

  it('looks on the wire as if nothing had been put around it', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    const types = async (...messages: Buffer[]) => {
      raw.send(...messages);
      return transcript(await raw.until('Z')).map((line) => line.replace(/^([12TDE]) .*/, '$1'));
    };
    const tag = (text: string) => `C ${Buffer.from(`${text}\0`).toString('hex')}`;
    expect(await types(query(small))).toEqual([tag('UPDATE 20'), 'Z 49']);
    expect(await types(query(`${small.replace('id < 1000', 'id < 90')} RETURNING id;`))).toEqual([
      'T',
      'D',
      'D',
      tag('UPDATE 2'),
      'Z 49',
    ]);
    expect(await types(query('BEGIN'))).toEqual([tag('BEGIN'), 'Z 54']);
    expect(await types(query(small))).toEqual([tag('UPDATE 20'), 'Z 54']);
    expect(await types(query('UPDATE stock SET a = 1 / (id - id) WHERE id = 3'))).toEqual(['E', 'Z 45']);
    expect(await types(query('ROLLBACK'))).toEqual([tag('ROLLBACK'), 'Z 49']);
    expect(await types(query('UPDATE stock SET a = 1 / (id - id) WHERE id = 3'))).toEqual(['E', 'Z 49']);
    expect(
      await types(parse('', small), bind('', '', []), describeMessage('P', ''), execute(''), sync),
    ).toEqual(['1', '2', 'n ', tag('UPDATE 20'), 'Z 49']);
    raw.close();
  });

  it('leaves a deferred constraint to the end of its own transaction', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    raw.send(query('UPDATE once SET at = 2 WHERE id = 1'));
    const frames = await raw.until('Z');
    expect(frames.map(({ type }) => type).join('')).toBe('EZ');
    expect(reportOf(frames[0]).get('C')).toBe('23505');
    raw.close();
    expect(await queried(target.url, 'SELECT at FROM once WHERE id = 1')).toEqual([{ at: 1 }]);
    await expect
      .poll(() => gateway.control.statements.find(({ text }) => text.startsWith('UPDATE once'))?.outcome)
      .toBe('failed');
  });

  it('is not done when the agent leaves before the count is decided', async () => {
    const lock = new Direct(target.url);
    await lock.connect();
    await lock.query('BEGIN; SELECT FROM stock WHERE id = 7 FOR UPDATE');
    client.query(small).catch(() => {});
    await expect
      .poll(
        async () =>
          (await queried(target.url, "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length,
      )
      .toBeGreaterThan(0);
    client.connection.stream.destroy();
    await lock.query('ROLLBACK');
    await lock.end();
    await expect.poll(() => gateway.control.ended.at(-1)?.state).toBe('closed');
    expect(await changed()).toBe(0);
  });

  it('never allows by an estimate what its command tag does not count', async () => {
    for (const text of [
      `WITH more AS (${large} RETURNING id) SELECT count(*) FROM more`,
      `WITH more AS (${large} RETURNING id) INSERT INTO grown VALUES (1, 'a')`,
      `WITH more AS (${large} RETURNING id) UPDATE grown SET note = 'b' WHERE id = 1`,
    ]) {
      const running = client.query(text);
      running.catch(() => {});
      gateway.control.answer((await gateway.control.pending()).id, 'denied');
      await expect(running).rejects.toMatchObject({ code: '42501' });
      await client.query('SET countersign.resume = on');
    }
    expect(await changed()).toBe(0);
  });

  it('goes through postgres.js, with its own transactions', async () => {
    const { host, port, user, password, database } = await gateway.options();
    const sql = postgres({
      host: host as string,
      port: port as number,
      user: user as string,
      password: password as string,
      database: database as string,
      max: 1,
    });
    expect((await sql`UPDATE stock SET note = 'y' WHERE a = 7 AND b = 7 AND id < ${1000}`).count).toBe(20);
    await expect(
      sql.begin(async (tx) => {
        await tx`UPDATE stock SET note = 'v' WHERE id = ${1}`;
        await tx`UPDATE stock SET note = 'y' WHERE a = ${7} AND b = ${7}`;
      }),
    ).rejects.toMatchObject({ code: '42501', message: expect.stringContaining('[PENDING]') });
    expect(await changed()).toBe(20);
    await sql.end();
  });
});
