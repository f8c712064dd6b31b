import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, forgetPeak, memoryOf, type ThriftyClient, thriftyLogin } from '#bench/postgres/footprint';
import type { GatewayOrder } from '#bench/postgres/gateway';
import { child, tokens } from '#bench/postgres/process';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

// At a reduced size; `npm run bench:memory` has the real one. Only Linux tells a process's memory.

const mebibyte = 2 ** 20;
const rowBytes = 256 * mebibyte;
/** A quarter of the row: whoever kept it would have all of it. */
const growthMax = 96 * mebibyte;

let target: TargetDatabase;
let home: string;
let issued: Awaited<ReturnType<typeof tokens>>;
let worker: Awaited<ReturnType<typeof child>>;

beforeAll(async () => {
  target = await createTargetDatabase();
  home = await mkdtemp(join(tmpdir(), 'countersign-memory-'));
  issued = await tokens();
  const keyFile = join(home, 'sealing.key');
  await writeFile(keyFile, randomBytes(32).toString('base64'));
  const order: GatewayOrder = {
    home,
    keyFile,
    issuer: issued.issuer,
    target: {
      host: target.host,
      port: target.port,
      database: target.database,
      user: target.user,
      password: target.password,
    },
    tls: null,
    recording: true,
  };
  worker = await child('./gateway.ts', order, null, ['--expose-gc']);
  // The runtime still compiles what was warmed up.
  await sleep(6_000);
});

afterAll(async () => {
  worker?.child.disconnect();
  issued?.server.close();
  await target?.drop();
  if (home) await rm(home, { recursive: true, force: true });
});

const login = () => thriftyLogin(worker.port, issued.token, false);

/** How much more than before a worker has at most, while `work` runs. */
async function growthOf(work: () => Promise<void>): Promise<number> {
  await collect(worker.child);
  const before = await memoryOf(worker.child, 'VmRSS');
  await forgetPeak(worker.child);
  await work();
  return (await memoryOf(worker.child, 'VmHWM')) - before;
}

describe.skipIf(process.platform !== 'linux')('the memory of a worker', () => {
  it('does not hold a row of 256 MiB that passes out', { timeout: 60_000 }, async () => {
    const client = await login();
    await client.query('select 1');
    expect(await growthOf(() => client.query(`select repeat('x', ${rowBytes})`))).toBeLessThan(growthMax);
    expect(client.rowBytes).toBeGreaterThan(rowBytes);
    client.close();
  });

  it('does not hold one that a slow reader takes its time for', { timeout: 60_000 }, async () => {
    const client = await login();
    await client.query('select 1');
    const growth = await growthOf(async () => {
      const passing = client.query(`select repeat('x', ${rowBytes})`);
      client.pause();
      await sleep(3_000);
      client.resume();
      await passing;
    });
    expect(growth).toBeLessThan(growthMax);
    client.close();
  });

  it('does not hold one that passes in', { timeout: 60_000 }, async () => {
    const client = await login();
    await client.query('create temp table large(body text)');
    const growth = await growthOf(() => client.copyIn('copy large from stdin', rowBytes));
    expect(growth).toBeLessThan(growthMax);
    client.close();
  });

  it('is little for sessions that do nothing', { timeout: 60_000 }, async () => {
    const clients: ThriftyClient[] = [];
    const open = async (count: number) => {
      for (; clients.length < count; ) {
        const client = await login();
        clients.push(client);
        await client.query('select 1');
      }
      await collect(worker.child);
      return memoryOf(worker.child, 'VmRSS');
    };
    const before = await open(20);
    const after = await open(120);
    for (const client of clients) client.close();
    expect((after - before) / 100 / 1024).toBeLessThan(150);
  });
});
