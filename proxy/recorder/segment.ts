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
  #closed = false;

  constructor(directory: string, number: number, nowMs: number) {
    this.number = number;
    this.path = join(directory, segmentName(number));
    this.fd = openSync(this.path, 'wx+', 0o600);
    this.openedAtMs = nowMs;
    this.size = 0;
    this.write(segmentMagic, segmentMagic.length);
  }

  /** Writes all of it or throws. */
  write(bytes: Buffer, length: number): void {
    let done = 0;
    while (done < length) {
      const written = writeSync(this.fd, bytes, done, length - done, this.size);
      done += written;
      this.size += written;
    }
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
