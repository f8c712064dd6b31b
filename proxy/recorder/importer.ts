import { open } from 'node:fs/promises';
import type { StatementRow } from '#proxy/control/control-plane';
import { rowJson } from './body-json.ts';
import { type Delivery, type DeliveryTarget, deliver, parseRowFrame } from './delivery.ts';
import type { RecorderLimits } from './limits.ts';
import type { Segment } from './segment.ts';
import type { Spool } from './spool.ts';
import { parseFrame, spoolFrames } from './spool-frame.ts';

interface Queued extends Delivery {
  readonly segment: Segment;
}

const distinctFactsMax = 10_000;
const readBackBytes = 1024 * 1024;
/** One batch is made while the database writes the other. */
const lanes = 2;

/**
 * Brings index rows and facts to the control plane in batches, at least once. A bounded number of
 * them is in memory; when more come, they wait in the spool and are read back from there.
 */
export class Importer {
  readonly #spool: Spool;
  readonly #target: DeliveryTarget;
  readonly #limits: RecorderLimits;
  readonly #log: (message: string, error: unknown) => void;
  readonly #queue: Queued[] = [];
  readonly #seen = new Set<string>();
  /** Where the first row stands that did not fit in memory. */
  #behind: { segment: Segment; offset: number } | null = null;
  #running: Promise<boolean> | null = null;

  constructor(
    spool: Spool,
    target: DeliveryTarget,
    limits: RecorderLimits,
    log: (message: string, error: unknown) => void,
  ) {
    this.#spool = spool;
    this.#target = target;
    this.#limits = limits;
    this.#log = log;
  }

  /** Spools a row, and its facts when they are new; queues it while there is room. */
  add(slot: number, row: StatementRow, facts: unknown): void {
    const segment = this.#spool.current;
    const offset = this.#spool.nextOffset;
    const distinct = this.#isNew(row.factsDigest) ? { digest: row.factsDigest, facts } : null;
    const json = distinct ? JSON.stringify(distinct) : 'null';
    this.#spool.json(spoolFrames.row, slot, `{"row":${rowJson(row)},"facts":${json}}`);
    segment.undelivered += 1;
    if (this.#behind) return;
    if (this.#queue.length >= this.#limits.rowsQueuedMax) this.#behind = { segment, offset };
    else this.#queue.push({ row, facts: distinct, segment });
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#behind === null;
  }

  /** Delivers all there is. False: the control plane did not take it; try again later. */
  run(): Promise<boolean> {
    this.#running ??= this.#deliverAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #isNew(digest: string): boolean {
    if (this.#seen.has(digest)) return false;
    if (this.#seen.size >= distinctFactsMax) this.#seen.clear();
    this.#seen.add(digest);
    return true;
  }

  async #deliverAll(): Promise<boolean> {
    for (;;) {
      if (this.#queue.length === 0 && this.#behind) await this.#readBack();
      const { rowsPerBatch } = this.#limits;
      const both = this.#queue.slice(0, lanes * rowsPerBatch);
      if (both.length === 0) return true;
      const batches = [both.slice(0, rowsPerBatch), both.slice(rowsPerBatch)].filter(
        ({ length }) => length > 0,
      );
      // One lane that fails leaves both: what comes twice counts once.
      const taken = await Promise.all(batches.map((batch) => deliver(this.#target, batch, this.#log)));
      if (taken.includes(false)) return false;
      this.#queue.splice(0, both.length);
      for (const { segment } of both) segment.undelivered -= 1;
    }
  }

  /** Fills the queue from where it overflowed; memory takes over again when the log's end is reached. */
  async #readBack(): Promise<void> {
    const from = this.#behind;
    if (!from) return;
    const bytes = await readSome(from.segment, from.offset);
    let at = 0;
    for (let frame = parseFrame(bytes, at); frame; frame = parseFrame(bytes, at)) {
      at = frame.end;
      if (frame.type !== spoolFrames.row) continue;
      this.#queue.push({ ...parseRowFrame(bytes.subarray(frame.start, frame.end)), segment: from.segment });
      if (this.#queue.length >= this.#limits.rowsQueuedMax) break;
    }
    const offset = from.offset + at;
    if (offset < from.segment.size || this.#spool.current === from.segment) {
      const caughtUp = offset === from.segment.size && this.#spool.idle;
      this.#behind = caughtUp ? null : { segment: from.segment, offset };
      return;
    }
    const next = this.#spool.segments.find((segment) => segment.number > from.segment.number);
    this.#behind = next ? { segment: next, offset: 8 } : null;
  }
}

async function readSome(segment: Segment, offset: number): Promise<Buffer> {
  const handle = await open(segment.path, 'r');
  try {
    for (let size = readBackBytes; ; size *= 4) {
      const length = Math.min(size, segment.size - offset);
      const bytes = Buffer.allocUnsafe(Math.max(0, length));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      const whole = bytes.subarray(0, bytesRead);
      if (parseFrame(whole, 0) || offset + bytesRead >= segment.size) return whole;
    }
  } finally {
    await handle.close();
  }
}
