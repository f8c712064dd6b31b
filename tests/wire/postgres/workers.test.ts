import { connect } from 'node:net';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancelRelay } from '#proxy/listeners/postgres/cancel-relay';
import { cancelRequest, password, query, startup } from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { RawClient, reportOf } from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let first: TestGateway;
let second: TestGateway;
let other: TestGateway;

beforeAll(async () => {
  target = await createTargetDatabase();
  first = await startTestGateway({ target, policies: 'permit-all', workers: 2 });
  second = await startTestGateway({ target, policies: 'permit-all', workers: 2, beside: first });
  // On a port of its own, so that a test can choose it.
  other = await startTestGateway({ target, policies: 'permit-all', beside: first });
});

afterAll(async () => {
  await Promise.all([other?.close(), second?.close()]);
  await first?.close();
  await target?.drop();
});

/** Logs in with a protocol version; the key as BackendKeyData gave it. */
async function login(
  gateway: TestGateway,
  version: number,
): Promise<{ client: RawClient; pid: number; key: Buffer }> {
  const client = new RawClient(connect(gateway.port, '127.0.0.1'));
  client.send(
    startup(
      version,
      new Map([
        ['user', 'migrator'],
        ['database', 'shop'],
      ]),
    ),
  );
  await client.until('R');
  client.send(password(await gateway.token('migrator')));
  const greeting = await client.until('Z');
  const data = greeting.find(({ type }) => type === 'K')?.bytes as Buffer;
  return { client, pid: data.readInt32BE(5), key: data.subarray(9) };
}

/** Sends a CancelRequest; resolves when the gateway has closed that connection. */
function cancel(gateway: TestGateway, pid: number, key: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(cancelRequest(pid, key)));
    socket.on('error', () => {});
    socket.once('close', () => resolve());
    socket.resume();
  });
}

async function sleeps(text: string): Promise<void> {
  const watcher = await other.connect();
  const asleep = async () =>
    (await watcher.query('select from pg_stat_activity where query = $1', [text])).rowCount;
  await expect.poll(asleep, { timeout: 10_000 }).toBe(1);
  await watcher.end();
}

describe('workers on one port', () => {
  it('share the connections, each with its own spool', async () => {
    expect(second.port).toBe(first.port);
    const clients = await Promise.all(Array.from({ length: 32 }, () => first.connect()));
    const sessionsOf = async ({ adminPort }: TestGateway) => {
      const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
      return Number(/^countersign_sessions (\d+)$/m.exec(text)?.[1]);
    };
    const [one, two] = await Promise.all([sessionsOf(first), sessionsOf(second)]);
    expect(one + two).toBe(32);
    expect(Math.min(one, two)).toBeGreaterThan(0);
    const answers = await Promise.all(
      clients.map((client: Client, n) => client.query('select $1::int as n', [n])),
    );
    expect(answers.map(({ rows }) => rows[0].n)).toEqual(Array.from({ length: 32 }, (_, n) => n));
    await Promise.all(clients.map((client: Client) => client.end()));
  });

  it.each([
    ['3.0', 196_608, 4],
    ['3.2', 196_610, 32],
  ])('cancel for each other with a key of protocol %s', async (_name, version, bytes) => {
    const { client, pid, key } = await login(first, version);
    expect(key).toHaveLength(bytes);
    const text = `select pg_sleep(30), ${version}`;
    client.send(query(text));
    await sleeps(text);
    await cancel(other, pid, key);
    const frames = await client.until('Z');
    expect(reportOf(frames.find(({ type }) => type === 'E')).get('C')).toBe('57014');
    client.close();
  });

  it('act on no other key, and on no proof that was not made by a worker', async () => {
    const { client, pid, key } = await login(first, 196_610);
    client.send(query('select pg_sleep(1), 5'));
    await sleeps('select pg_sleep(1), 5');
    const wrong = Buffer.from(key);
    wrong[0] = (wrong[0] as number) ^ 1;
    await cancel(other, pid, wrong);
    await cancel(other, pid, key.subarray(0, 4));
    await cancel(first, pid, Buffer.alloc(256));
    await first.control.relayCancel(key.toString('base64url'));
    await first.control.relayCancel('');
    const frames = await client.until('Z');
    expect(frames.map(({ type }) => type)).toEqual(['T', 'D', 'C', 'Z']);
    client.close();
  });

  it('pass on so many a second and no more', () => {
    const relay = new CancelRelay(first.control);
    const sent = (nowMs: number) =>
      Array.from({ length: 80 }, () => relay.send('none', nowMs)).filter(Boolean).length;
    expect(sent(5_000)).toBe(50);
    expect(sent(5_999)).toBe(0);
    expect(sent(6_000)).toBe(50);
  });
});
