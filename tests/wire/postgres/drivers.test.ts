import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Client, Notification } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTool } from '#tests/support/command';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

const run = promisify(execFile);

let target: TargetDatabase;
let gateway: TestGateway;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({ target, tls: true, policies: 'permit-all' });
  const ca = join(gateway.home, 'ca.crt');
  await writeFile(ca, gateway.caCertificate);
  environment = {
    ...process.env,
    PGHOST: 'localhost',
    PGPORT: String(gateway.port),
    PGUSER: 'migrator',
    PGDATABASE: 'shop',
    PGPASSWORD: await gateway.token('migrator', { expiresIn: '30m' }),
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: ca,
    PGAPPNAME: 'test',
  };
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

async function withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await gateway.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('node-postgres', () => {
  it('decodes the usual types', () =>
    withClient(async (client) => {
      const { rows } = await client.query(
        `select $1::int4[] as list, $2::jsonb as doc, $3::timestamptz as at, $4::bytea as bytes, $5::numeric as amount`,
        [[1, 2], { a: [1] }, new Date(0), Buffer.from([0, 255]), '1.50'],
      );
      expect(rows[0]).toEqual({
        list: [1, 2],
        doc: { a: [1] },
        at: new Date(0),
        bytes: Buffer.from([0, 255]),
        amount: '1.50',
      });
    }));

  it('keeps named statements, also after an error', () =>
    withClient(async (client) => {
      const statement = { name: 'one', text: 'select 10 / $1::int4 as n' };
      expect((await client.query({ ...statement, values: [5] })).rows).toEqual([{ n: 2 }]);
      await expect(client.query({ ...statement, values: [0] })).rejects.toMatchObject({ code: '22012' });
      expect((await client.query({ ...statement, values: [2] })).rows).toEqual([{ n: 5 }]);
    }));

  it('copies in and out', () =>
    withClient(async (client) => {
      await client.query('create temp table copied(id int, body text)');
      const lines = Array.from({ length: 20_000 }, (_, index) => `${index}\t${'x'.repeat(100)}\n`);
      await pipeline(Readable.from(lines), client.query(copyFrom('copy copied from stdin')));
      const stream = client.query(copyTo('copy copied to stdout'));
      let bytes = 0;
      for await (const chunk of stream) bytes += (chunk as Buffer).length;
      expect(bytes).toBe(lines.join('').length);
      expect((await client.query('select count(*)::int4 as n from copied')).rows).toEqual([{ n: 20_000 }]);
    }));

  it('passes a value of 30 MB both ways', () =>
    withClient(async (client) => {
      const large = Buffer.alloc(30 * 1024 * 1024, 7);
      const { rows } = await client.query('select $1::bytea as back', [large]);
      expect(rows[0].back.equals(large)).toBe(true);
    }));

  it('hears notifications', () =>
    withClient(async (listener) => {
      await listener.query('listen news');
      const heard = new Promise<Notification>((resolve) => listener.once('notification', resolve));
      await withClient((speaker) => speaker.query("notify news, 'hello'"));
      expect(await heard).toMatchObject({ channel: 'news', payload: 'hello' });
    }));

  it('uses large objects', () =>
    withClient(async (client) => {
      await client.query('begin');
      const { rows } = await client.query("select lo_from_bytea(0, 'abc'::bytea) as oid");
      expect((await client.query('select lo_get($1) as bytes', [rows[0].oid])).rows[0].bytes.toString()).toBe(
        'abc',
      );
      await client.query('rollback');
    }));

  it('runs a script of ORM migrations in one message', () =>
    withClient(async (client) => {
      await client.query(`BEGIN;
        CREATE TABLE author(id serial PRIMARY KEY, name text NOT NULL);
        CREATE TABLE book(id serial PRIMARY KEY, author_id int REFERENCES author(id), title text);
        CREATE INDEX ON book(author_id);
        INSERT INTO author(name) VALUES ('x'), ('y');
        ALTER TABLE book ADD COLUMN year int DEFAULT 2000;
        COMMIT`);
      await client.query('insert into book(author_id, title) select id, name from author');
      expect((await client.query('select title, year from book order by 1')).rows).toEqual([
        { title: 'x', year: 2000 },
        { title: 'y', year: 2000 },
      ]);
      await client.query('drop table book; drop table author');
    }));
});

describe.skipIf(!hasTool('psql'))('psql', () => {
  const psql = (...commands: string[]) =>
    run('psql', ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...commands.flatMap((text) => ['-c', text])], {
      env: environment,
    });

  it('reads, describes and lists', async () => {
    expect((await psql('select count(*) from customers')).stdout.trim()).toBe('200');
    expect((await psql('\\d customers')).stdout).toContain('email');
    for (const command of [
      '\\dt',
      '\\d+ orders',
      '\\df',
      '\\du',
      '\\dn',
      '\\l',
      '\\di',
      '\\dp',
      '\\dT',
      '\\sf now',
    ]) {
      await psql(command).catch((error: Error) => {
        // psql 15 asks an 18 server for columns that it no longer has; that is the server's answer.
        expect(error.message).not.toContain('[DENIED]');
      });
    }
  });

  it('copies by \\copy', async () => {
    const file = join(gateway.home, 'rows.csv');
    await writeFile(file, '1,a\n2,"b,c"\n');
    const { stdout } = await psql(
      'create temp table c(a int, b text)',
      `\\copy c from '${file}' csv`,
      '\\copy c to stdout csv',
    );
    expect(stdout).toContain('2,"b,c"');
  });

  it('fetches by portions', async () => {
    const { stdout } = await run(
      'psql',
      ['-X', '-A', '-t', '-v', 'FETCH_COUNT=7', '-c', 'select generate_series(1, 50)'],
      { env: environment },
    );
    expect(stdout.trim().split('\n')).toHaveLength(50);
  });

  it('cancels on SIGINT', async () => {
    const child = execFile('psql', ['-X', '-c', 'select pg_sleep(20)'], { env: environment });
    let told = '';
    child.stderr?.on('data', (text: string) => {
      told += text;
    });
    await withClient((client) =>
      expect
        .poll(
          async () =>
            (await client.query("select 1 from pg_stat_activity where query like 'select pg_sleep(20)%'"))
              .rowCount,
          { timeout: 20_000 },
        )
        .toBe(1),
    );
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).not.toBe(0);
    expect(told).toContain('canceling statement due to user request');
  });
});

describe.skipIf(!hasTool('pgbench'))('pgbench', () => {
  it.each(['simple', 'extended', 'prepared'])('in mode %s', async (mode) => {
    await run('pgbench', ['-i', '-q', '-s', '1', '-I', 'dtgp'], { env: environment });
    const { stdout } = await run('pgbench', ['-M', mode, '-c', '2', '-t', '50', '-n'], { env: environment });
    expect(stdout).toContain('number of transactions actually processed: 100/100');
  });
});
