/**
 * A bounded map in two generations: when the young one is full it becomes the old one, and what
 * nobody asked for since is gone. Texts count by their length; nothing is ever searched or moved.
 */
export class BoundedCache<Value> {
  readonly #entriesMax: number;
  readonly #charsMax: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #chars = 0;

  /** Both bounds hold for the two generations together. */
  constructor(entriesMax: number, charsMax: number) {
    this.#entriesMax = entriesMax / 2;
    this.#charsMax = charsMax / 2;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    // A text that would fill a good part of the room is not worth it.
    if (key.length > this.#charsMax / 8) return;
    if (this.#young.size >= this.#entriesMax || this.#chars + key.length > this.#charsMax) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#chars = 0;
    }
    if (!this.#young.has(key)) this.#chars += key.length;
    this.#young.set(key, value);
  }
}
