import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bind, execute, parse, query, sync } from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { rawThroughGateway, reportOf } from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

const patient = { timeout: 20_000, interval: 20 };

let target: TargetDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({ target, policies: 'permit-all' });
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

async function direct<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(target.superuserUrl);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const running = (text: string) =>
  direct(async (client) => {
    const { rowCount } = await client.query(
      `select 1 from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()`,
      [`${text}%`],
    );
    return rowCount;
  });

describe('a cut session', () => {
  it('stops what runs, tells why, and leaves no backend behind', async () => {
    const client = await gateway.connect();
    const stopped = client.query('select pg_sleep(60)').catch((error: Error) => error);
    await expect.poll(() => running('select pg_sleep(60)'), patient).toBe(1);
    gateway.control.cut('agent', 'agt_migrator', 'suspended by Ada');
    expect(await stopped).toMatchObject({
      code: '28000',
      message: expect.stringContaining('suspended by Ada'),
    });
    await expect.poll(() => running('select pg_sleep(60)'), patient).toBe(0);
    await expect.poll(() => gateway.control.ended.at(-1), patient).toMatchObject({ state: 'cut' });
    await expect.poll(() => gateway.control.confirmed.length, patient).toBeGreaterThan(0);
    await expect.poll(() => gateway.control.statements.at(-1)?.outcome, patient).toBe('cancelled');
  });

  it('stops a statement that does not listen to a cancel', async () => {
    const client = await gateway.connect();
    // The block swallows the cancel, as some code does.
    const stubborn = `do $$ begin loop begin perform pg_sleep(0.2); exception when query_canceled then null; end; end loop; end $$`;
    const stopped = client.query(stubborn).catch((error: Error) => error);
    await expect.poll(() => running('do $$'), patient).toBe(1);
    gateway.control.cut('session', gateway.control.sessions.at(-1)?.id ?? '', 'ended by Ada');
    expect(await stopped).toMatchObject({ code: '28000' });
    await expect.poll(() => running('do $$'), patient).toBe(0);
  });

  it('rolls back what is open', async () => {
    const client = await gateway.connect();
    await client.query('begin');
    await client.query("update orders set status = 'cut' where id = 200");
    const grant = gateway.control.agents.get('agt_migrator')?.grants[0];
    if (!grant) throw new Error('no grant');
    const ended = new Promise((resolve) => client.once('error', resolve));
    gateway.control.revoke('agt_migrator', grant.id, 'no longer needed');
    expect(await ended).toMatchObject({ message: expect.stringContaining('no longer needed') });
    await expect
      .poll(
        () => direct(async (one) => (await one.query("select 1 from orders where status = 'cut'")).rowCount),
        patient,
      )
      .toBe(0);
    await expect(gateway.connect()).rejects.toMatchObject({ code: '3D000' });
    const agent = gateway.control.agents.get('agt_migrator');
    agent?.grants.push(grant);
    gateway.control.changed();
  });
});

describe('agents that leave', () => {
  it('do not leave their statement running', async () => {
    const client = await gateway.connect();
    client.query('select pg_sleep(61)').catch(() => {});
    await expect.poll(() => running('select pg_sleep(61)'), patient).toBe(1);
    client.connection.stream.destroy();
    await expect.poll(() => running('select pg_sleep(61)'), patient).toBe(0);
  });

  it('in the middle of a message are forgotten', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.socket.write(query('select 1, 2, 3').subarray(0, 9));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const id = gateway.control.sessions.at(-1)?.id;
    client.close();
    await expect.poll(() => gateway.control.ended.some((end) => end.id === id), patient).toBe(true);
  });

  it('after a Terminate have their statements run to the end, as the server does', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.send(query("update orders set status = 'left' where id = 201"), Buffer.from([0x58, 0, 0, 0, 4]));
    await client.until('never');
    expect(
      await direct(async (one) => (await one.query("select 1 from orders where status = 'left'")).rowCount),
    ).toBe(1);
  });
});

describe('large and many', () => {
  it('50,000 pipelined statements come back in order', async () => {
    const { client } = await rawThroughGateway(gateway);
    const one = [bind('', 's', []), execute('')];
    client.send(parse('s', "select 'row'"), sync);
    await client.until('Z');
    const all = Buffer.concat(Array.from({ length: 50_000 }, () => Buffer.concat(one)));
    client.send(all, sync);
    const frames = await client.until('Z', 1, 60_000);
    expect(frames.filter(({ type }) => type === 'D')).toHaveLength(50_000);
    client.close();
  }, 90_000);

  it('a row of 200 MB passes to a slow reader without being kept', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.socket.removeAllListeners('data');
    let bytes = 0;
    let peak = 0;
    const before = process.memoryUsage().rss;
    client.socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      peak = Math.max(peak, process.memoryUsage().rss);
      client.socket.pause();
      setImmediate(() => client.socket.resume());
    });
    const size = 200 * 1024 * 1024;
    client.send(query(`select repeat('x', ${size})`));
    await expect.poll(() => bytes, { timeout: 60_000, interval: 50 }).toBeGreaterThan(size);
    expect(peak - before).toBeLessThan(150 * 1024 * 1024);
    client.close();
  }, 90_000);

  it('a reader that does not read holds up nobody else', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.socket.pause();
    client.send(query('select generate_series(1, 3000000)'));
    const other = await gateway.connect();
    for (let index = 0; index < 20; index += 1) {
      expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    }
    await other.end();
    client.close();
  });
});

describe('when the control plane is away', () => {
  it('what runs goes on, and nothing new starts', async () => {
    const client = await gateway.connect();
    gateway.control.away = true;
    try {
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      await expect(gateway.connect()).rejects.toThrow();
    } finally {
      gateway.control.away = false;
    }
    await client.end();
    await expect
      .poll(
        () =>
          gateway.connect().then(
            (one) => one.end().then(() => true),
            () => false,
          ),
        patient,
      )
      .toBe(true);
  });

  it('a policy that can not be read stops statements until it can', async () => {
    const { client } = await rawThroughGateway(gateway);
    client.send(query('select 1'));
    await client.until('Z');
    gateway.control.away = true;
    gateway.control.changed();
    client.send(query('select 2'));
    const error = reportOf((await client.until('Z')).find(({ type }) => type === 'E'));
    expect(error.get('M')).toContain('nothing can be decided');
    gateway.control.away = false;
    client.send(query('select 3'));
    expect((await client.until('Z')).some(({ type }) => type === 'D')).toBe(true);
    client.close();
  });
});
