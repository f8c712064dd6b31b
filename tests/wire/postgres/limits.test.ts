import { type Client, Client as Direct } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fromClient } from '#proxy/listeners/postgres/codec/types';
import { bind, flush, int32, message, parse, query, sync } from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { rawThroughGateway, reportOf } from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;
let permitAll: string;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({ target, policies: 'permit-all' });
  permitAll = gateway.control.policyFiles[0]?.text ?? '';
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

/** Publishes rules beside permit-all: each is one permit with annotations. */
function rules(...texts: string[]): void {
  gateway.control.policyFiles = [
    { name: 'permit-all.cedar', text: permitAll },
    { name: 'limits.cedar', text: texts.join('\n') },
  ];
  gateway.control.changed();
}

const all = 'permit (principal, action, resource);';
afterEach(() => rules());

/** Runs it, and gives rows or the error, with the rows that came before it. */
async function outcomeOf(client: Client, text: string) {
  const rows: unknown[] = [];
  const query = new (await import('pg')).Query(text);
  const done = new Promise<string | null>((resolve) => {
    query.on('row', (row) => rows.push(row));
    query.on('end', () => resolve(null));
    query.on('error', (error: Error) => resolve(error.message));
  });
  client.query(query);
  return { error: await done, rows: rows.length };
}

const isAlive = async (client: Client) => (await client.query('select 1 as one')).rows[0]?.one === 1;

describe('rows of a statement', () => {
  it('up to the limit pass; beyond it the answer is an error that says what to do', async () => {
    rules(`@id("small") @rows_max("10") ${all}`);
    const client = await gateway.connect();
    expect(await outcomeOf(client, 'select id from orders order by id limit 10')).toEqual({
      error: null,
      rows: 10,
    });
    const { error, rows } = await outcomeOf(client, 'select id from orders');
    expect(rows).toBe(10);
    expect(error).toMatch(/^\[LIMIT\].*10 rows.*rule "small".*LIMIT or fewer columns/);
    expect(await isAlive(client)).toBe(true);
    await client.end();
    await expect
      .poll(() => gateway.control.statements.find(({ text }) => text === 'select id from orders'))
      .toMatchObject({ rows: 10, errorCode: '42501', decision: 'allow' });
  });

  it('are limited while the target still sends, and the target stops', async () => {
    rules(`@id("small") @rows_max("10") ${all}`);
    const client = await gateway.connect();
    const { error, rows } = await outcomeOf(
      client,
      "select a.id, repeat('x', 500) from orders a, orders b, orders c",
    );
    expect({ rows, error: error?.slice(0, 7) }).toEqual({ rows: 10, error: '[LIMIT]' });
    expect(await isAlive(client)).toBe(true);
    await client.end();
    await expect
      .poll(() => gateway.control.statements.find(({ text }) => text.includes('orders c'))?.outcome)
      .toBe('cancelled');
  });

  it.each(['text', 'binary'])('count by the extended protocol too (%s)', async (how) => {
    rules(`@id("small") @rows_max("10") ${all}`);
    const client = await gateway.connect();
    const question = { text: 'select id from orders where id > $1', values: [0], binary: how === 'binary' };
    await expect(client.query(question)).rejects.toThrow(/^\[LIMIT\]/);
    expect(await isAlive(client)).toBe(true);
    await client.end();
  });

  it('count over the portions of a portal, and end the group at its Sync', async () => {
    rules(`@id("small") @rows_max("10") ${all}`);
    const { client } = await rawThroughGateway(gateway);
    const portion = message(fromClient.execute, 'p', int32(4));
    client.send(parse('', 'select id from orders'), bind('p', '', []), portion, portion, flush);
    expect((await client.until('s', 2)).filter(({ type }) => type === 'D')).toHaveLength(8);
    client.send(portion, portion, flush);
    const answer = await client.until('E');
    expect(answer.map(({ type }) => type).join('')).toBe('DDE');
    expect(reportOf(answer.at(-1)).get('M')).toMatch(/^\[LIMIT\]/);
    client.send(portion, sync);
    expect((await client.until('Z')).map(({ type }) => type)).toEqual(['Z']);
    client.send(query('select 1'));
    expect((await client.until('Z')).map(({ type }) => type).join('')).toBe('TDCZ');
    client.close();
  });

  it('end what the pipeline would do after them, up to its Sync', async () => {
    rules(`@id("small") @rows_max("10") permit (principal, action == Action::"select", resource);`);
    const client = await gateway.connect();
    await client.query('begin');
    await expect(client.query('select id from orders')).rejects.toThrow(/^\[LIMIT\]/);
    await client.query('rollback');
    const several = 'select id from orders; select 7 as seven; select id from orders limit 2';
    await expect(client.query(several)).rejects.toThrow(/^\[LIMIT\]/);
    expect(await isAlive(client)).toBe(true);
    await client.end();
  });

  it('count in COPY and in cursors', async () => {
    rules(`@id("small") @rows_max("10") ${all}`);
    const client = await gateway.connect();
    await expect(copied(client, 'copy orders to stdout')).rejects.toThrow(/^\[LIMIT\]/);
    expect(await isAlive(client)).toBe(true);
    await client.query('begin; declare c cursor for select id from orders');
    expect((await client.query('fetch 10 from c')).rows).toHaveLength(10);
    await expect(client.query('fetch 11 from c')).rejects.toThrow(/^\[LIMIT\]/);
    await client.query('rollback');
    await client.end();
  });

  it('that a write returns beyond the limit take the write back where it is counted', async () => {
    rules(`@id("few") @rows_max("10") permit (principal, action in Action::"write", resource);`);
    const client = await gateway.connect();
    await expect(client.query('update orders set status = status returning id')).rejects.toThrow(
      /^\[LIMIT\]/,
    );
    expect(await isAlive(client)).toBe(true);
    await client.end();
  });

  it('have no limit where no rule sets one', async () => {
    rules(
      `@id("staging") @rows_max("1") permit (principal, action, resource) when { context.environment == "staging" };`,
    );
    const client = await gateway.connect();
    expect((await client.query('select id from orders')).rows).toHaveLength(600);
    await client.end();
  });
});

