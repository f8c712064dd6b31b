import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bind,
  close,
  describe as describeMessage,
  execute,
  flush,
  message,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { type RawClient, rawThroughGateway, reportOf } from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

// Races and tricks of the protocol itself. What must never come back is a stored ssn.

let target: TargetDatabase;
let gateway: TestGateway;
let secret: string;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({ target, masks: shopMasks, environment: 'development', holdMs: 100 });
  const direct = new Client(target.url);
  await direct.connect();
  secret = (await direct.query('select ssn from customers where id = 1')).rows[0].ssn;
  await direct.end();
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

const masked = 'select ssn from customers where id = 1';
const harmless = 'select name from customers where id = 1';

/** Sends groups as they are, waits for as many ReadyForQuery, and looks through all that came. */
async function attempt(groups: readonly (readonly Buffer[])[], pause = false): Promise<string> {
  const { client } = await rawThroughGateway(gateway);
  let seen = '';
  const gather = async (count: number) => {
    for (const { bytes } of await client.until('Z', count)) seen += bytes.toString('latin1');
  };
  if (pause) {
    for (const group of groups) {
      client.send(...group);
      await gather(readies(group));
    }
  } else {
    client.send(...groups.flat());
    await gather(readies(groups.flat()));
  }
  client.close();
  expect(seen).not.toContain(secret);
  expect(seen).not.toContain(secret.slice(-4));
  return seen;
}

const readies = (group: readonly Buffer[]) =>
  group.filter((bytes) => 'QSF'.includes(String.fromCharCode(bytes[0] as number))).length;

