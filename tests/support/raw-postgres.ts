import { connect, type Socket } from 'node:net';
import { FrameReader } from '#proxy/listeners/postgres/codec/frames';
import { readParameterStatus, readReport, readRowDescription } from '#proxy/listeners/postgres/codec/read';
import { password, startup } from '#proxy/listeners/postgres/codec/write';
import { connectUpstream } from '#proxy/listeners/postgres/upstream';
import type { TestGateway } from './gateway.ts';
import type { TargetDatabase } from './target-database.ts';

export interface RawFrame {
  /** The message's letter. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** A client that speaks the protocol message by message: what drivers never do, it can. */
export class RawClient {
  readonly socket: Socket;
  readonly frames: RawFrame[] = [];
  closed = false;
  readonly #reader = new FrameReader(() => 'whole');
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#reader.push(chunk);
      while (this.#reader.next() === 'frame') {
        const { buffer, start, end, type } = this.#reader;
        this.frames.push({
          type: String.fromCharCode(type),
          bytes: Buffer.from(buffer.subarray(start, end)),
        });
      }
      this.#wake?.();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#wake?.();
    });
    socket.resume();
  }

  send(...messages: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  /** Frames up to the `count`th of this type, or until the connection closes. They are taken out. */
  async until(type: string, count = 1, msMax = 10_000): Promise<RawFrame[]> {
    const deadline = Date.now() + msMax;
    for (;;) {
      let seen = 0;
      const at = this.frames.findIndex((frame) => frame.type === type && ++seen === count);
      if (at >= 0) return this.frames.splice(0, at + 1);
      if (this.closed) return this.frames.splice(0);
      if (Date.now() > deadline) {
        throw new Error(`no ${type} after ${this.frames.map((frame) => frame.type).join('')}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Logs in at the gateway as an agent; the greeting is taken. */
export async function rawThroughGateway(
  gateway: TestGateway,
  agent = 'migrator',
  more: [string, string][] = [],
) {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.setNoDelay(true);
  const client = new RawClient(socket);
  client.send(startup(196_608, new Map([['user', agent], ['database', 'shop'], ...more])));
  await client.until('R');
  client.send(password(await gateway.token(agent)));
  const greeting = await client.until('Z');
  return { client, greeting };
}

/** The same on the target itself. */
export async function rawDirect(target: TargetDatabase): Promise<RawClient> {
  const upstream = await connectUpstream({
    target: {
      resource: { id: 'res', name: 'direct', kind: 'postgres', environment: 'test', masks: [] },
      host: target.host,
      port: target.port,
      database: target.database,
      username: target.user,
      credentialSealed: null,
      tls: 'disable',
      caCertificate: null,
      durability: 'process',
    },
    password: target.password,
    applicationName: 'direct',
    settings: new Map(),
  });
  return new RawClient(upstream.socket);
}

export function reportOf(frame: RawFrame | undefined): ReadonlyMap<string, string> {
  if (frame === undefined) throw new Error('there is no such message');
  return readReport(frame.bytes, 0, frame.bytes.length);
}

/**
 * One line a message, without what may differ between two databases: oids of tables, places in the
 * server's source.
 */
export function transcript(frames: readonly RawFrame[]): string[] {
  return frames
    .filter(({ type }) => type !== 'K')
    .map(({ type, bytes }) => {
      if (type === 'E' || type === 'N') {
        const fields = readReport(bytes, 0, bytes.length);
        return `${type} ${['V', 'C', 'M', 'D', 'H', 'P'].map((letter) => fields.get(letter) ?? '').join('|')}`;
      }
      if (type === 'S') return `S ${readParameterStatus(bytes, 0, bytes.length).join('=')}`;
      if (type === 'T') {
        return `T ${readRowDescription(bytes, 0, bytes.length)
          .map(({ name, tableOid, attribute, typeOid, format }) =>
            [name, tableOid > 0, attribute, typeOid, format].join(','),
          )
          .join(' ')}`;
      }
      return `${type} ${bytes.subarray(5).toString('hex')}`;
    });
}