describe('bytes', () => {
  it('of a statement stop a long row, and a long answer', async () => {
    rules(`@id("bytes") @bytes_max("100kB") ${all}`);
    const client = await gateway.connect();
    await expect(client.query("select repeat('x', 5000000) from orders limit 1")).rejects.toThrow(
      /100,000 bytes/,
    );
    await expect(client.query("select repeat('x', 1000) from orders")).rejects.toThrow(/bytes/);
    expect(
      (await client.query("select repeat('x', 50000) as x from orders limit 1")).rows[0]?.x,
    ).toHaveLength(50_000);
    await client.end();
  });
});

describe('bytes of masked values', () => {
  const masked = {
    id: 'm1',
    column: 'public.customers.ssn',
    kind: 'fixed',
    lookup: 'none',
    options: {},
  } as const;

  it.each([
    ['a row', 200_000, 'select id, ssn from customers where id = 1'],
    ['a row hidden whole', 17_000_000, 'select id, ssn from customers where id = 1'],
    ['copied text', 200_000, 'copy (select id, ssn from customers where id = 1) to stdout'],
    ['copied text in parts', 17_000_000, 'copy (select id, ssn from customers where id = 1) to stdout'],
  ])('count as they are sent: %s', async (_, length, text) => {
    const owner = new Direct(target.url);
    await owner.connect();
    await owner.query('update customers set ssn = repeat($1, $2::int) where id = 1', ['x', length]);
    await owner.end();
    const hiding = await startTestGateway({ target, policies: 'permit-all', masks: [masked] });
    hiding.control.policyFiles = [
      { name: 'permit-all.cedar', text: permitAll },
      { name: 'limits.cedar', text: `@id("bytes") @bytes_max("1kB") @session_bytes_max("1kB") ${all}` },
    ];
    hiding.control.changed();
    const client = await hiding.connect();
    for (let count = 0; count < 3; count += 1) {
      if (text.startsWith('copy')) await copied(client, text);
      else expect((await outcomeOf(client, text)).error).toBeNull();
    }
    await expect(client.query("select repeat('y', 2000) from customers where id = 1")).rejects.toThrow(
      /1,000 bytes/,
    );
    await client.end();
    await hiding.close();
  });
});

