import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fromClient } from '#proxy/listeners/postgres/codec/types';
import { bind, execute, message, parse, query, sync } from '#proxy/listeners/postgres/codec/write';
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { type RawClient, rawDirect, rawThroughGateway, reportOf } from '#tests/support/raw-postgres';
import { createTargetDatabase, queried, type TargetDatabase } from '#tests/support/target-database';

// Clients that send the data of several copies without waiting: each row belongs to the copy that takes it.

let target: TargetDatabase;
let gateway: TestGateway;
/** Where copies are not counted, and nothing waits for what was sent before. */
let staging: TestGateway;

beforeAll(async () => {
  target = await createTargetDatabase();
  await queried(
    target.url,
    `
    CREATE TABLE first (id int);
    CREATE TABLE second (id int);
    CREATE TABLE made (id int, twice int GENERATED ALWAYS AS (2 * id) STORED);`,
  );
  gateway = await startTestGateway({ target, masks: shopMasks });
  staging = await startTestGateway({ target, masks: shopMasks, environment: 'staging' });
});

afterAll(async () => {
  await gateway?.close();
  await staging?.close();
  await target?.drop();
});

beforeEach(async () => {
  await queried(target.url, 'TRUNCATE first, second; DELETE FROM customers WHERE id >= 9000');
  gateway.control.approvals.clear();
});

const count = async (from: string) =>
  (await queried(target.url, `SELECT count(*)::int AS n FROM ${from}`))[0]?.n;
const stored = async () => [await count('first'), await count('second')];
const placed = () => count('customers WHERE id >= 9000');

const done = message(fromClient.copyDone);
const data = (text: string) => message(fromClient.copyData, Buffer.from(text));
const lines = (many: number) => Array.from({ length: many }, (_, at) => `${at}\n`).join('');

type Way = (text: string) => Buffer[];
const simple: Way = (text) => [query(text)];
const extended: Way = (text) => [parse('', text), bind('', '', []), execute('')];

const intoFirst = 'COPY first FROM STDIN';
const intoSecond = 'COPY second FROM STDIN';
const intoCustomers = 'COPY customers (id, name, email, ssn, phone) FROM STDIN';
const placeholders = '9001\tx\ta***@b.example\t[masked]\tp\n';

const ways: [string, Way, Buffer[]][] = [
  ['simple', simple, []],
  ['extended', extended, [sync]],
];

const pipelined = (way: Way, end: Buffer[], then: string, rows: string) => [
  ...way(intoFirst),
  data('1\n'),
  done,
  ...way(then),
  data(rows),
  done,
  ...end,
];

const ends = (client: RawClient, end: Buffer[]) => client.until('Z', end.length === 0 ? 2 : 1);
const errorOf = (frames: Awaited<ReturnType<RawClient['until']>>) =>
  reportOf(frames.find(({ type }) => type === 'E')).get('M');

describe.each(ways)('two copies sent at once (%s)', (_name, way, end) => {
  it('are both stored by the target itself', async () => {
    const client = await rawDirect(target);
    client.send(...pipelined(way, end, intoSecond, lines(1_001)));
    await ends(client, end);
    client.close();
    expect(await stored()).toEqual([1, 1_001]);
  });

  it('are counted each by its own rows', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.send(...pipelined(way, end, intoSecond, lines(1_001)));
    const frames = await ends(client, end);
    expect(errorOf(frames)).toMatch(/^\[PENDING\].*Copies 1,001 rows into public\.second/);
    client.close();
    expect(await count('second')).toBe(0);
  });

  it('are counted when the data waits for its copy', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.send(...way(intoFirst), ...end, data('1\n'), done);
    await client.until('G');
    client.send(...way(intoSecond), ...end, data(lines(1_001)), done, ...end);
    const frames = await client.until('Z', end.length === 0 ? 2 : 1);
    expect(errorOf(frames)).toMatch(/^\[PENDING\]/);
    client.send(query('SELECT 1'));
    expect((await client.until('Z')).map(({ type }) => type).join('')).toContain('TDC');
    client.close();
    expect(await count('second')).toBe(0);
  });

  it('are searched each for placeholders of its own columns', async () => {
    const { client } = await rawThroughGateway(staging);
    client.send(...pipelined(way, end, intoCustomers, placeholders));
    expect(errorOf(await ends(client, end))).toMatch(/holds a placeholder/);
    client.close();
    expect(await placed()).toBe(0);
  });

  it('pass when both are small', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.send(...pipelined(way, end, intoSecond, lines(1_000)));
    expect((await ends(client, end)).map(({ type }) => type)).not.toContain('E');
    client.close();
    expect(await stored()).toEqual([1, 1_000]);
  });
});

describe('a copy that the target does not begin', () => {
  const skipped = [query('COPY made (twice) FROM STDIN'), query(intoCustomers), data(placeholders), done];

  it('leaves the data to the next one on the target itself', async () => {
    const client = await rawDirect(target);
    client.send(...skipped);
    await client.until('Z', 2);
    client.close();
    expect(await placed()).toBe(1);
  });

  it('does not take the data’s checks from the next one', async () => {
    const { client } = await rawThroughGateway(staging);
    client.send(...skipped);
    const frames = await client.until('Z', 2);
    expect(frames.filter(({ type }) => type === 'E')).toHaveLength(2);
    client.close();
    expect(await placed()).toBe(0);
  });

  it('ends the session of whoever goes on to something else in the middle of one', async () => {
    const { client } = await rawThroughGateway(staging);
    client.send(query(intoFirst), data('1\n'), query('SELECT id FROM orders LIMIT 1'));
    const frames = await client.until('Z');
    expect(reportOf(frames.at(-1)).get('M')).toContain('in the middle of a COPY');
    expect(client.closed).toBe(true);
    expect(await count('first')).toBe(0);
  });
});
