// Bytes → frames of protocol 3 after startup: type (1 byte), length (4, itself included), body.
// No sockets and no policy here. Nothing is allocated by a declared length, only by bytes that came.

/** `whole`: delivered when complete. `stream`: delivered in parts as they come. */
export type Delivery = 'whole' | 'stream';

/** Decides about a frame that is not complete in the chunk at hand. Throws `FrameFault` to refuse it. */
export type FrameRules = (type: number, length: number) => Delivery;

/** The peer broke the framing, or declared a length that is refused: nothing after it can be trusted. */
export class FrameFault extends Error {
  override readonly name = 'FrameFault';
}

const headerBytes = 5;
const nothing = Buffer.alloc(0);
const stashBytesFirst = 512;

/**
 * Feed it with `push`, then call `next` until it says `more`. After `frame` the fields name one whole
 * frame inside `buffer`; after `part` a piece of a streamed one, `first` and `last` telling which.
 */
export class FrameReader {
  type = 0;
  /** The buffer that the frame or part lies in, from `start` to `end`; a frame's body from `start + 5`. */
  buffer: Buffer = nothing;
  start = 0;
  end = 0;
  first = true;
  last = true;
  /** The declared length of a streamed frame. */
  declared = 0;

  readonly #rules: FrameRules;
  readonly #queue: Buffer[] = [];
  #queuedBytes = 0;
  #chunk: Buffer = nothing;
  #at = 0;
  #stash: Buffer = nothing;
  #stashed = 0;
  #need = 0;
  #streamLeft = 0;

  constructor(rules: FrameRules) {
    this.#rules = rules;
  }

  push(chunk: Buffer): void {
    if (this.#at >= this.#chunk.length && this.#queue.length === 0) {
      this.#chunk = chunk;
      this.#at = 0;
      return;
    }
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
  }

  /** Bytes that came and were not delivered yet. */
  get waitingBytes(): number {
    return this.#chunk.length - this.#at + this.#queuedBytes + this.#stashed;
  }

  /** True between frames: nothing of the next one has been delivered in part. */
  get atBoundary(): boolean {
    return this.#streamLeft === 0;
  }

  next(): 'frame' | 'part' | 'more' {
    for (;;) {
      if (this.#at >= this.#chunk.length && !this.#take()) return 'more';
      if (this.#streamLeft > 0) return this.#part();
      if (this.#stashed > 0) {
        const got = this.#assemble();
        if (got !== null) return got;
        continue;
      }
      const available = this.#chunk.length - this.#at;
      if (available < headerBytes) {
        this.#keep(available);
        continue;
      }
      const total = this.#header(this.#chunk, this.#at);
      if (available >= total) {
        this.buffer = this.#chunk;
        this.start = this.#at;
        this.end = this.#at + total;
        this.#at = this.end;
        return 'frame';
      }
      if (this.#rules(this.type, total - 1) === 'stream') {
        this.#open(total);
        return this.#part();
      }
      this.#need = total;
      this.#keep(available);
    }
  }

  /** True when `type` stands among the frames that wait, undelivered; looks at whole headers only. */
  awaits(type: number): boolean {
    const rest = Buffer.concat([
      this.#stash.subarray(0, this.#stashed),
      this.#chunk.subarray(this.#at),
      ...this.#queue,
    ]);
    let at = this.#streamLeft;
    while (at + headerBytes <= rest.length) {
      if (rest[at] === type) return true;
      at += 1 + Math.max(rest.readUInt32BE(at + 1), 4);
    }
    return false;
  }

  #take(): boolean {
    const chunk = this.#queue.shift();
    this.#at = 0;
    this.#chunk = chunk ?? nothing;
    if (chunk === undefined) return false;
    this.#queuedBytes -= chunk.length;
    return chunk.length > 0 || this.#take();
  }

  #header(buffer: Buffer, at: number): number {
    const length = buffer.readInt32BE(at + 1);
    if (length < 4) throw new FrameFault(`a message declares a length of ${length}`);
    this.type = buffer[at] as number;
    return length + 1;
  }

  #open(total: number): void {
    this.#streamLeft = total;
    this.declared = total - 1;
    this.last = true;
  }

  #part(): 'part' {
    const size = Math.min(this.#streamLeft, this.#chunk.length - this.#at);
    this.buffer = this.#chunk;
    this.start = this.#at;
    this.end = this.#at + size;
    this.first = this.#streamLeft === this.declared + 1;
    this.#at += size;
    this.#streamLeft -= size;
    this.last = this.#streamLeft === 0;
    return 'part';
  }

  #keep(bytes: number): void {
    const size = this.#stashed + bytes;
    if (size > this.#stash.length) {
      const wanted = Math.max(stashBytesFirst, size, Math.min(this.#need, 2 * size));
      const grown = Buffer.allocUnsafeSlow(wanted);
      this.#stash.copy(grown, 0, 0, this.#stashed);
      this.#stash = grown;
    }
    this.#chunk.copy(this.#stash, this.#stashed, this.#at, this.#at + bytes);
    this.#stashed = size;
    this.#at += bytes;
  }

  #assemble(): 'frame' | 'part' | null {
    if (this.#need === 0) {
      this.#keep(Math.min(headerBytes - this.#stashed, this.#chunk.length - this.#at));
      if (this.#stashed < headerBytes) return null;
      const total = this.#header(this.#stash, 0);
      if (total > headerBytes && this.#rules(this.type, total - 1) === 'stream')
        return this.#streamStash(total);
      this.#need = total;
    }
    this.#keep(Math.min(this.#need - this.#stashed, this.#chunk.length - this.#at));
    if (this.#stashed < this.#need) return null;
    this.buffer = this.#stash;
    this.start = 0;
    this.end = this.#need;
    this.#drop();
    return 'frame';
  }

  #streamStash(total: number): 'part' {
    this.#open(total);
    this.buffer = this.#stash;
    this.start = 0;
    this.end = this.#stashed;
    this.first = true;
    this.#streamLeft -= this.#stashed;
    this.last = this.#streamLeft === 0;
    this.#drop();
    return 'part';
  }

  #drop(): void {
    this.#stash = nothing;
    this.#stashed = 0;
    this.#need = 0;
  }
}
