import { Worker } from 'node:worker_threads';
import { parseMsMax, startMsMax, threadStackMb, waitingMax } from './limits.ts';
import { type ThreadAnswer, type ThreadRequest, threadReady } from './thread-protocol.ts';

/** What came of a text in the thread; `lost`: it took too long, broke the thread, or too many wait. */
export type ThreadResult = ThreadAnswer | { readonly kind: 'lost'; readonly why: 'time' | 'fault' | 'queue' };

interface Job {
  readonly text: string;
  resolve(result: ThreadResult): void;
}

/** One parser thread with a large stack: one text at a time, replaced when it breaks or hangs. */
export class ParserThread {
  private worker: Worker | null = null;
  private readonly waiting: Job[] = [];
  private running: { readonly id: number; readonly job: Job; timer: NodeJS.Timeout } | null = null;
  private ready = false;
  private lastId = 0;
  private closed = false;

  parse(text: string): Promise<ThreadResult> {
    if (this.closed) return Promise.resolve({ kind: 'lost', why: 'fault' });
    if (this.waiting.length >= waitingMax) return Promise.resolve({ kind: 'lost', why: 'queue' });
    return new Promise((resolve) => {
      this.waiting.push({ text, resolve });
      this.next();
    });
  }

  close(): void {
    this.closed = true;
    for (const job of this.waiting.splice(0)) job.resolve({ kind: 'lost', why: 'fault' });
    this.replace('fault');
  }

  private next(): void {
    if (this.running !== null) return;
    const job = this.waiting.shift();
    if (job === undefined) return;
    this.worker ??= this.start();
    const id = ++this.lastId;
    const timer = setTimeout(() => this.replace('time'), this.ready ? parseMsMax : startMsMax);
    this.running = { id, job, timer };
    this.worker.postMessage({ id, text: job.text } satisfies ThreadRequest);
  }

  private start(): Worker {
    const worker = new Worker(new URL('./thread-entry.ts', import.meta.url), {
      resourceLimits: { stackSizeMb: threadStackMb },
      execArgv: [],
    });
    worker.unref();
    worker.on('message', (answer: ThreadAnswer | typeof threadReady) => {
      if (answer === threadReady) this.started(worker);
      else this.done(worker, answer);
    });
    worker.on('error', () => this.failed(worker));
    worker.on('exit', () => this.failed(worker));
    return worker;
  }

  /** From now on the running text's own time counts. */
  private started(worker: Worker): void {
    if (worker !== this.worker) return;
    this.ready = true;
    if (this.running === null) return;
    clearTimeout(this.running.timer);
    this.running.timer = setTimeout(() => this.replace('time'), parseMsMax);
  }

  private done(worker: Worker, answer: ThreadAnswer): void {
    if (worker !== this.worker || this.running?.id !== answer.id) return;
    this.finish(answer);
  }

  private failed(worker: Worker): void {
    if (worker === this.worker) this.replace('fault');
  }

  private replace(why: 'time' | 'fault'): void {
    const worker = this.worker;
    this.worker = null;
    this.ready = false;
    void worker?.terminate();
    if (this.running !== null) this.finish({ kind: 'lost', why });
  }

  private finish(result: ThreadResult): void {
    const running = this.running;
    this.running = null;
    if (running !== null) {
      clearTimeout(running.timer);
      running.job.resolve(result);
    }
    if (!this.closed) this.next();
  }
}
