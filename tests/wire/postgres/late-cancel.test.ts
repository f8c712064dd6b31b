import { connect, createServer, type Server } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cancelRequest } from '#proxy/listeners/postgres/codec/write';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

// Between gateway and target, cancels are slow: they arrive when what they meant is long over.

const cancelCode = 80_877_102;
const cancelDelayMs = 600;

let target: TargetDatabase;
let gateway: TestGateway;
let slow: Server;
let cancels = 0;

beforeAll(async () => {
  target = await createTargetDatabase();
  slow = createServer({ allowHalfOpen: true }, (inner) => {
    inner.on('error', () => {});
    inner.once('data', (first: Buffer) => {
      const isCancel = first.length >= 8 && first.readUInt32BE(4) === cancelCode;
      inner.pause();
      if (isCancel) cancels += 1;
      setTimeout(
        () => {
          const outer = connect({ port: target.port, host: target.host, allowHalfOpen: true });
          outer.on('error', () => inner.destroy());
          outer.on('close', () => inner.destroy());
          inner.on('close', () => outer.destroy());
          outer.write(first);
          outer.pipe(inner);
          inner.pipe(outer);
        },
        isCancel ? cancelDelayMs : 0,
      );
    });
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const address = slow.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  gateway = await startTestGateway({ target: { ...target, port: address.port }, policies: 'permit-all' });
});

afterAll(async () => {
  await gateway?.close();
  slow?.close();
  await target?.drop();
});

interface Keyed {
  readonly processID: number;
  readonly secretKey: number;
}

/** Cancels a short statement; what comes of the long one that is sent when the short one is over. */
async function nextAfterCancel(client: Client, port: number): Promise<string> {
  const { processID, secretKey } = client as unknown as Keyed;
  const key = Buffer.alloc(4);
  key.writeInt32BE(secretKey);
  const short = client.query('SELECT pg_sleep(0.3)');
  connect(port, '127.0.0.1')
    .on('error', () => {})
    .end(cancelRequest(processID, key));
  await short;
  return client.query('SELECT pg_sleep(1)').then(
    () => 'it ran',
    (error: Error) => error.message,
  );
}

it('a cancel that arrives late hits nothing that was sent after it', async () => {
  const slowPort = (slow.address() as { port: number }).port;
  const url = new URL(target.url);
  url.port = String(slowPort);
  const direct = new Client({ connectionString: url.href });
  await direct.connect();
  expect(await nextAfterCancel(direct, slowPort)).toBe('canceling statement due to user request');
  await direct.end();

  const client = await gateway.connect();
  const before = cancels;
  expect(await nextAfterCancel(client, gateway.port)).toBe('it ran');
  expect(cancels).toBe(before + 1);
  await client.end();
});
