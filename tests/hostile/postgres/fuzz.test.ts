import { connect, createServer, type Server } from 'node:net';
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
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { type RawClient, rawThroughGateway } from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;
let behindLiar: TestGateway;
let liar: { server: Server; port: number };
/** What the liar does to the bytes of the target, once the login is over. */
let lie: Damage = { kind: 'none' };

type Damage =
  | { readonly kind: 'none' }
  | { readonly kind: 'flip'; readonly at: number; readonly bits: number }
  | { readonly kind: 'drop'; readonly at: number; readonly count: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'cut'; readonly at: number };

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(400), bits: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('drop' as const), at: fc.nat(400), count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(400),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(400) }),
);

/** `passed` bytes went before these. */
function damaged(bytes: Buffer, what: Damage, passed = 0): Buffer {
  if (what.kind === 'none') return bytes;
  const at = what.at - passed;
  if (at < 0 || at >= bytes.length) return bytes;
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (what.kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.from([(after[0] as number) ^ what.bits]), after.subarray(1)]);
    case 'drop':
      return Buffer.concat([before, after.subarray(what.count)]);
    case 'insert':
      return Buffer.concat([before, what.bytes, after]);
    case 'cut':
      return before;
  }
}

/** Stands between gateway and target, and damages what the target says after its first ReadyForQuery. */
async function startLiar(): Promise<typeof liar> {
  const server = createServer((socket) => {
    const upstream = connect(target.port, target.host);
    const closing = () => {
      socket.destroy();
      upstream.destroy();
    };
    for (const one of [socket, upstream]) {
      one.on('error', closing);
      one.on('close', closing);
    }
    socket.on('data', (bytes: Buffer) => upstream.write(bytes));
    let said = 0;
    let isControl = false;
    socket.once('data', (bytes: Buffer) => {
      isControl = bytes.includes('countersign control');
    });
    let ready = false;
    upstream.on('data', (bytes: Buffer) => {
      if (!ready || isControl) {
        ready ||= bytes.includes(Buffer.from([0x5a, 0, 0, 0, 5]));
        socket.write(bytes);
        return;
      }
      socket.write(damaged(bytes, lie, said));
      said += bytes.length;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}

beforeAll(async () => {
  target = await createTargetDatabase();
  liar = await startLiar();
  const options = { policies: 'permit-all', masks: shopMasks, functionCalls: ['large_objects'] } as const;
  gateway = await startTestGateway({ ...options, masks: [...shopMasks], target });
  behindLiar = await startTestGateway({
    ...options,
    masks: [...shopMasks],
    target: { ...target, port: liar.port },
  });
});

afterAll(async () => {
  await Promise.all([gateway?.close(), behindLiar?.close()]);
  liar?.server.close();
  await target?.drop();
});

const messages = [
  query('select id, name, ssn from customers order by id limit 3; select 2'),
  parse('s', 'select id, email from customers where id = $1'),
  bind('', 's', ['1']),
  describeMessage('P', ''),
  execute(''),
  flush,
  close('S', 's'),
  sync,
  query('copy (select id, ssn from customers limit 2) to stdout'),
  query('create temp table if not exists fed(a int)'),
  query('copy fed from stdin'),
  message('d'.charCodeAt(0), Buffer.from('1\n')),
  message('c'.charCodeAt(0)),
  message('F'.charCodeAt(0), int32(957), int16(1), int16(1), int16(1), int32(4), int32(-1), int16(1)),
  sync,
];
const script = fc.shuffledSubarray(messages, { minLength: 1 });

/** Waits until nothing more comes, or the connection is closed. */
async function quiet(client: RawClient): Promise<void> {
  let seen = -1;
  for (let round = 0; round < 100 && !client.closed && seen !== client.frames.length; round += 1) {
    seen = client.frames.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** Nobody else suffers, and nothing broke that was not foreseen. */
async function isWell({ logged, connect: open }: TestGateway): Promise<void> {
  const client = await open();
  expect((await client.query('select id from customers where id = 1')).rows).toEqual([{ id: 1 }]);
  await client.end();
  const faults = logged.filter(({ error }) => error instanceof TypeError || error instanceof RangeError);
  expect(faults).toEqual([]);
}

describe('damaged messages', () => {
  it('of a client end at most its own session', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(script, damage, damage, async (list, one, other) => {
        const { client } = await rawThroughGateway(gateway);
        client.send(damaged(damaged(Buffer.concat(list), one), other));
        await quiet(client);
        client.close();
        await isWell(gateway);
      }),
      { numRuns: 60 },
    );
  });

  it('of a target end at most the session', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(script, damage, async (list, one) => {
        lie = one;
        const { client } = await rawThroughGateway(behindLiar).catch(() => ({ client: null }));
        if (client !== null) {
          client.send(Buffer.concat(list));
          await quiet(client);
          client.close();
        }
        lie = { kind: 'none' };
        await isWell(behindLiar);
      }),
      { numRuns: 60 },
    );
  });

  it('of random bytes after the login end the session', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const { client } = await rawThroughGateway(gateway);
        client.send(Buffer.from(bytes));
        await quiet(client);
        client.close();
      }),
      { numRuns: 40 },
    );
    await isWell(gateway);
  });
});
