import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fromClient } from '#proxy/listeners/postgres/codec/types';
import {
  bind,
  describe as describeMessage,
  execute,
  flush,
  int32,
  message,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import {
  type RawClient,
  type RawFrame,
  rawDirect,
  rawThroughGateway,
  reportOf,
} from '#tests/support/raw-postgres';
import { createTargetDatabase, queried, type TargetDatabase } from '#tests/support/target-database';

// Past a limit of rows: what the agent hears of its work is what the target made of it.

let target: TargetDatabase;
let gateway: TestGateway;
/** Its policies count writes by themselves. */
let counting: TestGateway;

beforeAll(async () => {
  target = await createTargetDatabase();
  await queried(target.url, 'CREATE TABLE kept (id int, note text)');
  gateway = await startTestGateway({ target, policies: 'permit-all' });
  counting = await startTestGateway({ target });
  for (const { control } of [gateway, counting]) {
    const text = '@id("small") @rows_max("10") permit (principal, action, resource);';
    control.policyFiles = [...control.policyFiles, { name: 'limits.cedar', text }];
    control.changed();
  }
});

afterAll(async () => {
  await gateway?.close();
  await counting?.close();
  await target?.drop();
});

beforeEach(() =>
  queried(target.url, "TRUNCATE kept; INSERT INTO kept SELECT g, 'old' FROM generate_series(1, 50) g"),
);

const made = async () =>
  (await queried(target.url, "SELECT count(*)::int AS n FROM kept WHERE note = 'new'"))[0]?.n;

const select = 'SELECT id FROM orders';
const insert = "INSERT INTO kept VALUES (99, 'new')";
const returning = "UPDATE kept SET note = 'new' WHERE id <= 50 RETURNING id";
const run = (text: string) => [parse('', text), bind('', '', []), execute('')];

async function connected(through: TestGateway = gateway): Promise<RawClient> {
  return (await rawThroughGateway(through)).client;
}

const typesOf = (frames: readonly RawFrame[]) => frames.map(({ type }) => type).join('');
const errorOf = (frames: readonly RawFrame[]) => reportOf(frames.find(({ type }) => type === 'E'));

/** What came up to the answer's end, and whether the session goes on. */
async function heard(client: RawClient): Promise<{ readonly error: string; readonly ended: boolean }> {
  const frames = await client.until('Z');
  const ended = frames.at(-1)?.type !== 'Z';
  if (!ended) {
    client.send(query('SELECT 1'));
    expect(typesOf(await client.until('Z'))).toBe('TDCZ');
  }
  client.close();
  expect(frames.filter(({ type }) => type === 'D').length).toBeLessThanOrEqual(10);
  return { error: errorOf(frames).get('M') ?? '', ended };
}

async function expectTruth(client: RawClient): Promise<void> {
  const { error, ended } = await heard(client);
  expect(error).toContain('[LIMIT]');
  expect({ stands: await made(), said: error.includes('what they wrote stands') }).toEqual(
    ended ? { stands: 1, said: true } : { stands: 0, said: false },
  );
}

describe('beside an answer that is stopped', () => {
  it.each([
    ['after it in one message', [query(`${select}; ${insert}`)]],
    ['before it in one message', [query(`${insert}; ${select}`)]],
    ['after it in a group', [...run(select), ...run(insert), sync]],
    ['before it in a group', [...run(insert), ...run(select), sync]],
  ])('a write %s is told as what it is', async (_where, messages) => {
    const client = await connected();
    client.send(...messages);
    await expectTruth(client);
  });

  it.each([
    ['after', [...run(select), ...run(insert), flush]],
    ['before', [...run(insert), ...run(select), flush]],
  ])('a write %s it is taken back while its Sync did not come', async (_where, messages) => {
    const client = await connected();
    client.send(...messages);
    const frames = await client.until('E');
    expect(errorOf(frames).get('M')).toMatch(/^\[LIMIT\]/);
    client.send(...run(insert), sync);
    expect(typesOf(await client.until('Z'))).toBe('Z');
    client.send(query('SELECT 1'));
    expect(typesOf(await client.until('Z'))).toBe('TDCZ');
    client.close();
    expect(await made()).toBe(0);
  });

  it('a write in an open transaction is rolled back with it, and the session ends', async () => {
    const client = await connected();
    client.send(query('BEGIN'));
    await client.until('Z');
    client.send(query(`${select}; ${insert}`));
    const { error, ended } = await heard(client);
    if (ended) expect(error).toContain('is rolled back');
    expect(await made()).toBe(0);
  });

  it('a copy gets no data, and nothing hangs', async () => {
    const client = await connected();
    client.send(query(`${select}; COPY kept FROM STDIN`));
    const { error, ended } = await heard(client);
    expect(error).toMatch(/^\[LIMIT\]/);
    expect(ended).toBe(false);
    expect(await queried(target.url, 'SELECT FROM kept')).toHaveLength(50);
  });

  it('reads go on in the same session', async () => {
    const client = await connected();
    client.send(query(`${select}; SELECT 7 AS seven`));
    const { error, ended } = await heard(client);
    expect(error).toMatch(/^\[LIMIT\]/);
    expect(ended).toBe(false);
  });
});

describe('a write that returns too many rows', () => {
  it.each([
    ['simple', [query(returning)]],
    ['extended', [parse('', returning), bind('', '', []), describeMessage('P', ''), execute(''), sync]],
  ])('is taken back (%s)', async (_way, messages) => {
    const client = await connected();
    client.send(...messages);
    const { error, ended } = await heard(client);
    expect(error).toMatch(/^\[LIMIT\]/);
    expect(ended).toBe(false);
    expect(await made()).toBe(0);
  });

  it('stands with as many rows as pass, in portions too', async () => {
    const client = await connected();
    const few = `${returning.replace('<= 50', '<= 10')}`;
    client.send(query(few));
    expect(typesOf(await client.until('Z'))).toBe(`T${'D'.repeat(10)}CZ`);
    const portion = message(fromClient.execute, '', int32(4));
    client.send(parse('', few), bind('', '', []), portion, portion, portion, sync);
    expect(typesOf(await client.until('Z'))).toBe('12DDDDsDDDDsDDCZ');
    client.close();
    expect(await made()).toBe(10);
  });

  const portion = message(fromClient.execute, '', int32(20));
  const inPortions = [parse('', returning), bind('', '', []), portion, sync];

  it('and fetches a part of them stands on the target itself', async () => {
    const client = await rawDirect(target);
    client.send(...inPortions);
    expect(typesOf(await client.until('Z'))).toBe(`12${'D'.repeat(20)}sZ`);
    client.close();
    expect(await made()).toBe(50);
  });

  it.each([
    ['counted for its limit', () => gateway],
    ['counted by policy', () => counting],
  ])('and fetches a part of them is taken back where it is %s', async (_why, through) => {
    const client = await connected(through());
    client.send(...inPortions);
    const { error, ended } = await heard(client);
    expect(error).toMatch(/^\[LIMIT\]/);
    expect(ended).toBe(false);
    expect(await made()).toBe(0);
    await expect
      .poll(
        () =>
          through()
            .control.statements.filter(({ text }) => text === returning)
            .at(-1)?.outcome,
      )
      .toBe('refused');
  });
});
