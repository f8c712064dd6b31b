import { CountersignError } from '#lib/core/errors';
import type { EndRecord, RecordBody, RecordingHeader } from '#lib/recording/model';
import { kindCode, recordHeadBytes, shortCode } from '#lib/recording/record';
import type { StatementRow } from '#proxy/control/control-plane';
import { bodyJson, likeness, shortJson } from './body-json.ts';
import type { Importer } from './importer.ts';
import type { SessionRecorder } from './recorder.ts';
import type { Room } from './room.ts';
import type { SessionFile } from './session-file.ts';
import type { Spool } from './spool.ts';
import { spoolFrames } from './spool-frame.ts';

export interface SpooledSessionOptions {
  readonly slot: number;
  readonly header: RecordingHeader;
  readonly durability: 'process' | 'disk';
  readonly spool: Spool;
  readonly importer: Importer;
  readonly room: Room;
  readonly file: SessionFile;
  readonly onClose: (session: SpooledSession) => void;
}

/** One live session: records go to the spool and, beside it, into the open block. */
export class SpooledSession implements SessionRecorder {
  readonly slot: number;
  readonly sessionId: string;
  readonly file: SessionFile;
  readonly #options: SpooledSessionOptions;
  readonly #startedMs = performance.now();
  #seq = 0;
  #endSeq: number | null = null;

  constructor(options: SpooledSessionOptions) {
    this.#options = options;
    this.slot = options.slot;
    this.sessionId = options.header.sessionId;
    this.file = options.file;
    this.#announce();
  }

  /** Sequence of the end record; null while the session lives. */
  get endSeq(): number | null {
    return this.#endSeq;
  }

  append(body: RecordBody): number {
    if (this.#endSeq !== null) {
      throw new CountersignError('conflict', 'The session has ended; nothing more can be recorded.');
    }
    return this.#write(body);
  }

  flush(): Promise<void> | undefined {
    const { spool, room, durability } = this.#options;
    if (durability === 'process') {
      spool.flush();
      return room.wait();
    }
    const synced = spool.sync();
    const waited = room.wait();
    return waited ? Promise.all([synced, waited]).then(() => undefined) : synced;
  }

  index(row: StatementRow, facts: unknown): void {
    this.#options.importer.add(this.slot, row, facts);
  }

  close(end: Omit<EndRecord, 'kind'>): void {
    if (this.#endSeq !== null) return;
    this.#endSeq = this.#write({ kind: 'end', ...end });
    try {
      this.#options.spool.flush();
    } finally {
      this.#options.onClose(this);
    }
  }

  closeAgedBlock(nowMs: number, ageMsMax: number): void {
    if (this.file.hasOpenBlock && nowMs - this.file.openedAtMs >= ageMsMax) this.file.closeBlock();
  }

  #write(body: RecordBody): number {
    if (!this.#options.spool.current.lastSeq.has(this.slot)) this.#announce();
    const shared = likeness(body);
    const like = shared === null ? undefined : this.file.written.get(shared);
    if (like !== undefined && (body.kind === 'intent' || body.kind === 'rows')) {
      const json = shortJson(body, like);
      if (this.file.fits(recordHeadBytes + json.length * 3)) return this.#put(shortCode(body.kind), json);
      this.file.closeBlock();
    }
    const seq = this.#put(kindCode(body.kind), bodyJson(body));
    if (shared !== null) this.file.written.set(shared, seq);
    return seq;
  }

  #put(code: number, json: string): number {
    const now = performance.now();
    const atUs = Math.round((now - this.#startedMs) * 1000);
    const seq = this.#seq + 1;
    const { buffer, start, end } = this.#options.spool.record(this.slot, seq, atUs, code, json);
    this.#seq = seq;
    this.file.add(buffer, start, end, seq, atUs, code, now);
    return seq;
  }

  /** Each segment says by itself whose records it holds. */
  #announce(): void {
    const { spool, header, durability } = this.#options;
    spool.json(spoolFrames.open, this.slot, JSON.stringify({ header, durability }));
    spool.current.lastSeq.set(this.slot, this.#seq);
  }
}
