interface Change<Value> {
  /** What the name meant before; follows when an earlier change is taken back. */
  before: Value | undefined;
  next: Change<Value> | null;
  undone: boolean;
}

/**
 * Changes of names made when a message is sent, before the target has answered. Groups fail while later
 * ones are on their way already, so taking one back must leave what came after it standing.
 */
export class Assumptions<Value> {
  readonly #map: Map<string, Value>;
  readonly #latest = new Map<string, Change<Value>>();

  constructor(map: Map<string, Value>) {
    this.#map = map;
  }

  /** Sets the name, or removes it with undefined. What it returns takes that back, once. */
  set(name: string, value: Value | undefined): () => void {
    const change: Change<Value> = { before: this.#map.get(name), next: null, undone: false };
    const latest = this.#latest.get(name);
    if (latest !== undefined) latest.next = change;
    this.#latest.set(name, change);
    this.#put(name, value);
    return () => this.#undo(name, change);
  }

  /** Nothing is on its way: no change can be taken back any more. */
  forget(): void {
    if (this.#latest.size > 0) this.#latest.clear();
  }

  #undo(name: string, change: Change<Value>): void {
    if (change.undone) return;
    change.undone = true;
    let next = change.next;
    while (next?.undone) next = next.next;
    if (next === null) this.#put(name, change.before);
    else next.before = change.before;
  }

  #put(name: string, value: Value | undefined): void {
    if (value === undefined) this.#map.delete(name);
    else this.#map.set(name, value);
  }
}
