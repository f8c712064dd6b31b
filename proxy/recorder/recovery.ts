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
  verifyRecordingFile,
} from '#lib/recording/index';
import { type RecordSpan, recordSpans } from '#lib/recording/record';
import type { ControlPlane, SealedRecording, StatementRow } from '#proxy/control/control-plane';
import { deliver, type DeliveryTarget, reviveRow, tellSealed } from './importer.ts';
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
  #rows: { row: StatementRow; facts: { digest: string; facts: unknown } | null }[] = [];
  #backlog = 0;

  constructor(options: RecoveryOptions, directory: string) {
    this.#options = options;
    this.#directory = directory;
  }

  /** False: the control plane could not be told everything. */
  async run(): Promise<boolean> {
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

  async #resume(path: string): Promise<void> {
    const handle = await open(path, 'r+');
    try {
      const spans: [RecordSpan, Buffer][] = [];
      let session: RecoveredSession | null = null;
      const resumed = await resumeRecording(await fileSource(handle), this.#options.key, {
        header: (header, writer) => {
          session = this.#session(header, writer);
        },
        record: (span, plain) => spans.push([span, plain]),
      });
    } finally {
      await handle.close();
    }
  }
}
