import type { Socket } from 'node:net';
import type { StatementRun } from './run.ts';

/** Smaller outputs of several pieces are copied together: one write is cheaper than two. */
const copyBytesMax = 128 * 1024;

/** Ranges of buffers, neighbours joined. */
class Ranges {
  #pieces: Buffer[] = [];
  #buffer: Buffer | null = null;
  #start = 0;
  #end = 0;
  bytes = 0;

  add(buffer: Buffer, start: number, end: number): void {
    this.bytes += end - start;
    if (buffer === this.#buffer && start === this.#end) {
      this.#end = end;
      return;
    }
    this.#close();
    this.#buffer = buffer;
    this.#start = start;
    this.#end = end;
  }

  take(): Buffer[] {
    this.#close();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.bytes = 0;
    return pieces;
  }

  #close(): void {
    const buffer = this.#buffer;
    if (buffer === null) return;
    const whole = this.#start === 0 && this.#end === buffer.length;
    this.#pieces.push(whole ? buffer : buffer.subarray(this.#start, this.#end));
    this.#buffer = null;
  }
}

/** What goes to a socket after one read: gathered without copying, then written at once. */
export class Output {
  readonly #socket: Socket;
  readonly #ranges = new Ranges();
  readonly #ofRun = new Ranges();
  #run: StatementRun | null = null;
  #muted = false;
  total = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get pendingBytes(): number {
    return this.#ranges.bytes;
  }

  /** Bytes of a buffer that nobody writes to any more. */
  range(buffer: Buffer, start: number, end: number): void {
    if (this.#muted) return;
    this.#ranges.add(buffer, start, end);
    if (this.#run !== null) this.#ofRun.add(buffer, start, end);
  }

  message(bytes: Buffer): void {
    this.range(bytes, 0, bytes.length);
  }

  /** What follows belongs to `run`: its bytes are counted and hashed. */
  attribute(run: StatementRun | null): void {
    if (run === this.#run) return;
    this.settle(false);
    this.#run = run;
  }

  /** Hands the bytes gathered for the current run over to it. */
  settle(finished: boolean): void {
    if (this.#run === null) return;
    this.#run.sent(this.#ofRun.take(), finished);
    if (finished) this.#run = null;
  }

  /** Drops what was gathered and not written, and whatever comes. */
  mute(): void {
    this.#muted = true;
    this.#ranges.take();
    this.#ofRun.take();
  }

  /** What was gathered, to be written later by `write`. */
  take(): Buffer[] {
    this.settle(false);
    this.total += this.#ranges.bytes;
    return this.#ranges.take();
  }

  /** Writes it. False: the peer reads slowly, so read no more until its socket drains. */
  flush(): boolean {
    const { bytes } = this.#ranges;
    return this.write(this.take(), bytes);
  }

  write(pieces: readonly Buffer[], bytes: number): boolean {
    if (bytes === 0) return !this.#socket.writableNeedDrain;
    if (pieces.length === 1) return this.#socket.write(pieces[0] as Buffer);
    if (bytes <= copyBytesMax) return this.#socket.write(Buffer.concat(pieces, bytes));
    this.#socket.cork();
    let writable = true;
    for (const piece of pieces) writable = this.#socket.write(piece);
    this.#socket.uncork();
    return writable;
  }
}
