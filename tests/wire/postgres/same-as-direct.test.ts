import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bind,
  close,
  describe as describeMessage,
  execute,
  flush,
  int16,
  int32,
  message,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { type RawClient, rawDirect, rawThroughGateway, transcript } from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let directTarget: TargetDatabase;
let target: TargetDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  [directTarget, target] = await Promise.all([createTargetDatabase(), createTargetDatabase()]);
  gateway = await startTestGateway({ target, policies: 'permit-all' });
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([target?.drop(), directTarget?.drop()]);
});

const executeSome = (portal: string, rows: number) => message('E'.charCodeAt(0), portal, int32(rows));
const copyData = (text: string) => message('d'.charCodeAt(0), Buffer.from(text));
const copyDone = message('c'.charCodeAt(0));
const copyFail = message('f'.charCodeAt(0), 'enough');
const bindBinary = (portal: string, statement: string) =>
  message('B'.charCodeAt(0), portal, statement, int16(0), int16(0), int16(1), int16(1));

/** Sends the same messages both ways and compares every answer, up to `syncs` ReadyForQuery. */
async function same(groups: readonly (readonly Buffer[])[]): Promise<void> {
  const direct = await rawDirect(directTarget);
  const { client } = await rawThroughGateway(gateway, 'migrator', [['application_name', 'direct']]);
  try {
    for (const group of groups) {
      const [expected, actual] = await Promise.all([answers(direct, group), answers(client, group)]);
      expect(actual).toEqual(expected);
    }
  } finally {
    direct.close();
    client.close();
  }
}

async function answers(client: RawClient, group: readonly Buffer[]): Promise<string[]> {
  client.send(...group);
  const ends = group.filter((bytes) => 'QS'.includes(String.fromCharCode(bytes[0] as number))).length;
  return transcript(await client.until('Z', Math.max(ends, 1)));
}