describe('a session', () => {
  it('has its rows together, and then runs nothing', async () => {
    rules(`@id("day") @session_rows_max("25") ${all}`);
    const client = await gateway.connect();
    for (let count = 0; count < 2; count += 1) await client.query('select id from orders limit 12');
    await expect(client.query('select id from orders limit 12')).rejects.toThrow(
      /a session may read 25 rows/,
    );
    await expect(client.query('select 1')).rejects.toThrow(/has read 25 rows/);
    await client.end();
    const other = await gateway.connect();
    expect(await isAlive(other)).toBe(true);
    await other.end();
  });

  it('keeps the strictest limit that it met', async () => {
    rules(
      `@id("wide") @session_rows_max("100") ${all}`,
      `@id("narrow") @session_rows_max("3") permit (principal, action, resource == Table::"shop.public.payments");`,
    );
    const client = await gateway.connect();
    await client.query('select 1 from payments limit 1');
    await expect(client.query('select id from orders limit 5')).rejects.toThrow(/3 rows.*"narrow"/);
    await client.end();
  });

  it('has a pace, told by an error that says to wait', async () => {
    rules(`@id("pace") @rate_max("3") ${all}`);
    const client = await gateway.connect();
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, () => client.query('select id from orders limit 1')),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(20);
    expect(String(refused[0] && 'reason' in refused[0] ? refused[0].reason : '')).toMatch(
      /3 statements a second.*Wait/,
    );
    await client.end();
  });

  it('stays in one zone', async () => {
    rules(
      `@id("people") @zone("people") permit (principal, action, resource == Table::"shop.public.customers");`,
      `@id("money") @zone("payments") permit (principal, action, resource == Table::"shop.public.payments");`,
    );
    const client = await gateway.connect();
    await client.query('select id from orders limit 1');
    await client.query('select id from customers limit 1');
    await expect(client.query('select 1 from payments limit 1')).rejects.toThrow(
      /zone "people".*"payments".*another session/,
    );
    await expect(client.query({ text: 'select 1 from payments where id = $1', values: [1] })).rejects.toThrow(
      /zone/,
    );
    await client.query('select id from customers limit 1');
    await client.end();
    const other = await gateway.connect();
    await expect(other.query('select 1 from customers, payments limit 1')).rejects.toThrow(/zone/);
    await other.end();
  });

  it.each([
    ['idle', '@idle_max("1s")', /it was idle for 1 s/],
    ['long', '@session_max("1s")', /it lasted 1 s/],
  ])('that is %s ends with the reason', async (_, annotation, reason) => {
    rules(`@id("times") ${annotation} ${all}`);
    const client = await gateway.connect();
    const ended = new Promise<Error>((resolve) => client.once('error', resolve));
    await client.query('begin; select id from orders limit 1');
    expect((await ended).message).toMatch(reason);
    await expect.poll(() => gateway.control.ended.at(-1)?.reason).toMatch(reason);
    expect(gateway.control.ended.at(-1)?.state).toBe('cut');
  });

  it('that works is not idle', async () => {
    rules(`@id("times") @idle_max("1s") ${all}`);
    const client = await gateway.connect();
    await client.query('select pg_sleep(2) from orders limit 1');
    expect(await isAlive(client)).toBe(true);
    await client.end();
  });
});

async function copied(client: Client, text: string): Promise<void> {
  const { to } = await import('pg-copy-streams');
  const stream = client.query(to(text));
  for await (const _ of stream) {
    // Only its end matters.
  }
}
