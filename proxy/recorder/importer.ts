import { open } from 'node:fs/promises';
import type { StatementRow } from '#proxy/control/control-plane';
import { type Delivery, type DeliveryTarget, type DistinctFacts, deliver, RowFrames } from './delivery.ts';
import type { RecorderLimits } from './limits.ts';
import { ownJson, repeatedOf, rowJson } from './row-json.ts';
import type { Segment } from './segment.ts';
import type { Spool } from './spool.ts';
import { parseFrame, spoolFrames } from './spool-frame.ts';

interface Queued extends Delivery {
  readonly segment: Segment;
}

interface Place {
  readonly segment: Segment;
  readonly offset: number;
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
  /** Rows that a lane has taken from the queue: they count as queued until they are delivered. */
  #taken = 0;
  readonly #seen = new Set<string>();
  /** Where the first row stands that did not fit in memory. */
  #behind: Place | null = null;
  #reading: Promise<void> | null = null;
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
    const isNew = !this.#seen.has(row.factsDigest);
    const distinct = isNew ? { digest: row.factsDigest, facts } : null;
    const waits = this.#behind !== null || this.#full;
    const like = waits ? undefined : segment.rows.get(repeatedOf(row));
    const number = waits ? undefined : segment.rows.size + 1;
    this.#spool.json(spoolFrames.row, slot, frameJson(row, distinct, like, number));
    // Only what is in the log may others lean on.
    if (isNew) this.#sees(row.factsDigest);
    if (number !== undefined && like === undefined) segment.rows.set(repeatedOf(row), number);
    segment.undelivered += 1;
    if (!waits) this.#queue.push({ row, facts: distinct, segment });
    else this.#behind ??= { segment, offset };
  }

  get #full(): boolean {
    return this.#queue.length + this.#taken >= this.#limits.rowsQueuedMax;
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#taken === 0 && this.#behind === null;
  }

  /** Delivers all there is. False: the control plane did not take it; try again later. */
  run(): Promise<boolean> {
    this.#running ??= this.#deliverAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #sees(digest: string): void {
    if (this.#seen.size >= distinctFactsMax) this.#seen.clear();
    this.#seen.add(digest);
  }

  /** Each lane goes on by itself: neither waits for the other's batch, nor for a read. */
  async #deliverAll(): Promise<boolean> {
    const failed: { readonly place: number; readonly batch: readonly Queued[] }[] = [];
    let places = 0;
    const lane = async (): Promise<void> => {
      while (failed.length === 0) {
        const batch = await this.#take();
        const place = places;
        places += 1;
        if (batch.length === 0) return;
        // What the database holds of a statement, the log has: after a kill they must not disagree.
        const delivered = this.#logged() && (await deliver(this.#target, batch, this.#log));
        this.#taken -= batch.length;
        if (delivered) for (const { segment } of batch) segment.undelivered -= 1;
        else failed.push({ place, batch });
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    // They go again whole: what comes twice counts once.
    failed.sort((a, b) => a.place - b.place);
    this.#queue.unshift(...failed.flatMap(({ batch }) => batch));
    return failed.length === 0;
  }

  #logged(): boolean {
    try {
      this.#spool.flush();
      return true;
    } catch (error) {
      this.#log('statement rows wait until the spool can be written', error);
      return false;
    }
  }

  async #take(): Promise<readonly Queued[]> {
    const { rowsPerBatch } = this.#limits;
    for (let last: Place | null = null; this.#behind && this.#queue.length < rowsPerBatch; ) {
      const here: Place = this.#behind;
      const stuck = here.segment === last?.segment && here.offset === last.offset;
      if (stuck || this.#full) break;
      last = here;
      this.#reading ??= this.#readBack().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
    const batch = this.#queue.splice(0, rowsPerBatch);
    this.#taken += batch.length;
    return batch;
  }

  /** Goes on from where the queue overflowed; memory takes over again when the log's end is reached. */
  async #readBack(): Promise<void> {
    const from = this.#behind;
    if (!from) return;
    const bytes = await readSome(from.segment, from.offset);
    const rows = new RowFrames();
    let at = 0;
    for (let frame = parseFrame(bytes, at); frame; frame = parseFrame(bytes, at)) {
      at = frame.end;
      if (frame.type !== spoolFrames.row) continue;
      this.#queue.push({ ...rows.parse(bytes.subarray(frame.start, frame.end)), segment: from.segment });
      if (this.#full) break;
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

/** A row that is read back from the middle of a segment has no number; others may be like one before them. */
function frameJson(
  row: StatementRow,
  distinct: DistinctFacts | null,
  like: number | undefined,
  number: number | undefined,
): string {
  const facts = distinct ? JSON.stringify(distinct) : 'null';
  if (like !== undefined) return `{"like":${like},"row":{${ownJson(row)}},"facts":${facts}}`;
  if (number !== undefined) return `{"number":${number},"row":${rowJson(row)},"facts":${facts}}`;
  return `{"row":${rowJson(row)},"facts":${facts}}`;
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
