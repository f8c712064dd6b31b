import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#lib/core/clock';
import type { SealingKey } from '#lib/core/sealing';
import {
  fileSource,
  type RecordingHeader,
  type RecordingWriter,
  resumeRecording,
  type VerifiedRecording,
  verifyRecordingFile,
} from '#lib/recording/index';
import { recordSpans } from '#lib/recording/record';
import type { ControlPlane, SealedRecording } from '#proxy/control/control-plane';
import { type Delivery, type DeliveryTarget, deliver, RowFrames, tellSealed } from './delivery.ts';
import { isSettled, keepRefusedKey, readKey, settleKey } from './key-file.ts';
import { recorderLimits } from './limits.ts';
import { isOrphan, releaseDirectory, takeOver } from './owner.ts';
import { RecoveredSession } from './recovered-session.ts';
import { SessionFile } from './session-file.ts';
import { spoolFrames } from './spool-frame.ts';
import { readFrames, segmentPaths } from './spool-read.ts';

const interruptedReason = 'the gateway process ended without closing the session';
const backlogBytesMax = 8 * 1024 * 1024;
const retryMsMax = 5_000;

export interface RecoveryOptions {
  readonly home: string;
  /** This worker's id: its own folder is left alone. */
  readonly own: string;
  readonly key: SealingKey;
  readonly signingKey: KeyObject | null;
  readonly controlPlane: DeliveryTarget & Pick<ControlPlane, 'closeSession'>;
  readonly clock: Clock;
  readonly log: (message: string, error: unknown) => void;
  /** True: stop trying to reach the control plane; the next start goes on. */
  readonly stopping: () => boolean;
}

/** Finishes what gone workers of this home left: every record that reached a spool is in a sealed file after it. */
export async function recoverSpools(options: RecoveryOptions): Promise<void> {
  const root = join(options.home, 'spool');
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === options.own) continue;
    const left = join(root, entry.name);
    if (!isOrphan(left)) continue;
    const directory = takeOver(left, join(root, `${entry.name.replace(/~.*$/, '')}~${options.own}`));
    if (!directory) continue;
    try {
      const done = await new Recovery(options, directory).run();
      if (done) await rm(directory, { recursive: true, force: true });
      else releaseDirectory(directory);
    } catch (error) {
      releaseDirectory(directory);
      options.log(`the spool ${entry.name} could not be recovered; it stays for the next start`, error);
    }
  }
}

class Recovery {
  readonly #options: RecoveryOptions;
  readonly #directory: string;
  readonly #sessions = new Map<string, RecoveredSession>();
  readonly #finished = new Set<string>();
  #rows: Delivery[] = [];
  #backlog = 0;

  constructor(options: RecoveryOptions, directory: string) {
    this.#options = options;
    this.#directory = directory;
  }

