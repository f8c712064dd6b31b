import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOfFile } from '#lib/recording/store/digest';
import type { SealedStore } from '#lib/recording/store/store';
import type { ControlPlane } from '#proxy/control/control-plane';

const roundMs = 2_000;
const retryMsMin = 5_000;
const retryMsMax = 5 * 60_000;
const sealedFile = /^(\w{1,64})\.csrec$/;

export interface UploadOptions {
  /** Where this home's sealed files land. */
  readonly directory: string;
  readonly store: SealedStore;
  readonly controlPlane: Pick<ControlPlane, 'knownRecording' | 'recordingStored'>;
  readonly log: (message: string, error: unknown) => void;
  readonly roundMs?: number;
}

/**
 * Brings sealed files to the store, one after the other, off the statements' way. A local file goes
 * only after the store's copy was read back and the control plane knows where it is. Whatever is
 * left is found again by the next round, or by the next start.
 */
export function startUploads(options: UploadOptions): { close(): Promise<void> } {
  const stopping = new AbortController();
  const uploads = new Uploads(options, stopping.signal);
  const running = uploads.run();
  return {
    async close() {
      stopping.abort();
      await running;
    },
  };
}

interface Trouble {
  readonly again: number;
  readonly waitMs: number;
}

class Uploads {
  readonly #options: UploadOptions;
  readonly #signal: AbortSignal;
  readonly #troubles = new Map<string, Trouble>();

  constructor(options: UploadOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#round().catch((error) => this.#options.log('recordings could not be listed', error));
      await delay(this.#options.roundMs ?? roundMs, undefined, { signal: this.#signal }).catch(
        () => undefined,
      );
    }
  }

  async #round(): Promise<void> {
    const names = await readdir(this.#options.directory);
    for (const name of names.sort()) {
      const sessionId = sealedFile.exec(name)?.[1];
      if (sessionId === undefined) continue;
      if (this.#signal.aborted) return;
      const trouble = this.#troubles.get(name);
      if (trouble && Date.now() < trouble.again) continue;
      try {
        await this.#bring(name, sessionId);
        this.#troubles.delete(name);
      } catch (error) {
        const waitMs = Math.min(trouble ? trouble.waitMs * 2 : retryMsMin, retryMsMax);
        this.#troubles.set(name, { again: Date.now() + waitMs, waitMs });
        this.#options.log(`the recording ${name} is not in the store yet`, error);
      }
    }
  }

  async #bring(name: string, sessionId: string): Promise<void> {
    const { directory, store, controlPlane } = this.#options;
    const known = await controlPlane.knownRecording?.(sessionId);
    // Its seal is not told yet, or was refused for good: it stays here.
    if (!known) return;
    const path = join(directory, name);
    if (!known.deleted) {
      if ((await digestOfFile(path)) !== known.digest) {
        throw new Error(`${path} is not the file that was sealed; it stays here and is not uploaded`);
      }
      await store.put(name, path, known.digest);
    }
    const { digest } = known;
    const stored =
      !known.deleted &&
      (await controlPlane.recordingStored?.({ sessionId, digest, store: 'blob', path: name }));
    if (!stored) await store.remove(name);
    await rm(path, { force: true });
  }
}