describe('names', () => {
  it.each([false, true])('prepared twice keep their first meaning (one by one: %s)', async (pause) => {
    const seen = await attempt(
      [
        [parse('s', masked), sync],
        [parse('s', harmless), sync],
        [bind('', 's', []), execute(''), sync],
      ],
      pause,
    );
    expect(seen).toContain('[masked]');
  });

  it.each([false, true])('survive groups that the target skipped (one by one: %s)', async (pause) => {
    // Group 2 fails at its first message, so its Close and Parse never take effect; group 3 fails too.
    const seen = await attempt(
      [
        [parse('s', masked), sync],
        [execute('missing'), close('S', 's'), parse('s', harmless), sync],
        [parse('s', 'select 2'), sync],
        [bind('', 's', []), execute(''), sync],
      ],
      pause,
    );
    expect(seen).toContain('[masked]');
  });

  it.each([false, true])('bound twice as portals keep their first meaning (%s)', async (pause) => {
    await attempt(
      [
        [query('begin')],
        [parse('m', masked), bind('p', 'm', []), sync],
        [parse('h', harmless), bind('p', 'h', []), sync],
        [execute('p'), sync],
        [query('rollback')],
      ],
      pause,
    );
  });

  it('closed and prepared anew in one group', async () => {
    const seen = await attempt([
      [parse('s', harmless), sync],
      [close('S', 's'), parse('s', masked), bind('', 's', []), execute(''), sync],
    ]);
    expect(seen).toContain('[masked]');
  });

  it.each([false, true])('shared between SQL and protocol (%s)', async (pause) => {
    const seen = await attempt(
      [
        [query(`prepare s as ${masked}`)],
        [bind('', 's', []), execute(''), sync],
        [query('execute s')],
        [query('deallocate s')],
        [parse('s', masked), sync],
        [query('execute s')],
        [query('explain execute s')],
      ],
      pause,
    );
    expect(seen.match(/\[masked\]/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it.each([false, true])(
    'inside a prepared EXECUTE or FETCH mean what they mean when it runs (%s)',
    async (pause) => {
      await attempt(
        [
          [query(`prepare s as ${harmless}`)],
          [parse('x', 'execute s'), describeMessage('S', 'x'), bind('', 'x', []), execute(''), sync],
          [query('deallocate s'), query(`prepare s as ${masked}`)],
          [bind('', 'x', []), execute(''), sync],
          [query('begin')],
          [bind('held', 'x', []), sync],
          [query('deallocate s'), query(`prepare s as ${masked}`)],
          [execute('held'), sync],
          [query(`declare c cursor for ${harmless}`)],
          [parse('f', 'fetch all from c'), bind('', 'f', []), execute(''), sync],
          [query('close c'), query(`declare c cursor for ${masked}`)],
          [bind('', 'f', []), describeMessage('P', ''), execute(''), sync],
          [query('rollback')],
        ],
        pause,
      );
    },
  );

  it.each([false, true])('of cursors, fetched by SQL and by Execute (%s)', async (pause) => {
    const seen = await attempt(
      [
        [query('begin')],
        [query(`declare c cursor for ${masked}`)],
        [describeMessage('P', 'c'), execute('c'), sync],
        [query('move backward all in c')],
        [query('fetch all from c')],
        [query('close c')],
        [parse('', masked), bind('named', '', []), sync],
        [query('fetch all from named')],
        [query('rollback')],
      ],
      pause,
    );
    expect(seen).toContain('[masked]');
  });

  it('of the gateway’s own statements are out of reach', async () => {
    const seen = await attempt([
      [parse('countersign_gateway', harmless), sync],
      [bind('countersign_gateway', 'countersign_gateway', []), sync],
      [execute('countersign_gateway'), sync],
    ]);
    expect(seen).toContain('is the gateway');
  });
});

describe('what names mean', () => {
  it.each([false, true])('changes with search_path, committed or not (%s)', async (pause) => {
    await attempt(
      [
        [query('create schema if not exists shadow')],
        [query('create table if not exists shadow.customers(id int, ssn text, name text)')],
        [query('begin; set local search_path = shadow')],
        [parse('x', masked), bind('', 'x', []), execute(''), sync],
        [query('rollback')],
        [query(masked)],
        [bind('', 'x', []), execute(''), sync],
        [query('set search_path = shadow'), query('set search_path = public'), query(masked)],
        [
          parse('', "select set_config('search_path', 'shadow', false)"),
          bind('', '', []),
          execute(''),
          sync,
          query(masked),
        ],
        [query('reset search_path'), query(masked)],
        [query('drop schema shadow cascade')],
      ],
      pause,
    );
  });

  it.each([false, true])('changes with temporary tables (%s)', async (pause) => {
    await attempt(
      [
        [query('create temp table customers(id int, ssn text)'), query(masked)],
        [query('drop table pg_temp.customers'), query(masked)],
        [query('begin; create temp table customers(id int, ssn text) on commit drop; commit'), query(masked)],
        [
          query('begin'),
          query('create temp table customers(id int, ssn text)'),
          query('rollback'),
          query(masked),
        ],
        [query('create temp table customers(id int, ssn text)'), query('discard temp'), query(masked)],
      ],
      pause,
    );
  });

  it.each([false, true])(
    'changes with views and renamed columns in an open transaction (%s)',
    async (pause) => {
      await attempt(
        [
          [query('begin')],
          [query('create view v as select id, ssn as name from customers')],
          [query('select name from v where id = 1')],
          [query('alter table customers rename column ssn to other')],
          [query('select other from customers where id = 1')],
          [query('rollback')],
          [query(masked)],
        ],
        pause,
      );
    },
  );

  it('may shift columns under a star that is prepared already: then everything is hidden', async () => {
    const { client } = await rawThroughGateway(gateway);
    const direct = new Client(target.url);
    await direct.connect();
    try {
      await direct.query(
        `create table moving(id int, a text, b text); insert into moving values (1, 'open', 'shut')`,
      );
      gateway.control.masks = [
        ...shopMasks,
        { id: 'msk_b', column: 'public.moving.b', kind: 'fixed', lookup: 'none', options: {} },
      ];
      gateway.control.changed();
      client.send(parse('m', 'select * from moving'), bind('', 'm', []), execute(''), sync);
      const before = (await client.until('Z')).map(({ bytes }) => bytes.toString('latin1')).join('');
      expect(before).toContain('open');
      expect(before).not.toContain('shut');
      await direct.query('alter table moving drop column a; alter table moving add column a text');
      client.send(bind('', 'm', []), execute(''), sync, query('select * from moving'), query('table moving'));
      const seen = (await client.until('Z', 3)).map(({ bytes }) => bytes.toString('latin1')).join('');
      expect(seen).not.toContain('shut');
    } finally {
      gateway.control.masks = shopMasks;
      gateway.control.changed();
      await direct.query('drop table if exists moving');
      await direct.end();
      client.close();
    }
  });
});

describe('policy between Bind and Execute', () => {
  it('counts for what is bound already', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.send(
      query('begin'),
      parse('', 'select phone from customers order by id limit 5'),
      bind('p', '', []),
      message('E'.charCodeAt(0), 'p', Buffer.from([0, 0, 0, 1])),
      sync,
    );
    const first = await client.until('Z', 2);
    expect(first.some(({ type }) => type === 's')).toBe(true);
    gateway.control.masks = [
      ...shopMasks,
      { id: 'msk_phone', column: 'public.customers.phone', kind: 'fixed', lookup: 'none', options: {} },
    ];
    gateway.control.changed();
    client.send(execute('p'), sync);
    const rows = (await client.until('Z')).filter(({ type }) => type === 'D');
    expect(rows).toHaveLength(4);
    for (const { bytes } of rows) expect(bytes.toString()).toContain('[masked]');
    gateway.control.masks = shopMasks;
    gateway.control.changed();
    client.close();
  });
});

describe('messages that are not served', () => {
  let client: RawClient;

  it('function calls', async () => {
    ({ client } = await rawThroughGateway(gateway));
    client.send(message('F'.charCodeAt(0), Buffer.from([0, 0, 5, 20, 0, 0, 0, 0, 0, 0])));
    const error = reportOf((await client.until('Z')).find(({ type }) => type === 'E'));
    expect(error.get('C')).toBe('42501');
    client.close();
  });

  it.each([
    ['an unknown type', message('!'.charCodeAt(0))],
    ['a second password', message('p'.charCodeAt(0), 'again')],
    ['text behind the end of a query', message('Q'.charCodeAt(0), 'select 1', 'drop table customers')],
    ['a query without an end', message('Q'.charCodeAt(0), Buffer.from('select 1'))],
    ['a length of 2 GiB', Buffer.from([0x51, 0x7f, 0xff, 0xff, 0xff])],
    ['a length below its own', Buffer.from([0x51, 0, 0, 0, 1])],
    ['a Bind that counts wrong', message('B'.charCodeAt(0), '', '', Buffer.from([0, 0, 0, 9, 0, 0]))],
  ])('%s ends the session, and nobody else’s', async (_name, bytes) => {
    const other = await rawThroughGateway(gateway);
    ({ client } = await rawThroughGateway(gateway));
    client.send(bytes);
    const frames = await client.until('never');
    const error = reportOf(frames.find(({ type }) => type === 'E'));
    expect(error.get('S')).toBe('FATAL');
    other.client.send(query('select 1'));
    expect((await other.client.until('Z')).some(({ type }) => type === 'D')).toBe(true);
    other.client.close();
  });

  it('texts that are not UTF-8, and texts that are too long, are refused and no more', async () => {
    ({ client } = await rawThroughGateway(gateway));
    client.send(message('Q'.charCodeAt(0), Buffer.from([0x27, 0xff, 0xfe, 0x27, 0])));
    expect(reportOf((await client.until('Z')).find(({ type }) => type === 'E')).get('C')).toBe('22021');
    client.send(query(`select '${'x'.repeat(5_000_000)}'`));
    expect(reportOf((await client.until('Z')).find(({ type }) => type === 'E')).get('C')).toBe('54000');
    client.send(parse('', `select '${'x'.repeat(5_000_000)}'`), bind('', '', []), execute(''), sync);
    expect(reportOf((await client.until('Z')).find(({ type }) => type === 'E')).get('C')).toBe('54000');
    client.send(query('select 1'));
    expect((await client.until('Z')).some(({ type }) => type === 'D')).toBe(true);
    client.close();
  });
});

describe('refusals in a transaction', () => {
  it('leave savepoints and discard-until-Sync to the server', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.send(query('begin'), query('savepoint a'), query('copy orders to program $$id$$'));
    const frames = await client.until('Z', 3);
    expect(frames.at(-1)?.bytes[5]).toBe('E'.charCodeAt(0));
    client.send(
      query('rollback to a'),
      parse('', 'select 1'),
      bind('', '', []),
      execute(''),
      parse('', 'copy orders to program $$id$$'),
      bind('', '', []),
      execute(''),
      parse('', 'select 2'),
      bind('', '', []),
      execute(''),
      sync,
      query('rollback'),
    );
    const types = (await client.until('Z', 3)).map(({ type }) => type).join('');
    expect(types).toBe('CZ12DCEZCZ');
    client.close();
  });

  it('never let a later COMMIT commit what came before in the pipeline', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.send(
      query('begin'),
      parse('', "update orders set status = 'hacked' where id = 300"),
      bind('', '', []),
      execute(''),
      parse('', 'copy orders to program $$id$$'),
      bind('', '', []),
      execute(''),
      parse('', 'commit'),
      bind('', '', []),
      execute(''),
      sync,
      flush,
      query('commit'),
    );
    await client.until('Z', 3);
    client.send(query('select status from orders where id = 300'));
    expect((await client.until('Z')).map(({ bytes }) => bytes.toString()).join('')).not.toContain('hacked');
    client.close();
  });
});
