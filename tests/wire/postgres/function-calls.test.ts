import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { int16, int32, message, query } from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import {
  type RawClient,
  rawDirect,
  rawThroughGateway,
  reportOf,
  transcript,
} from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;
let oids: Map<string, number>;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({
    target,
    policies: 'permit-all',
    functionCalls: ['large_objects', 'public.twice', 'pg_catalog.set_config', 'public.huge'],
  });
  const client = await gateway.connect();
  await client.query(`create function public.twice(int) returns int language sql as 'select $1 * 2';
    create function public.thrice(int) returns int language sql as 'select $1 * 3';
    create function public.huge(int) returns text language sql as $$select repeat('x', $1)$$`);
  const { rows } = await client.query<{ oid: number; proname: string }>(
    `select oid::int4, proname from pg_proc where proname in
       ('twice', 'thrice', 'huge', 'lo_creat', 'lo_unlink', 'upper', 'set_config', 'pg_reload_conf') and prorettype <> 3904`,
  );
  oids = new Map(rows.map(({ oid, proname }) => [proname, oid]));
  await client.end();
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

/** A FunctionCall of binary int4 arguments with a binary result. */
function call(oid: number, ...values: readonly number[]): Buffer {
  const parts = values.flatMap((value) => [int32(4), int32(value)]);
  return message('F'.charCodeAt(0), int32(oid), int16(1), int16(1), int16(values.length), ...parts, int16(1));
}

function textCall(oid: number, ...values: readonly string[]): Buffer {
  const parts = values.flatMap((value) => [int32(value.length), Buffer.from(value)]);
  return message('F'.charCodeAt(0), int32(oid), int16(0), int16(values.length), ...parts, int16(0));
}

const oidOf = (name: string) => oids.get(name) as number;

async function answer(client: RawClient, ...messages: Buffer[]): Promise<string[]> {
  client.send(...messages);
  return transcript(await client.until('Z'));
}

async function withClient(work: (client: RawClient) => Promise<void>): Promise<void> {
  const { client } = await rawThroughGateway(gateway);
  try {
    await work(client);
  } finally {
    client.close();
  }
}

