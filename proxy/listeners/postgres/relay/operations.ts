import type { CountedWrite } from './counted-write.ts';
import type { Portal, Prepared } from './names.ts';
import type { Probe } from './probe.ts';
import type { Refusal } from './replaced.ts';
import type { StatementRun } from './run.ts';

export type OperationKind =
  | 'query'
  | 'parse'
  | 'bind'
  | 'describe'
  | 'execute'
  | 'close'
  | 'sync'
  /** CopyDone or CopyFail: no answer of its own; it says that Syncs before it were not heard. */
  | 'copyEnd';

/** A message on its way to the target, waiting for its answer. */
export class Operation {
  readonly kind: OperationKind;
  /** Number of the Sync group that it belongs to. */
  readonly group: number;
  /** Made by the gateway: the client hears nothing of its answer. */
  internal = false;
  /** Stands for a refused message: the target's error becomes this one. */
  refusal: Refusal | null = null;
  /** Its answer went beyond a limit: what the agent is told in place of the rest. */
  exceeded: Refusal | null = null;
  /** The agent was told of an error in its place, and hears nothing more of it. */
  muted = false;
  /** Of a query or Sync: the limit's error, which waits to be the truth until it is over. */
  unsaid: Refusal | null = null;
  /** A simple query's statements, in order; `at` is the one whose answer comes. */
  runs: readonly StatementRun[] = [];
  at = 0;
  /** The message as a whole, when it was held as one. */
  whole: StatementRun | null = null;
  prepared: Prepared | null = null;
  portal: Portal | null = null;
  probe: Probe | null = null;
  /** Of its execute: keeps the completion back. Of its sync: hands it on. */
  counted: CountedWrite | null = null;
  /** Takes back what was assumed when the message was sent. */
  undo: (() => void) | null = null;
  /** Applies what is known only now that it succeeded. */
  done: (() => void) | null = null;
  /** A FunctionCall message: answered by one value. */
  calls = false;
  /** Its success changes what later texts mean: they wait for it. */
  changesMeaning = false;

  constructor(kind: OperationKind, group: number) {
    this.kind = kind;
    this.group = group;
  }

  get run(): StatementRun | null {
    return this.runs[this.at] ?? null;
  }
}

/** First in, first out; `head` is what the target answers now. */
export class OperationQueue {
  #items: Operation[] = [];
  #first = 0;
  #changing = 0;

  get head(): Operation | undefined {
    return this.#items[this.#first];
  }

  get last(): Operation | undefined {
    return this.#items.at(-1);
  }

  get length(): number {
    return this.#items.length - this.#first;
  }

  /** True while an answer is awaited that may change what later texts mean. */
  get changing(): boolean {
    return this.#changing > 0;
  }

  push(operation: Operation): void {
    if (operation.changesMeaning) this.#changing += 1;
    this.#items.push(operation);
  }

  /** Takes the head out, and ends of copies behind it: nothing answers those. */
  shift(): void {
    do this.#take();
    while (this.head?.kind === 'copyEnd');
  }

  #take(): void {
    const gone = this.#items[this.#first];
    if (gone === undefined) return;
    if (gone.changesMeaning) this.#changing -= 1;
    this.#first += 1;
    if (this.#first === this.#items.length) {
      this.#items.length = 0;
      this.#first = 0;
    } else if (this.#first > 1024) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Takes out everything before the next Sync, which the target skips after an error. */
  dropToSync(): { readonly dropped: readonly Operation[]; readonly syncFound: boolean } {
    const dropped: Operation[] = [];
    for (let head = this.head; head !== undefined; head = this.head) {
      if (head.kind === 'sync') return { dropped, syncFound: true };
      dropped.push(head);
      this.shift();
    }
    return { dropped, syncFound: false };
  }

  /** A COPY began: the target does not hear Syncs that were sent before the copy's end. */
  dropUnheardSyncs(): void {
    const rest = this.#items.slice(this.#first);
    const end = rest.findIndex(({ kind }) => kind === 'copyEnd');
    const kept = rest.filter(({ kind }, index) => kind !== 'sync' || (end >= 0 && index > end));
    this.#items = kept;
    this.#first = 0;
  }

  all(): readonly Operation[] {
    return this.#items.slice(this.#first);
  }
}
