import type { KeyObject } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '#lib/core/clock';
import { CountersignError } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import type { SealingKey } from '#lib/core/sealing';
import type { RecordingHeader } from '#lib/recording/model';
import type { ControlPlane, SealedRecording } from '#proxy/control/control-plane';
import { type DeliveryTarget, tellSealed } from './delivery.ts';
import { Importer } from './importer.ts';
import { forgetSettled, keepRefusedKey, settleKey } from './key-file.ts';
import { type RecorderLimits, recorderLimits } from './limits.ts';
import { claimDirectory, releaseDirectory, touchDirectory } from './owner.ts';
import type { Recorder } from './recorder.ts';
import { recoverSpools } from './recovery.ts';
import { Room } from './room.ts';
import { SessionFile } from './session-file.ts';
import { SpooledSession } from './session-recorder.ts';
import { Spool } from './spool.ts';

const tickMs = 50;
/** Another host that shares the home takes a folder over when it was not touched for a minute. */
const touchEveryMs = 10_000;
/** How long `close` waits for the control plane; the next start delivers what is left. */
const closeDeliveryMsMax = 5_000;

export interface RecorderOptions {
  /** COUNTERSIGN_HOME: holds `spool/` and `recordings/`. */
  readonly home: string;
  readonly key: SealingKey;
  readonly controlPlane: DeliveryTarget & Pick<ControlPlane, 'closeSession'>;
  /** Signs each seal, so that a recording alone can be checked; null: only the ledger closes it. */
  readonly signingKey?: KeyObject | null;
  readonly clock?: Clock;
  readonly workerId?: string;
  readonly limits?: Partial<RecorderLimits>;
  readonly log?: (message: string, error: unknown) => void;
}

/**
 * Opens this worker's spool and, in the background, recovers what gone workers of this home left.
 * `recovered` resolves when that is done.
 */
export function createRecorder(options: RecorderOptions): Recorder & { readonly recovered: Promise<void> } {
  return new SpoolRecorder(options);
}

class SpoolRecorder implements Recorder {
  readonly recovered: Promise<void>;
  readonly #options: RecorderOptions;
  readonly #clock: Clock;
  readonly #log: (message: string, error: unknown) => void;
  readonly #workerId: string;
  readonly #directory: string;
  readonly #spool: Spool;
  readonly #importer: Importer;
  readonly #room: Room;
  readonly #sessions = new Map<number, SpooledSession>();
  readonly #toTell: { readonly slot: number; readonly recording: SealedRecording }[] = [];
  /** Told sessions of which a segment still has something. */
  readonly #told = new Map<number, string>();
  readonly #timer: NodeJS.Timeout;
  #slot = 0;
  #lastDelivery = 0;
  #touchedAt = 0;
  #delivering: Promise<void> | null = null;
  #releasing: Promise<void> | null = null;
  #closed = false;

