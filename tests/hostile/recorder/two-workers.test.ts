import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#bin/ports';
import { cancelRequest, password, query, startup } from '#proxy/listeners/postgres/codec/write';
import { RawClient, reportOf } from '#tests/support/raw-postgres';
import { createGatewayWorld, type GatewayWorld, type RunningGateway } from './real-gateway.ts';

const long = 'select count(*) from generate_series(1, 2000000000) n';

let world: GatewayWorld;
let workers: RunningGateway[];
let port: number;

beforeAll(async () => {
  world = await createGatewayWorld();
  port = await freePort();
  const shared = { COUNTERSIGN_POSTGRES_PORT: String(port), COUNTERSIGN_GATEWAY_WORKERS: '2' };
  workers = [await world.start(shared), await world.start(shared)];
}, 120_000);

afterAll(() => world?.drop());

async function login(): Promise<{ client: RawClient; pid: number; key: Buffer }> {
  const client = new RawClient(connect(port, '127.0.0.1'));
  client.send(
    startup(
      196_608,
      new Map([
        ['user', 'migrator'],
        ['database', 'shop'],
      ]),
    ),
  );
  await client.until('R');
  client.send(password(await world.tokens.token('migrator')));
  const greeting = await client.until('Z');
  const data = greeting.find(({ type }) => type === 'K')?.bytes as Buffer;
  return { client, pid: data.readInt32BE(5), key: data.subarray(9) };
}

function cancel(pid: number, key: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(cancelRequest(pid, key)));
    socket.on('error', () => {});
    socket.once('close', () => resolve());
    socket.resume();
  });
}

describe('two worker processes on one port', () => {
  it('cancel each other’s sessions through the control database, whichever is asked', {
    timeout: 90_000,
  }, async () => {
    expect(workers.map((worker) => worker.port)).toEqual([port, port]);
    const sessions = await Promise.all(Array.from({ length: 8 }, login));
    const watcher = new Client({ connectionString: world.target.url });
    await watcher.connect();
    const running = async () =>
      (await watcher.query('select from pg_stat_activity where query = $1', [long])).rowCount;
    for (const { client } of sessions) client.send(query(long));
    await expect.poll(running, { timeout: 30_000 }).toBe(sessions.length);
    // Each once: some of them reach the worker that does not have the session.
    await Promise.all(sessions.map(({ pid, key }) => cancel(pid, key)));
    for (const { client } of sessions) {
      const frames = await client.until('Z', 1, 30_000);
      expect(reportOf(frames.find(({ type }) => type === 'E')).get('C')).toBe('57014');
      client.close();
    }
    await watcher.end();
  });

  it('write a spool each', async () => {
    const spools = await readdir(join(world.home, 'spool'));
    expect(spools).toHaveLength(2);
  });
});
