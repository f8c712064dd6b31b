import { statfs } from 'node:fs/promises';
import { CountersignError } from '#lib/core/errors';
import type { RecorderLimits } from './limits.ts';
import type { Spool } from './spool.ts';

const checkEveryMs = 1_000;

interface Waiter {
  readonly deadline: number;
  readonly go: () => void;
  readonly end: (error: Error) => void;
}

/** Watches what recording needs (disk, spool, sealer), and makes sessions wait while it is short. */
export class Room {
  readonly #home: string;
  readonly #limits: RecorderLimits;
  readonly #spool: Spool;
  readonly #waiters = new Set<Waiter>();
  #backlog = 0;
  #sealTrouble: string | null = null;
  #freeBytes = Number.POSITIVE_INFINITY;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(home: string, limits: RecorderLimits, spool: Spool) {
    this.#home = home;
    this.#limits = limits;
    this.#spool = spool;
  }

  addBacklog(bytes: number): void {
    this.#backlog += bytes;
  }

  setSealTrouble(message: string | null): void {
    this.#sealTrouble = message;
  }

  /** Why no session may open; null: all is well. */
  trouble(): string | null {
    if (this.#spool.failure) return this.#spool.failure;
    if (this.#sealTrouble) return `recordings can't be written: ${this.#sealTrouble}`;
    if (this.#freeBytes < this.#limits.freeBytesMin) {
      return `less than ${mebibytes(this.#limits.freeBytesMin)} MiB are free on the recordings' disk`;
    }
    return this.#shortage();
  }

  /** Undefined: go on. Else resolves when there is room again, or rejects after the longest pause. */
  wait(): Promise<void> | undefined {
    if (!this.#shortage()) return undefined;
    const room = new Promise<void>((go, end) => {
      this.#waiters.add({ deadline: performance.now() + this.#limits.pauseMsMax, go, end });
    });
    // Who does not wait for it must not bring the process down.
    room.catch(() => undefined);
    return room;
  }

  /** Lets go of who waits, and looks at the disk once a second. */
  check(nowMs: number): void {
    this.#wake(nowMs);
    if (nowMs - this.#checkedAt < checkEveryMs) return;
    this.#checkedAt = nowMs;
    statfs(this.#home).then(
      (disk) => {
        this.#freeBytes = disk.bavail * disk.bsize;
      },
      () => {
        this.#freeBytes = 0;
      },
    );
  }

  #shortage(): string | null {
    if (this.#spool.bytes >= this.#limits.spoolBytesMax) {
      return `the spool is full (${mebibytes(this.#limits.spoolBytesMax)} MiB wait to be sealed)`;
    }
    if (this.#backlog >= this.#limits.sealBacklogBytesMax) return 'sealing does not keep up';
    return null;
  }

  #wake(nowMs: number): void {
    if (this.#waiters.size === 0) return;
    const shortage = this.#shortage();
    for (const waiter of this.#waiters) {
      if (!shortage) waiter.go();
      else if (nowMs >= waiter.deadline) {
        waiter.end(
          new CountersignError('unavailable', `Recording stopped: ${shortage}; nothing runs unrecorded.`),
        );
      } else continue;
      this.#waiters.delete(waiter);
    }
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
