import { CountersignError } from '#lib/core/errors';

/** Something with bytes at places: a file, a blob, a buffer. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`, or throws `integrity`. */
  read(offset: number, length: number): Promise<Buffer>;
}

export function bufferSource(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    async read(offset, length) {
      if (offset < 0 || offset + length > bytes.length) {
        throw new CountersignError('integrity', 'the file is cut short');
      }
      return bytes.subarray(offset, offset + length);
    },
  };
}

const windowBytes = 1024 * 1024;

/** Reads a source from front to end in large steps, hands out exact pieces, and says where it is. */
export class ByteCursor {
  readonly #source: ByteSource;
  readonly #end: number;
  #window: Buffer = Buffer.alloc(0);
  #windowAt: number;
  #at: number;

  constructor(source: ByteSource, from = 0, end: number = source.size) {
    this.#source = source;
    this.#end = end;
    this.#windowAt = from;
    this.#at = from;
  }

  get offset(): number {
    return this.#at;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  /** The next `length` bytes, valid until the next call; null when fewer are left. */
  async take(length: number): Promise<Buffer | null> {
    const bytes = await this.peek(length);
    if (bytes) this.#at += length;
    return bytes;
  }

  async peek(length: number): Promise<Buffer | null> {
    if (length > this.left) return null;
    const start = this.#at - this.#windowAt;
    if (start + length > this.#window.length) {
      const size = Math.min(Math.max(windowBytes, length), this.left);
      this.#window = await this.#source.read(this.#at, size);
      this.#windowAt = this.#at;
      return this.#window.subarray(0, length);
    }
    return this.#window.subarray(start, start + length);
  }
}