  constructor(options: RecorderOptions) {
    const limits = { ...recorderLimits, ...options.limits };
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? (() => undefined);
    this.#workerId = options.workerId ?? newId('worker');
    this.#directory = join(options.home, 'spool', this.#workerId);
    mkdirSync(join(options.home, 'recordings'), { recursive: true, mode: 0o700 });
    claimDirectory(this.#directory);
    this.#spool = new Spool(this.#directory, limits, nowMs);
    this.#room = new Room(options.home, limits, this.#spool);
    this.#importer = new Importer(this.#spool, options.controlPlane, limits, this.#log);
    this.#timer = setInterval(() => this.#tick(limits), tickMs);
    this.#timer.unref();
    this.recovered = recoverSpools({
      home: options.home,
      own: this.#workerId,
      key: options.key,
      signingKey: options.signingKey ?? null,
      controlPlane: options.controlPlane,
      clock: this.#clock,
      log: this.#log,
      stopping: () => this.#closed,
    }).catch((error) => this.#log('a spool could not be recovered; it stays for the next start', error));
  }

  trouble(): string | null {
    if (this.#closed) return 'the gateway is stopping';
    return this.#room.trouble();
  }

  open(header: RecordingHeader, durability: 'process' | 'disk'): SpooledSession {
    const trouble = this.trouble();
    if (trouble) {
      throw new CountersignError(
        'unavailable',
        `No session can be recorded now: ${trouble}. Try again later.`,
      );
    }
    this.#slot += 1;
    const slot = this.#slot;
    const file = new SessionFile(
      {
        key: this.#options.key,
        signingKey: this.#options.signingKey ?? null,
        workerId: this.#workerId,
        clock: this.#clock,
        partPath: this.#partPath(header.sessionId),
        finalPath: join(this.#options.home, 'recordings', `${header.sessionId}.csrec`),
        backlog: (bytes) => this.#room.addBacklog(bytes),
        trouble: (message) => this.#room.setSealTrouble(message),
      },
      header,
    );
    const session = new SpooledSession({
      slot,
      header,
      durability,
      spool: this.#spool,
      importer: this.#importer,
      room: this.#room,
      file,
      onClose: (closed) => void this.#seal(closed),
    });
    this.#sessions.set(slot, session);
    file.begin();
    return session;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const session of this.#sessions.values()) {
      session.close({ state: 'cut', reason: 'the gateway stopped' });
    }
    await this.recovered;
    const deadline = nowMs() + closeDeliveryMsMax;
    while (this.#sessions.size > 0 || !this.#importer.idle) {
      await this.#deliver();
      if (nowMs() > deadline) break;
      await delay(20);
    }
    clearInterval(this.#timer);
    const finished = this.#sessions.size === 0 && this.#importer.idle;
    for (const session of this.#sessions.values()) await session.file.stop();
    this.#spool.close();
    if (finished) rmSync(this.#directory, { recursive: true, force: true });
    else releaseDirectory(this.#directory);
  }

  #tick(limits: RecorderLimits): void {
    try {
      if (!this.#spool.idle) this.#spool.flush();
      this.#spool.rotateAged();
    } catch (error) {
      this.#log('the spool could not be written', error);
    }
    const now = nowMs();
    this.#touch(now);
    for (const session of this.#sessions.values()) session.closeAgedBlock(now, limits.blockAgeMsMax);
    this.#room.check(now);
    this.#releasing ??= this.#release().finally(() => {
      this.#releasing = null;
    });
    if (now - this.#lastDelivery >= limits.deliverEveryMs) void this.#deliver();
  }

  #touch(now: number): void {
    if (now - this.#touchedAt < touchEveryMs) return;
    this.#touchedAt = now;
    try {
      touchDirectory(this.#directory);
    } catch (error) {
      this.#log('the spool folder could not be touched', error);
    }
  }

  /** Finishes a closed session's file and tells the control plane of it. */
  async #seal(session: SpooledSession): Promise<void> {
    try {
      const finished = await session.file.finish('sealed');
      const recording: SealedRecording = {
        sessionId: session.sessionId,
        path: join(this.#options.home, 'recordings', `${session.sessionId}.csrec`),
        bytes: finished.bytes,
        records: finished.records,
        blocks: finished.blocks,
        digest: finished.digest,
        state: 'sealed',
        sealedAt: this.#clock.now(),
        wrappedKey: finished.wrappedKey,
      };
      this.#toTell.push({ slot: session.slot, recording });
      await this.#deliver();
    } catch (error) {
      this.#log(`session ${session.sessionId} could not be sealed; the next start does it`, error);
    }
  }

  #deliver(): Promise<void> {
    this.#delivering ??= this.#deliverOnce().finally(() => {
      this.#lastDelivery = nowMs();
      this.#delivering = null;
    });
    return this.#delivering;
  }

  async #deliverOnce(): Promise<void> {
    await this.#importer.run();
    for (let next = this.#toTell[0]; next; next = this.#toTell[0]) {
      const answer = await tellSealed(this.#options.controlPlane, next.recording, this.#log);
      if (answer === 'away') return;
      const part = this.#partPath(next.recording.sessionId);
      if (answer === 'told') await settleKey(part);
      else await keepRefusedKey(part, next.recording.path);
      this.#told.set(next.slot, part);
      this.#toTell.shift();
      this.#sessions.delete(next.slot);
    }
  }

  /** Removes segments whose records are in durable files and whose rows were taken. */
  async #release(): Promise<void> {
    for (const segment of this.#spool.segments.slice(0, -1)) {
      if (segment.undelivered > 0) continue;
      const holders = [...segment.lastSeq].flatMap(([slot, seq]) => {
        const session = this.#sessions.get(slot);
        return session ? [{ session, seq }] : [];
      });
      if (holders.some(({ session, seq }) => session.endSeq === seq || session.file.sealedSeq < seq))
        continue;
      try {
        for (const { session } of holders) await session.file.sync();
      } catch (error) {
        this.#log('a recording could not be synced', error);
        return;
      }
      this.#spool.release(segment);
    }
    for (const [slot, part] of this.#told) {
      if (this.#spool.segments.some((segment) => segment.lastSeq.has(slot))) continue;
      this.#told.delete(slot);
      await forgetSettled(part);
    }
  }

  #partPath(sessionId: string): string {
    return join(this.#directory, `${sessionId}.part`);
  }
}

function nowMs(): number {
  return performance.now();
}
