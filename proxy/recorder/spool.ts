import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { CountersignError } from '#lib/core/errors';
import { recordBytesMax } from '#lib/recording/format';
import { recordHeadBytes, writeRecordHead } from '#lib/recording/record';
import type { RecorderLimits } from './limits.ts';
import { Segment } from './segment.ts';
import { closeFrame, frameHeadBytes, spoolFrames } from './spool-frame.ts';

const datasync = promisify(fdatasync);

/** What is appended and not flushed is written out by itself at this size. */
const pendingBytesTarget = 1024 * 1024;
const pendingBytesMax = recordBytesMax * 2;

/** Where a record's bytes lie. */
export interface RecordPlace {
  buffer: Buffer;
  start: number;
  end: number;
}

/**
 * A worker's append log. Frames gather in memory and reach the file in one write at `flush`; a
 * write that fails is taken up where it stopped, so the log never has a hole.
 */
export class Spool {
  readonly segments: Segment[] = [];
  #current: Segment | null = null;
  readonly #directory: string;
  readonly #limits: RecorderLimits;
  readonly #nowMs: () => number;
  #pending: Buffer = Buffer.allocUnsafe(256 * 1024);
  readonly #place: RecordPlace = { buffer: this.#pending, start: 0, end: 0 };
  #used = 0;
  #written = 0;
  #number = 0;
  /** Bytes of the segments before the current one. */
  #older = 0;
  #failure: string | null = null;
  #syncFailure: string | null = null;
  #syncs = false;
  #syncing: Promise<void> | null = null;
  #nextSync: Promise<void> | null = null;

  constructor(directory: string, limits: RecorderLimits, nowMs: () => number) {
    this.#directory = directory;
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#rotate();
  }

  get current(): Segment {
    const last = this.#current;
    if (last === null) throw new CountersignError('internal', 'the spool is closed');
    return last;
  }

  /** Why the last write failed, or any sync: after one nobody knows what the disk holds. */
  get failure(): string | null {
    return this.#syncFailure ?? this.#failure;
  }

  get bytes(): number {
    return this.#used + this.#older + this.current.size;
  }

  get idle(): boolean {
    return this.#used === 0;
  }

  /** Where the next frame will stand in the current segment. */
  get nextOffset(): number {
    return this.current.size + this.#used - this.#written;
  }

  /** Appends a record of this JSON. Where its bytes (head and body) lie is valid until the next call. */
  record(slot: number, seq: number, atUs: number, code: number, json: string): Readonly<RecordPlace> {
    const at = this.#room(json.length * 3 + frameHeadBytes + recordHeadBytes);
    const start = at + frameHeadBytes;
    const bytes = this.#pending.write(json, start + recordHeadBytes, 'utf8');
    if (bytes > recordBytesMax) throw new CountersignError('limit', 'the record is too long to be kept');
    writeRecordHead(this.#pending, start, bytes, seq, atUs, code);
    closeFrame(this.#pending, at, spoolFrames.record, slot, bytes + recordHeadBytes);
    this.#used = start + recordHeadBytes + bytes;
    this.current.lastSeq.set(slot, seq);
    const place = this.#place;
    place.buffer = this.#pending;
    place.start = start;
    place.end = this.#used;
    return place;
  }

  /** Appends a frame of JSON. */
  json(type: number, slot: number, json: string): void {
    const at = this.#room(json.length * 3 + frameHeadBytes);
    const bytes = this.#pending.write(json, at + frameHeadBytes, 'utf8');
    closeFrame(this.#pending, at, type, slot, bytes);
    this.#used = at + frameHeadBytes + bytes;
  }

  /** Writes what is pending. Throws `unavailable` when it can't; a later call goes on from there. */
  flush(): void {
    this.#write();
    if (this.#used === 0 && this.current.size >= this.#limits.segmentBytesMax) this.#rotate();
  }

  /** Never changes the segment: what is being appended belongs to the one that was looked at. */
  #write(): void {
    if (this.#used === 0) return;
    try {
      while (this.#written < this.#used) {
        this.#written += this.current.write(this.#pending, this.#written, this.#used);
      }
    } catch (cause) {
      this.#failure = `the spool can't be written: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw new CountersignError(
        'unavailable',
        `Recording failed (${this.#failure}); nothing runs unrecorded.`,
        {
          cause,
        },
      );
    }
    this.#failure = null;
    this.#used = 0;
    this.#written = 0;
    if (this.#pending.length > pendingBytesMax) this.#pending = Buffer.allocUnsafe(256 * 1024);
  }

  /** Flushes and waits for the disk; callers that come meanwhile share the next sync. */
  sync(): Promise<void> {
    this.#syncs = true;
    this.flush();
    if (!this.#syncing) return this.#startSync();
    this.#nextSync ??= this.#syncing
      .catch(() => undefined)
      .then(() => {
        this.#nextSync = null;
        return this.#startSync();
      });
    return this.#nextSync;
  }

  /** Follows an aged segment by a new one. */
  rotateAged(): void {
    const age = this.#nowMs() - this.current.openedAtMs;
    const holdsSomething = this.current.lastSeq.size > 0 || this.current.undelivered > 0;
    if (this.#used === 0 && holdsSomething && age >= this.#limits.segmentAgeMsMax) this.#rotate();
  }

  /** Removes a segment that nobody needs any more. */
  release(segment: Segment): void {
    const place = this.segments.indexOf(segment);
    if (place < 0) return;
    if (segment === this.#current) this.#current = null;
    this.segments.splice(place, 1);
    this.#older -= segment.size;
    segment.remove();
  }

  close(): void {
    for (const segment of this.segments) segment.close();
  }

  #startSync(): Promise<void> {
    const sync = datasync(this.current.fd)
      .catch((cause) => {
        this.#syncFailure = `the spool can't be synced: ${cause instanceof Error ? cause.message : String(cause)}; start the gateway anew on a good disk`;
        throw new CountersignError('unavailable', `Recording failed (${this.#syncFailure}).`, { cause });
      })
      .finally(() => {
        this.#syncing = null;
      });
    this.#syncing = sync;
    return sync;
  }

  #rotate(): void {
    if (this.#syncs && this.segments.length > 0) fdatasyncSync(this.current.fd);
    if (this.segments.length > 0) this.#older += this.current.size;
    this.#number += 1;
    this.#current = new Segment(this.#directory, this.#number, this.#nowMs());
    this.segments.push(this.#current);
    if (this.#syncs) syncDirectory(this.#directory);
  }

  /** Makes room for `bytes` and returns where they may stand. */
  #room(bytes: number): number {
    if (this.#used >= pendingBytesTarget) this.#write();
    const needed = this.#used + bytes;
    if (needed <= this.#pending.length) return this.#used;
    if (this.#used + bytes / 3 > pendingBytesMax) this.#write();
    const grown = Buffer.allocUnsafe(Math.max(this.#used + bytes, this.#pending.length * 2));
    this.#pending.copy(grown, 0, 0, this.#used);
    this.#pending = grown;
    return this.#used;
  }
}

function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