describe('the gateway without masks and refusals answers as the server does', () => {
  it.each<[string, Buffer[][]]>([
    ['simple queries', [[query('select 1')], [query('')], [query('select 1; select 2, null; ;')]]],
    [
      'an error in the middle of a simple query',
      [[query('select 1; select 1/0; select 3')], [query('select 4')]],
    ],
    ['a syntax error', [[query('selekt 1')], [query('select 1')]]],
    ['transactions', [[query('begin')], [query('select 1/0')], [query('select 1')], [query('rollback')]]],
    [
      'savepoints',
      [
        [query('begin; savepoint a')],
        [query('select x')],
        [query('rollback to a')],
        [query('select 1')],
        [query('commit')],
      ],
    ],
    [
      'prepare, bind, describe, execute',
      [
        [
          parse('s', 'select $1::int4 + 1'),
          describeMessage('S', 's'),
          bind('', 's', ['4']),
          describeMessage('P', ''),
          execute(''),
          sync,
        ],
      ],
    ],
    [
      'binary results',
      [
        [
          parse('', 'select 258, now() is null'),
          bindBinary('', ''),
          describeMessage('P', ''),
          execute(''),
          sync,
        ],
      ],
    ],
    [
      'portals with a row limit',
      [
        [query('begin')],
        [
          parse('', 'select generate_series(1, 5)'),
          bind('p', '', []),
          executeSome('p', 2),
          executeSome('p', 2),
          executeSome('p', 2),
          sync,
        ],
        [query('commit')],
      ],
    ],
    [
      'a pipeline with an error in it',
      [
        [
          parse('', 'select 1'),
          bind('', '', []),
          execute(''),
          parse('', 'select 1/0'),
          bind('', '', []),
          execute(''),
          parse('', 'select 3'),
          bind('', '', []),
          execute(''),
          sync,
          parse('', 'select 4'),
          bind('', '', []),
          execute(''),
          sync,
        ],
      ],
    ],
    [
      'unknown names',
      [
        [bind('', 'nobody', []), execute(''), sync],
        [execute('nobody'), sync],
        [describeMessage('S', 'nobody'), sync],
        [close('S', 'nobody'), sync],
      ],
    ],
    [
      'a name prepared twice',
      [
        [parse('twice', 'select 1'), sync],
        [parse('twice', 'select 2'), sync, bind('', 'twice', []), execute(''), sync],
      ],
    ],
    ['closing', [[parse('c', 'select 1'), close('S', 'c'), bind('', 'c', []), execute(''), sync]]],
    ['several commands in one Parse', [[parse('', 'select 1; select 2'), sync]]],
    [
      'SQL PREPARE and EXECUTE',
      [
        [query('prepare q(int) as select $1 + 1')],
        [query('execute q(4)')],
        [bind('', 'q', ['7']), execute(''), sync],
        [query('deallocate q')],
        [query('execute q(4)')],
      ],
    ],
    ['SQL EXECUTE of a protocol statement', [[parse('mine', 'select 42'), sync], [query('execute mine')]]],
    [
      'cursors',
      [
        [query('begin; declare c cursor for select generate_series(1, 4)')],
        [query('fetch 2 from c')],
        [query('move 1 from c')],
        [execute('c'), sync],
        [query('close c; commit')],
      ],
    ],
    [
      'copy in',
      [
        [query('create table copied(a int, b text)')],
        [query('copy copied from stdin'), copyData('1\tx\n'), copyData('2\ty\n'), copyDone],
        [query('select * from copied')],
        [query('drop table copied')],
      ],
    ],
    [
      'copy in that fails',
      [
        [query('create table copied(a int)')],
        [query('copy copied from stdin'), copyData('1\n'), copyFail],
        [query('copy copied from stdin'), copyData('x\n'), copyDone],
        [query('select count(*) from copied')],
        [query('drop table copied')],
      ],
    ],
    [
      'copy in by the extended protocol',
      [
        [query('create table copied(a int)')],
        [
          parse('', 'copy copied from stdin'),
          bind('', '', []),
          execute(''),
          flush,
          copyData('5\n'),
          copyDone,
          sync,
        ],
        [query('select * from copied')],
        [query('drop table copied')],
      ],
    ],
    [
      'copy out',
      [
        [query('copy (select 1, null, 3) to stdout')],
        [query("copy (select 1, 'a,b') to stdout with (format csv, header)")],
        [query('copy (select 1) to stdout (format binary)')],
      ],
    ],
    [
      'function calls of temporary things',
      [
        [query('create temp table t(a int); insert into t values (1), (2)')],
        [query('select * from t')],
        [query('drop table t')],
      ],
    ],
    [
      'objects made in an open transaction',
      [
        [query('begin')],
        [query('create table made(a int primary key)')],
        [query('insert into made values (7)')],
        [query('select * from made')],
        [query('rollback')],
        [query('select * from made')],
      ],
    ],
    [
      'search_path',
      [
        [query('create schema other; create table other.thing(a text)')],
        [query('set search_path = other, public')],
        [query('select * from thing')],
        [query('begin; set local search_path = public')],
        [query('select * from thing')],
        [query('rollback')],
        [query('select * from thing')],
        [query('reset search_path')],
        [query('select * from thing')],
        [query('drop schema other cascade')],
      ],
    ],
    ['notices', [[query("do $$ begin raise notice 'hello'; end $$")]]],
    ['listen and notify', [[query('listen here')], [query('select 1')], [query('unlisten *')]]],
    [
      'settings',
      [
        [query('set application_name = direct')],
        [query("set timezone = 'UTC'")],
        [query('show timezone')],
        [query('set application_name = x')],
        [query('discard all')],
      ],
    ],
    [
      'arrays and json',
      [[query(`select array[1,2,null], '{"a":[1]}'::jsonb, 'x'::bytea, interval '1 day'`)]],
    ],
    ['explain', [[query('explain (costs off) select * from orders where id = 1')]]],
    [
      'errors of constraints',
      [[query('insert into customers(id, name, email, ssn, phone) values (1, 1, 1, 1, 1)')]],
    ],
  ])('%s', async (_name, groups) => {
    await same(groups);
  });

  it('a Sync that is not heard during a copy', async () => {
    // libpq sends one with the Execute, and another after the copy: the target answers once.
    const direct = await rawDirect(directTarget);
    const { client } = await rawThroughGateway(gateway);
    for (const one of [direct, client]) {
      one.send(query('create temp table copied(a int)'));
      await one.until('Z');
      one.send(parse('', 'copy copied from stdin'), bind('', '', []), execute(''), sync);
      await one.until('G');
      one.send(copyData('5\n'), copyDone, sync);
      expect(transcript(await one.until('Z'))).toEqual(['C 434f5059203100', 'Z 49']);
      one.send(query('select a from copied'));
      expect(transcript(await one.until('Z'))).toContain('D 00010000000135');
      one.close();
    }
  });

  it('any sequence of extended messages', async () => {
    const name = fc.constantFrom('', 'a', 'b');
    const text = fc.constantFrom(
      'select 1',
      'select $1::text',
      'select 1/0',
      'selekt',
      'begin',
      'rollback',
      '',
      'select generate_series(1,3)',
    );
    const values = fc.array(fc.constantFrom('1', 'x'), { maxLength: 1 });
    const one = fc.oneof(
      fc.tuple(name, text).map(([n, t]) => parse(n, t)),
      fc.tuple(name, name, values).map(([p, s, v]) => bind(p, s, v)),
      name.map((n) => describeMessage('S', n)),
      name.map((n) => describeMessage('P', n)),
      fc.tuple(name, fc.nat(2)).map(([p, rows]) => executeSome(p, rows)),
      name.map((n) => close('S', n)),
      name.map((n) => close('P', n)),
      fc.constant(sync),
      fc.constant(flush),
    );
    const groups = fc.array(fc.array(one, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(groups, async (list) => same(list.map((group) => [...group, sync]))),
      {
        numRuns: 60,
        // A Close that the target skipped must not take back what a later group made of its name.
        examples: [
          [[[parse('a', 'select 1'), bind('', '', []), close('S', 'a'), sync, bind('', 'a', [])]]],
          [
            [
              [parse('b', 'select 1'), executeSome('a', 0), close('S', 'b')],
              [parse('b', 'select 1'), bind('', 'b', []), executeSome('', 0)],
              [parse('b', 'select 1/0'), bind('', 'b', []), executeSome('', 0)],
              [bind('', 'b', []), executeSome('', 0)],
            ],
          ],
        ],
      },
    );
  });
});
