/** A bounded map: the oldest entry leaves when it is full. Texts count by their length. */
export class BoundedCache<Value> {
  readonly #map = new Map<string, Value>();
  readonly #entriesMax: number;
  readonly #charsMax: number;
  #chars = 0;

  constructor(entriesMax: number, charsMax: number) {
    this.#entriesMax = entriesMax;
    this.#charsMax = charsMax;
  }

  get(key: string): Value | undefined {
    return this.#map.get(key);
  }

  set(key: string, value: Value): void {
    if (key.length > this.#charsMax / 8) return;
    if (!this.#map.has(key)) this.#chars += key.length;
    this.#map.set(key, value);
    for (const oldest of this.#map.keys()) {
      if (this.#map.size <= this.#entriesMax && this.#chars <= this.#charsMax) return;
      this.#map.delete(oldest);
      this.#chars -= oldest.length;
    }
  }

  clear(): void {
    this.#map.clear();
    this.#chars = 0;
  }
}
