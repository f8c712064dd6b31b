import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customer } from '#bin/sandbox/shop-data';
import { defaultCalls, generatedFrom } from '#lib/sql/catalog/questions';
import {
  bind,
  describe as describeMessage,
  execute,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { hasTool } from '#tests/support/command';
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { startShopServer } from '#tests/support/older-postgres';
import { rawDirect, rawThroughGateway, transcript } from '#tests/support/raw-postgres';
import { games } from './search-path-games.ts';

type Server = Awaited<ReturnType<typeof startShopServer>>;

const secret = customer(1).ssn;
/** No column of a table comes back, so nothing but the search_path tells whose `ssn` it is. */
const read = "select ssn || '' as value from customers where id = 1";

const majors = [14, 15, 16, 17, 18] as const;
const isHere = (major: (typeof majors)[number]) => major === 18 || hasTool(`Postgres ${major}`);

describe.each(majors.filter(isHere))('Postgres %i', (major) => {
  let server: Server;
  let open: TestGateway;
  let masked: TestGateway;

  beforeAll(async () => {
    server = await startShopServer(major);
    const client = await connected(server.url);
    await client.query(decoy);
    await client.end();
    open = await startTestGateway({ target: server, policies: 'permit-all' });
    masked = await startTestGateway({ target: server, policies: 'permit-all', masks: shopMasks, holdMs: 0 });
  });

  afterAll(async () => {
    await Promise.all([open?.close(), masked?.close()]);
    await server?.drop();
  });

  it('is that version, and tells it', async () => {
    const client = await masked.connect();
    const { rows } = await client.query("select current_setting('server_version_num')::int / 10000 as major");
    expect(rows).toEqual([{ major }]);
    await client.end();
  });

  it('answers through the gateway as directly', async () => {
    const direct = await rawDirect(server);
    const { client } = await rawThroughGateway(open, 'migrator', [['application_name', 'direct']]);
    for (const group of groups) {
      direct.send(...group);
      client.send(...group);
      const ends = group.filter((bytes) => 'QS'.includes(String.fromCharCode(bytes[0] as number))).length;
      const expected = transcript(await direct.until('Z', ends));
      expect(transcript(await client.until('Z', ends))).toEqual(expected);
    }
    direct.close();
    client.close();
  });

  it('has its columns masked, in rows and in COPY', async () => {
    const client = await masked.connect();
    const { rows } = await client.query(
      'select c.*, o.id as "order" from customers c join orders o on o.customer_id = c.id where c.id = 1 limit 1',
    );
    expect(rows[0].name).toBe(customer(1).name);
    expect(rows[0].ssn).not.toContain(secret);
    const computed = await client.query(read).catch((error: Error) => error);
    expect(JSON.stringify(computed)).not.toContain(secret);
    await client.end();
  });

  it('hides what generated columns make of masked ones, and knows what defaults call', async () => {
    const owner = await connected(server.url);
    await owner.query(`create function public.filler() returns text language sql immutable as 'select 1::text';
      create table public.coded (id int, ssn text, made text generated always as (reverse(ssn)) stored,
        called text generated always as (ssn || public.filler()) stored, filled text default public.filler());
      alter table public.customers add column made text generated always as (reverse(ssn)) stored`);
    const asked = async (question: string) =>
      (await owner.query({ text: question, rowMode: 'array' })).rows.map((row: string[]) =>
        row.slice(1).join(' '),
      );
    const made = (await asked(generatedFrom)).sort();
    expect(made).toEqual(expect.arrayContaining(['3 ssn', '4 ssn']));
    expect(made.every((row) => row.endsWith(' ssn'))).toBe(true);
    expect((await asked(defaultCalls)).sort()).toEqual(['4 public.filler', '5 public.filler']);
    const client = await masked.connect();
    const reversed = [...secret].reverse().join('');
    const read = () =>
      client
        .query('select made from public.customers where id = 1')
        .then(({ rows }) => JSON.stringify(rows), String);
    await expect.poll(read, { timeout: 10_000 }).toContain('made');
    expect(await read()).not.toContain(reversed);
    await owner.query(
      'drop table public.coded; drop function public.filler(); alter table public.customers drop column made',
    );
    await Promise.all([client.end(), owner.end()]);
  });

  it('cancels', async () => {
    const client = await open.connect();
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    expect(processID).not.toBe(0);
    expect(secretKey).not.toBe(0);
    const sleeping = client.query('select pg_sleep(20)').catch((error: { code?: string }) => error.code);
    const other = await open.connect();
    await expect
      .poll(
        async () =>
          (await other.query("select from pg_stat_activity where query = 'select pg_sleep(20)'")).rowCount,
      )
      .toBe(1);
    const canceller = new Client(await open.options());
    (canceller as unknown as { cancel(of: Client, query: unknown): void }).cancel(
      client,
      (client as never as { _getActiveQuery(): unknown })._getActiveQuery(),
    );
    expect(await sleeping).toBe('57014');
    await Promise.all([client.end(), other.end()]);
  });

  it('sees what changes the search_path, however it is changed', { timeout: 240_000 }, async () => {
    const [through, bare] = await Promise.all([masked.connect(), connected(server.url)]);
    const leaks: string[] = [];
    for (const { name, messages } of games) {
      const seen = await told(through, messages);
      await reset(through);
      const direct = await told(bare, messages);
      await reset(bare);
      if (!seen[1]?.includes('decoy')) leaks.push(`${name} did not begin: ${seen.join(' ')}`);
      // Each is proven on the server first: a game that finds nothing there proves nothing here.
      if (!direct.join('\n').includes(secret))
        leaks.push(`${name} does not work directly: ${direct.join(' ')}`);
      if (seen.join('\n').includes(secret)) leaks.push(`${name}: ${seen.join(' ')}`);
    }
    expect(leaks).toEqual([]);
    await Promise.all([through.end(), bare.end()]);
  });

  it('sees it too when a trigger of the owner changes it', async () => {
    const owner = await connected(server.url);
    await owner.query(`create table public.touched(n int);
      create function public.moves() returns trigger language plpgsql as
        $$begin perform pg_catalog.set_config('search_path', 'public', false); return new; end$$;
      create trigger moves before insert on public.touched for each row execute function public.moves()`);
    const client = await masked.connect();
    await client.query('set search_path = decoy, public');
    const touch = () => client.query('insert into public.touched values (1)').then(() => 'done', String);
    await expect.poll(touch, { timeout: 10_000 }).toBe('done');
    await expect(client.query(read)).rejects.toThrow('public.customers.ssn is masked');
    await Promise.all([client.end(), owner.end()]);
  });

  it('starts a session with the path that a role was given', async () => {
    const owner = await connected(server.superuserUrl);
    await owner.query('alter role shop_owner set search_path = decoy, public');
    const first = await masked.connect();
    // What others made is seen at most five seconds later.
    const value = () =>
      first.query(read).then(
        ({ rows }) => rows,
        (error: Error) => error.message,
      );
    await expect.poll(value, { timeout: 10_000 }).toEqual([{ value: 'decoy' }]);
    await owner.query('alter role shop_owner reset search_path');
    await first.query('discard all').catch(() => {});
    const second = await masked.connect();
    for (const client of [first, second]) {
      const answer = await client.query(read).then(
        ({ rows }) => rows,
        (error: Error) => error.message,
      );
      expect(JSON.stringify(answer)).not.toContain(secret);
    }
    await Promise.all([first.end(), second.end(), owner.end()]);
  });
});

const decoy = `create schema decoy;
  create table decoy.customers(id int, ssn text);
  insert into decoy.customers values (1, 'decoy')`;

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Every answer to a game, rows and errors alike. */
async function told(client: Client, messages: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const message of ['set search_path = decoy, public', read, ...messages]) {
    await client.query(message.replace('{read}', read)).then(
      (result) => texts.push(JSON.stringify([result].flat().map(({ rows }) => rows))),
      (error: Error) => texts.push(error.message),
    );
  }
  return texts;
}

async function reset(client: Client): Promise<void> {
  await client.query('rollback');
  // A refusal holds back what follows it in a script.
  await client.query('set countersign.resume = on');
  await client.query('deallocate all');
  await client.query(`drop schema if exists gone cascade; drop schema if exists decoy cascade; ${decoy}`);
}

const groups: readonly (readonly Buffer[])[] = [
  [query('select 1; select null; ')],
  [query('begin'), query('select 1/0'), query('select 1'), query('rollback')],
  [parse('s', 'select $1::int4 + 1'), describeMessage('S', 's'), bind('', 's', ['4']), execute(''), sync],
  [bind('', 's', ['x']), execute(''), sync],
  [query('create temp table t(a int); insert into t values (1), (2)')],
  [query('copy t to stdout')],
  [query('begin; declare c cursor for select * from t'), query('fetch 1 from c'), query('commit')],
  [query('selekt 1')],
  [query('select * from customers order by id limit 3')],
  [query('set search_path = pg_temp, public'), query('show search_path'), query('reset search_path')],
  [query('discard all'), query('select 1')],
];
