import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { segmentMagic } from './spool-frame.ts';

/** One file of the log, and what must still happen before it may go. */
export class Segment {
  readonly number: number;
  readonly path: string;
  readonly fd: number;
  readonly openedAtMs: number;
  /** Bytes written. */
  size: number;
  /** Index rows and facts in it that the control plane has not taken yet. */
  undelivered = 0;
  /** Slot → the last sequence that this segment holds of it. */
  readonly lastSeq = new Map<number, number>();
  /** What stands whole in its row frames → its number there. */
  readonly rows = new Map<object, number>();
  #closed = false;

  constructor(directory: string, number: number, nowMs: number) {
    this.number = number;
    this.path = join(directory, segmentName(number));
    this.fd = openSync(this.path, 'wx+', 0o600);
    this.openedAtMs = nowMs;
    this.size = 0;
    this.write(segmentMagic, 0, segmentMagic.length);
  }

  /** Writes some of `bytes` from `from` to `to`, at least one byte; returns how many. */
  write(bytes: Buffer, from: number, to: number): number {
    const written = writeSync(this.fd, bytes, from, to - from, this.size);
    this.size += written;
    return written;
  }

  close(): void {
    if (!this.#closed) closeSync(this.fd);
    this.#closed = true;
  }

  remove(): void {
    this.close();
    unlinkSync(this.path);
  }
}

export function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.spool`;
}

/** The number in a segment's name, or null. */
export function segmentNumber(name: string): number | null {
  const match = /^([0-9]{8})\.spool$/.exec(name);
  return match ? Number(match[1]) : null;
}