  /** False: the control plane could not be told everything. */
  async run(): Promise<boolean> {
    try {
      return await this.#recover();
    } finally {
      for (const { file } of this.#sessions.values()) await file.stop();
    }
  }

  async #recover(): Promise<boolean> {
    for (const name of await readdir(this.#directory)) {
      if (name.endsWith('.part')) await this.#resume(join(this.#directory, name));
    }
    const paths = await segmentPaths(this.#directory);
    for (const path of paths) {
      if (!(await this.#segment(path, path === paths.at(-1)))) return false;
    }
    for (const session of this.#sessions.values()) {
      if (!(await this.#finish(session))) return false;
    }
    for (const sessionId of this.#finished) {
      if (!(await this.#tellFinished(sessionId))) return false;
    }
    return this.#deliverRows();
  }

  /** Takes up an unfinished file. One without a whole header holds nothing that the spool lacks. */
  async #resume(path: string): Promise<void> {
    const handle = await open(path, 'r+');
    try {
      const found: RecoveredSession[] = [];
      const writer = await resumeRecording(
        await fileSource(handle),
        this.#options.key,
        {
          header: (header) => found.push(new RecoveredSession(header)),
          record: (span, plain) => found[0]?.seen(span, plain),
        },
        await readKey(path),
      );
      const session = found[0];
      if (!writer || !session) return;
      await handle.truncate(writer.offset);
      session.attach(this.#file(session.header, writer));
      this.#sessions.set(session.header.sessionId, session);
    } finally {
      await handle.close();
    }
  }

  async #segment(path: string, last: boolean): Promise<boolean> {
    const slots = new Map<number, string>();
    const rows = new RowFrames();
    const frames = readFrames(path);
    for (let step = await frames.next(); ; step = await frames.next()) {
      if (step.done) {
        if (step.value > 0 && !last) await this.#keepDamaged(path, step.value);
        return true;
      }
      const { type, slot, payload } = step.value;
      if (type === spoolFrames.open) slots.set(slot, this.#opened(parse(payload)));
      else if (type === spoolFrames.record) this.#record(slots.get(slot), payload);
      else if (type === spoolFrames.row) this.#row(rows, payload);
      if (this.#rows.length >= recorderLimits.rowsPerBatch && !(await this.#deliverRows())) return false;
      if (this.#backlog > backlogBytesMax) await this.#drain();
    }
  }

  /** The session that an open frame names; one whose file is finished already needs only telling. */
  #opened({ header }: { readonly header: RecordingHeader }): string {
    const id = header.sessionId;
    if (this.#sessions.has(id) || isSettled(this.#partPath(id))) return id;
    if (existsSync(this.#finalPath(id))) {
      this.#finished.add(id);
      return id;
    }
    const session = new RecoveredSession(header);
    session.attach(this.#file(header, null));
    this.#sessions.set(id, session);
    return id;
  }

  #record(sessionId: string | undefined, payload: Buffer): void {
    const session = sessionId === undefined ? undefined : this.#sessions.get(sessionId);
    if (!session) return;
    for (const span of recordSpans(payload)) session.take(span, payload);
  }

  /** One that can't be read is said and left out: its statement is in the recording. */
  #row(rows: RowFrames, payload: Buffer): void {
    try {
      this.#rows.push(rows.parse(payload));
    } catch (error) {
      this.#options.log('a statement row in the spool can not be read, and is left out of the index', error);
    }
  }

  async #finish(session: RecoveredSession): Promise<boolean> {
    const { sessionId } = session.header;
    const ended = session.ended && !session.hasGap;
    if (session.hasGap) {
      this.#options.log(
        `records of session ${sessionId} are missing from the spool after ${session.lastSeq}`,
        null,
      );
    }
    if (!session.ended) {
      const reason = session.hasGap ? `${interruptedReason}; records after it are lost` : interruptedReason;
      for (const row of session.interrupt(reason)) this.#rows.push({ row, facts: null });
    }
    if (!(await this.#deliverRows())) return false;
    const finished = await session.file.finish(ended ? 'sealed' : 'interrupted');
    const recording: SealedRecording = {
      sessionId,
      path: this.#finalPath(sessionId),
      bytes: finished.bytes,
      records: finished.records,
      blocks: finished.blocks,
      digest: finished.digest,
      state: finished.state,
      sealedAt: this.#options.clock.now(),
      wrappedKey: finished.wrappedKey,
    };
    try {
      await this.#options.controlPlane.closeSession(session.sessionEnd(interruptedReason));
    } catch (error) {
      this.#options.log(`the end of session ${sessionId} was not taken`, error);
    }
    return this.#tell(recording);
  }

  /** A file that was finished before its worker went, of which the control plane may not know. */
  async #tellFinished(sessionId: string): Promise<boolean> {
    const path = this.#finalPath(sessionId);
    let checked: VerifiedRecording;
    try {
      checked = await verifyRecordingFile(path);
    } catch (error) {
      this.#options.log(`the recording ${path} does not check; it stays as it is`, error);
      return true;
    }
    const recording: SealedRecording = {
      sessionId,
      path,
      bytes: checked.bytes,
      records: checked.records,
      blocks: checked.blocks,
      digest: checked.digest,
      state: checked.state,
      sealedAt: checked.sealedAt,
      wrappedKey: await readKey(this.#partPath(sessionId)),
    };
    return this.#tell(recording);
  }

  #tell(recording: SealedRecording): Promise<boolean> {
    const part = this.#partPath(recording.sessionId);
    return this.#until(async () => {
      const answer = await tellSealed(this.#options.controlPlane, recording, this.#options.log);
      if (answer === 'told') await settleKey(part);
      if (answer === 'refused') await keepRefusedKey(part, recording.path);
      return answer !== 'away';
    });
  }

  async #deliverRows(): Promise<boolean> {
    const batch = this.#rows;
    if (batch.length === 0) return true;
    this.#rows = [];
    return this.#until(() => deliver(this.#options.controlPlane, batch, this.#options.log));
  }

  /** Tries until it works, or until this process stops too. */
  async #until(work: () => Promise<boolean>): Promise<boolean> {
    for (let wait = 250; !(await work()); wait = Math.min(wait * 2, retryMsMax)) {
      if (this.#options.stopping()) return false;
      await delay(wait);
      if (this.#options.stopping()) return false;
    }
    return true;
  }

  async #drain(): Promise<void> {
    for (const session of this.#sessions.values()) await session.file.drained();
  }

  async #keepDamaged(path: string, bytes: number): Promise<void> {
    const kept = join(this.#options.home, 'spool', `damaged-${basename(this.#directory)}-${basename(path)}`);
    await rename(path, kept);
    this.#options.log(`${bytes} bytes of the spool could not be read; the segment is kept as ${kept}`, null);
  }

  #file(header: RecordingHeader, writer: RecordingWriter | null): SessionFile {
    const { key, signingKey, clock, log } = this.#options;
    return new SessionFile(
      {
        key,
        signingKey,
        workerId: basename(this.#directory),
        clock,
        partPath: this.#partPath(header.sessionId),
        finalPath: this.#finalPath(header.sessionId),
        backlog: (bytes) => {
          this.#backlog += bytes;
        },
        trouble: (message) => {
          if (message) log(`recording ${header.sessionId} can't be written`, new Error(message));
        },
      },
      header,
      writer,
    );
  }

  #partPath(sessionId: string): string {
    return join(this.#directory, `${sessionId}.part`);
  }

  #finalPath(sessionId: string): string {
    return join(this.#options.home, 'recordings', `${sessionId}.csrec`);
  }
}

function parse<Value>(payload: Buffer): Value {
  return JSON.parse(payload.toString('utf8')) as Value;
}
