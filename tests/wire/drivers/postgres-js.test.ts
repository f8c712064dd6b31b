import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothWays, openBothWays, type Way } from '#tests/support/both-ways';

let ways: BothWays;

beforeAll(async () => {
  ways = await openBothWays();
});

afterAll(() => ways?.close());

/** Runs `work` on both ways with a pool of its own; the two answers must be equal. */
async function same(work: (sql: postgres.Sql, way: Way) => Promise<unknown>, max = 1): Promise<unknown> {
  const { direct, gateway } = await ways.both(async (way) => {
    const notices: unknown[] = [];
    const sql = postgres({
      host: way.host,
      port: way.port,
      user: way.user,
      password: way.password,
      database: way.database,
      ssl: way.tls ? { rejectUnauthorized: false } : false,
      max,
      onnotice: ({ severity, message }) => notices.push([severity, message]),
    });
    try {
      return { answer: await work(sql, way), notices };
    } finally {
      await sql.end({ timeout: 1 });
    }
  });
  expect(gateway).toEqual(direct);
  return direct.answer;
}

const errorOf = (run: PromiseLike<unknown>) =>
  Promise.resolve(run).then(
    (rows) => ({ rows }),
    (error: postgres.PostgresError) => {
      const { code, message, detail, hint, position, constraint_name, column_name, table_name } = error;
      return { code, message, detail, hint, position, constraint_name, column_name, table_name };
    },
  );

describe('postgres.js', () => {
  it('decodes and encodes types', async () => {
    await same(async (sql) => {
      // Only then it knows the types of arrays.
      await sql`select 1`;
      const at = new Date('2024-02-29T12:00:00.123Z');
      const rows =
        await sql`select ${1}::int4 as n, ${'naïve ☃'}::text as t, ${true}::bool as b, ${at}::timestamptz as at,
        ${[1, 2, 3]}::int4[] as list, ${sql.array(['a', 'b"{,}'])}::text[] as texts, ${sql.json({ a: [1, null] })}::jsonb as doc,
        ${Buffer.from([0, 255])}::bytea as bytes, ${null}::text as nothing, ${'12.50'}::numeric as amount,
        '1 day'::interval as span, '{{1,2},{3,4}}'::int4[] as deep, 9007199254740993::int8 as big`;
      return [rows, rows.columns?.map(({ name, type }) => [name, type])];
    });
  });

  it('repeats prepared statements, with other values and after errors', async () => {
    await same(async (sql) => {
      const answers: unknown[] = [];
      for (const n of [5, 0, 2]) answers.push(await errorOf(sql`select 10 / ${n}::int4 as n`));
      return answers;
    });
  });

  it('pipelines on one connection', async () => {
    const answer = await same((sql) =>
      Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          errorOf(n % 10 === 9 ? sql`select 1 / ${0}::int4` : sql`select ${n}::int4 as n`),
        ),
      ),
    );
    expect(answer).toHaveLength(100);
  });

  it('has transactions, savepoints and their errors', async () => {
    await same(async (sql) => {
      const outcomes: unknown[] = [];
      await sql.begin(async (tx) => {
        await tx`create temp table steps(n int primary key)`;
        await tx`insert into steps ${tx([{ n: 1 }, { n: 2 }])}`;
        outcomes.push(
          await errorOf(
            tx.savepoint(async (point) => {
              await point`insert into steps values (3)`;
              await point`insert into steps values (1)`;
            }),
          ),
        );
        outcomes.push(await tx`select n from steps order by n`);
      });
      outcomes.push(await errorOf(sql.begin((tx) => [tx`insert into steps values (9)`, tx`select broken`])));
      outcomes.push(await errorOf(sql.begin('read only', (tx) => tx`create table never(n int)`)));
      outcomes.push(await sql`select count(*) from steps`);
      return outcomes;
    });
  });

  it('reads by cursors and in pieces', async () => {
    await same(async (sql) => {
      const pieces: number[] = [];
      await sql`select generate_series(1, 100) as n`.cursor(30, (rows) => void pieces.push(rows.length));
      for await (const rows of sql`select generate_series(1, 10) as n`.cursor(4)) pieces.push(rows.length);
      await sql`select generate_series(1, 20) as n`.cursor(5, () => sql.CLOSE);
      let sum = 0;
      await sql`select generate_series(1, 50) as n`.forEach((row) => {
        sum += row.n;
      });
      return [pieces, sum, await sql`select 1 as still`];
    });
  });

  it('copies in and out', async () => {
    await same(async (sql) => {
      await sql`create temp table copied(id int, body text)`;
      const lines = Array.from({ length: 5_000 }, (_, n) => `${n}\tline ${n}\n`);
      await pipeline(Readable.from(lines), await sql`copy copied from stdin`.writable());
      const out = await text(await sql`copy (select * from copied order by id) to stdout`.readable());
      return [out, await sql`select count(*), sum(id) from copied`];
    });
  });

  it('cancels', async () => {
    const answer = await same(async (sql) => {
      // What is cancelled before there is a connection never reaches the server.
      await sql`select 1`;
      const slow = sql`select pg_sleep(30)`;
      const done = errorOf(slow);
      setTimeout(() => slow.cancel(), 300);
      return [await done, await sql`select 1 as n`];
    });
    expect(answer).toMatchObject([{ code: '57014' }, [{ n: 1 }]]);
  });

  it('listens', async () => {
    await same(async (sql) => {
      const heard: string[] = [];
      const { unlisten } = await sql.listen('news', (payload) => void heard.push(payload));
      await sql.notify('news', 'one');
      await sql`select pg_notify('news', 'two ☃')`;
      await expect.poll(() => heard.length).toBe(2);
      await unlisten();
      return heard;
    }, 2);
  });

  it('uses large objects', async () => {
    await same(async (sql) => {
      const object = await sql.largeObject();
      await object.write(Buffer.from('0123456789'.repeat(1_000)));
      await object.seek(5);
      const read: unknown = await object.read(10);
      const size = await object.size();
      await object.truncate(3);
      await object.close();
      return [read, size];
    });
  });

  it('reports errors as the server does', async () => {
    await same(async (sql) => [
      await errorOf(sql`selekt 1`),
      await errorOf(sql`select * from nowhere`),
      await errorOf(sql`select nothing from customers`),
      await errorOf(
        sql`insert into customers (id, name, email, ssn, created_at) select 1, 'a', 'b', 'c', '2024-01-01Z'`,
      ),
      await errorOf(sql`insert into customers (id, created_at) values (null, '2024-01-01Z')`),
      await errorOf(sql`select ${'x'}::int4`),
      await errorOf(sql.unsafe('select 1; select 1/0; select 3')),
    ]);
  });

  it('sends several statements, describes, and gives counts and notices', async () => {
    await same(async (sql) => {
      const several = await sql.unsafe('select 1 as a; select 2 as b, 3 as c');
      await sql`drop table if exists nothing_there`;
      const { count, command } = await sql`update customers set name = name where id < 5`;
      const { string, types, columns } = await sql`select id, name from customers where id = ${1}`.describe();
      return [several, count, command, string, types, columns.map(({ name, type }) => [name, type])];
    });
  });
});