describe('a FunctionCall message', () => {
  it('calls what the resource allows, and is recorded as the SELECT that does the same', () =>
    withClient(async (client) => {
      expect(await answer(client, call(oidOf('twice'), 21))).toEqual(['V 000000040000002a', 'Z 49']);
      expect(await answer(client, query('begin'))).toEqual(['C 424547494e00', 'Z 54']);
      const [made] = await answer(client, call(oidOf('lo_creat'), -1));
      const oid = Number.parseInt((made as string).slice(-8), 16);
      expect(await answer(client, call(oidOf('lo_unlink'), oid))).toEqual(['V 0000000400000001', 'Z 54']);
      await answer(client, query('rollback'));
      client.close();
      const found = (text: string) => gateway.control.statements.find((row) => row.text === text);
      await expect
        .poll(() => found('SELECT pg_catalog.lo_unlink($1)'))
        .toMatchObject({ decision: 'allow', outcome: 'completed', rows: 1 });
      expect(found('SELECT public.twice($1)')).toMatchObject({ decision: 'allow', rows: 1 });
    }));

  it('fails as it does on the server', async () => {
    const direct = await rawDirect(target);
    await withClient(async (client) => {
      const groups = [
        [call(oidOf('lo_unlink'), 4_000_000)],
        [call(4_111_111, 1)],
        [query('begin')],
        [query('select 1/0')],
        [call(oidOf('twice'), 1)],
        [query('rollback')],
        [call(oidOf('twice'), 1, 2)],
        [textCall(oidOf('twice'), 'no number')],
        [query('select 1')],
      ];
      for (const group of groups) {
        direct.send(...group);
        const expected = transcript(await direct.until('Z'));
        expect(await answer(client, ...group)).toEqual(expected);
      }
    });
    direct.close();
  });

  it('is refused for anything else, and the session lives on', () =>
    withClient(async (client) => {
      for (const name of ['thrice', 'upper', 'pg_reload_conf']) {
        client.send(call(oidOf(name), 1));
        const [error] = await client.until('Z');
        expect(reportOf(error).get('M')).toMatch(
          /^\[DENIED\] Function call messages are not served for .+SELECT/,
        );
      }
      expect(await answer(client, query('select 7'))).toContain('C 53454c454354203100');
    }));

  it('is decided like any statement: what policy refuses stays refused', () =>
    withClient(async (client) => {
      client.send(textCall(oidOf('set_config'), 'search_path', 'nowhere', 'f'));
      const [error] = await client.until('Z');
      expect(error?.type).toBe('E');
      const rows = await answer(client, query('show search_path'));
      expect(rows.join()).not.toContain(Buffer.from('nowhere').toString('hex'));
    }));

  it('does not reach a function that took the place of an allowed one', () =>
    withClient(async (client) => {
      expect(await answer(client, call(oidOf('twice'), 2))).toEqual(['V 0000000400000004', 'Z 49']);
      await answer(client, query('alter function public.twice(int) rename to once_twice'));
      await answer(client, query('alter function public.thrice(int) rename to twice'));
      client.send(call(oidOf('twice'), 2));
      expect(reportOf((await client.until('Z'))[0]).get('M')).toContain('not served for public.once_twice');
      await answer(client, query('alter function public.twice(int) rename to thrice'));
      await answer(client, query('alter function public.once_twice(int) rename to twice'));
    }));

  it('brings a value of any size', () =>
    withClient(async (client) => {
      const [result] = await answer(client, call(oidOf('huge'), 20_000_000));
      expect((result as string).length).toBe(2 + 2 * (20_000_000 + 4));
    }));

  it('ends the session when it is malformed', () =>
    withClient(async (client) => {
      client.send(
        message('F'.charCodeAt(0), int32(oidOf('twice')), int16(1), int16(1), int16(1), int32(400)),
      );
      const frames = await client.until('never', 1, 5_000);
      expect(reportOf(frames[0]).get('C')).toBe('08P01');
      expect(client.closed).toBe(true);
    }));

  it('is not served at all where the resource names no function', async () => {
    const plain = await startTestGateway({ target, policies: 'permit-all' });
    const { client } = await rawThroughGateway(plain);
    client.send(call(oidOf('lo_creat'), -1));
    const frames = await client.until('Z');
    expect(frames.map(({ type }) => type)).toEqual(['E', 'Z']);
    expect(reportOf(frames[0]).get('M')).toBe(
      '[DENIED] Function call messages are not served. Call the function by SELECT.',
    );
    client.close();
    await plain.close();
  });

  it('is refused where the same call by SELECT would be held or masked', async () => {
    const strict = await startTestGateway({ target, functionCalls: ['large_objects', 'public.twice'] });
    const { client } = await rawThroughGateway(strict);
    client.send(call(oidOf('lo_creat'), -1));
    expect(reportOf((await client.until('Z'))[0]).get('M')).toMatch(
      /^\[DENIED\] A person has to see this call.+SELECT/,
    );
    client.close();
    await strict.close();
  });
});

describe('where what comes back is searched', () => {
  it('only calls of large objects are served: their answers are numbers and bytes', async () => {
    const searching = await startTestGateway({
      target,
      policies: 'permit-all',
      detect: ['email'],
      functionCalls: ['large_objects', 'public.twice', 'public.huge'],
    });
    const { client } = await rawThroughGateway(searching);
    const [refused] = await answer(client, call(oidOf('huge'), 3));
    expect(refused).toContain('searched for confidential values');
    await answer(client, query('begin'));
    expect((await answer(client, call(oidOf('lo_creat'), -1)))[0]).toMatch(/^V 00000004/);
    client.close();
    await searching.close();
  });
});
