/** Longest value of a masked column that is looked at; of a longer one its beginning is masked instead. */
export const maskedValueBytesMax = 1_048_576;

/** Collects one masked value's bytes, up to the bound. */
export class ValueBuffer {
  #bytes = Buffer.alloc(256);
  #length = 0;

  add(byte: number): void {
    if (this.#length >= maskedValueBytesMax) return;
    if (this.#length === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  addAll(bytes: Uint8Array): void {
    for (const byte of bytes.subarray(0, maskedValueBytesMax - this.#length)) this.add(byte);
  }

  /** The bytes so far, and empty again. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }
}
