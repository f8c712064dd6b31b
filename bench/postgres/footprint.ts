import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { FrameReader } from '#proxy/listeners/postgres/codec/frames';
import { fromClient, fromServer } from '#proxy/listeners/postgres/codec/types';
import { message, password, query, sslRequest, startup } from '#proxy/listeners/postgres/codec/write';

const protocol30 = 196_608;
const chunkBytes = 64 * 1024;

/** Memory of a process in bytes: what it has now (`VmRSS`), and the most that it ever had (`VmHWM`). */
export async function memoryOf(child: ChildProcess, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  if (kilobytes === undefined) throw new Error('only Linux tells how much memory a process has');
  return Number(kilobytes) * 1024;
}

/** From now on `VmHWM` is the most since this moment. */
export function forgetPeak(child: ChildProcess): Promise<void> {
  return writeFile(`/proc/${child.pid}/clear_refs`, '5');
}

/** Has a process collect its garbage; it was started with `--expose-gc`. */
export async function collect(child: ChildProcess): Promise<void> {
  child.send('collect');
  await once(child, 'message');
}

/** A client that keeps nothing of what it gets: rows are counted by their bytes. */
export class ThriftyClient {
  readonly #socket: Socket;
  readonly #reader = new FrameReader(() => 'stream');
  rowBytes = 0;
  #ready = 0;
  #failed = '';
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#failed ||= 'the connection was closed';
      this.#wake();
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** Sends a message and waits for the ReadyForQuery after it. */
  async ask(bytes: Buffer): Promise<void> {
    this.#ready = 0;
    this.#socket.write(bytes);
    await this.#until(() => this.#ready > 0);
  }

  query(text: string): Promise<void> {
    return this.ask(query(text));
  }

  /** COPY … FROM STDIN of one row of `bytes` bytes in one message, fed no faster than it is taken. */
  async copyIn(text: string, bytes: number): Promise<void> {
    this.#socket.write(query(text));
    const head = Buffer.alloc(5);
    head[0] = fromClient.copyData;
    head.writeInt32BE(4 + bytes + 1, 1);
    this.#socket.write(head);
    const chunk = Buffer.alloc(chunkBytes, 'x');
    for (let sent = 0; sent < bytes; sent += chunkBytes) {
      if (!this.#socket.write(chunk.subarray(0, Math.min(chunkBytes, bytes - sent)))) {
        await once(this.#socket, 'drain');
      }
    }
    this.#socket.write('\n');
    await this.ask(message(fromClient.copyDone));
  }

  /** Reads nothing until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.#failed !== '') throw new Error(this.#failed);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(chunk: Buffer): void {
    const reader = this.#reader;
    reader.push(chunk);
    for (let got = reader.next(); got !== 'more'; got = reader.next()) {
      if (reader.type === fromServer.dataRow) this.rowBytes += reader.end - reader.start;
      if (reader.type === fromServer.readyForQuery) this.#ready += 1;
      if (reader.type === fromServer.error) {
        this.#failed = reader.buffer.toString('utf8', reader.start, Math.min(reader.end, reader.start + 300));
      }
    }
    this.#wake();
  }
}

/** Logs in at a gateway as the agent `bench`, in TLS or plain. */
export async function thriftyLogin(port: number, token: string, tls: boolean): Promise<ThriftyClient> {
  const plain = connect({ host: '127.0.0.1', port, noDelay: true });
  const socket = tls ? await encrypted(plain) : plain;
  const client = new ThriftyClient(socket);
  socket.write(
    startup(
      protocol30,
      new Map([
        ['user', 'bench'],
        ['database', 'bench'],
      ]),
    ),
  );
  await client.ask(password(token));
  return client;
}

function encrypted(plain: Socket): Promise<Socket> {
  plain.write(sslRequest);
  return new Promise((resolve, reject) => {
    plain.once('error', reject);
    plain.once('data', () => {
      const secure = connectTls(
        { socket: plain, rejectUnauthorized: false, ALPNProtocols: ['postgresql'] },
        () => resolve(secure),
      );
      secure.once('error', reject);
    });
  });
}
