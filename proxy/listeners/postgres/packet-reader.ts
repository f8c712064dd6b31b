import type { Socket } from 'node:net';
import { FrameFault } from './codec/frames.ts';

/** Reads whole packets of a connection that has not begun its session, and nothing beyond them. */
export class PacketReader {
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #wake: (() => void) | null = null;
  #closed = false;
  #released = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#data);
    socket.once('close', this.#close);
    socket.once('end', this.#close);
    socket.resume();
  }

  get bufferedBytes(): number {
    return this.#buffer.length;
  }

  /** The first byte, left in place. */
  async peek(): Promise<number> {
    while (this.#buffer.length === 0) await this.#more();
    return this.#buffer[0] as number;
  }

  /** The next packet, whose length `lengthOf` reads from its beginning (null: not yet known). */
  async packet(lengthOf: (bytes: Buffer) => number | null): Promise<Buffer> {
    for (;;) {
      const length = lengthOf(this.#buffer);
      if (length !== null && this.#buffer.length >= length) {
        const packet = this.#buffer.subarray(0, length);
        this.#buffer = this.#buffer.subarray(length);
        return packet;
      }
      await this.#more();
    }
  }

  /** Stops reading; what was read beyond the last packet goes back to the socket. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#socket.off('data', this.#data);
    this.#socket.off('close', this.#close);
    this.#socket.off('end', this.#close);
    this.#socket.pause();
    if (this.#buffer.length > 0) this.#socket.unshift(this.#buffer);
    this.#buffer = Buffer.alloc(0);
  }

  readonly #data = (chunk: Buffer): void => {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    this.#wake?.();
  };

  readonly #close = (): void => {
    this.#closed = true;
    this.#wake?.();
  };

  async #more(): Promise<void> {
    if (this.#closed) throw new FrameFault('the connection closed before it began');
    const before = this.#buffer.length;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
    if (this.#closed && this.#buffer.length === before)
      throw new FrameFault('the connection closed before it began');
  }
}
