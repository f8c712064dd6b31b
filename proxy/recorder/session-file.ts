import type { KeyObject } from 'node:crypto';
import { copyFile, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#lib/core/clock';
import type { SealingKey } from '#lib/core/sealing';
import {
  blockBytesTarget,
  type FinishedRecording,
  type PackedBlock,
  type PlainBlock,
  packBlock,
  type RecordingHeader,
  RecordingWriter,
  type SealState,
} from '#lib/recording/index';
import { isIntentCode } from '#lib/recording/record';
import { keepKey } from './key-file.ts';

const firstBufferBytes = 4 * 1024;
const retryMs = 250;
const blocksPerWrite = 16;

interface Closed extends PlainBlock {
  readonly packed: Promise<PackedBlock>;
}

export interface SessionFileOptions {
  readonly key: SealingKey;
  readonly signingKey: KeyObject | null;
  readonly workerId: string;
  readonly clock: Clock;
  /** Unfinished, in the spool's folder. */
  readonly partPath: string;
  readonly finalPath: string;
  /** Called when a closed block came to wait, and when it was written: bytes of it. */
  readonly backlog: (bytes: number) => void;
  /** Writing failed and is tried again; null: it works again. */
  readonly trouble: (message: string | null) => void;
}

/** Gathers a session's records in blocks, seals them into its file, and finishes it. */
export class SessionFile {
  readonly #options: SessionFileOptions;
  readonly #header: RecordingHeader;
  readonly #queue: Closed[] = [];
  #writer: RecordingWriter | null;
  #handle: FileHandle | null = null;
  #running: Promise<void> | null = null;
  #stopped = false;
  #buffer: Buffer | null = null;
  #used = 0;
  #firstSeq = 0;
  #records = 0;
  #statements = 0;
  #firstAtUs = 0;
  #lastAtUs = 0;
  #dirty = false;
  #sealedSeq: number;
  /** When the open block got its first record, in the caller's milliseconds. */
  openedAtMs = 0;
  /** Likeness → sequence of the whole record of it in the open block: others may be short. */
  readonly written = new Map<object, number>();

  constructor(options: SessionFileOptions, header: RecordingHeader, resumed: RecordingWriter | null = null) {
    this.#options = options;
    this.#header = header;
    this.#writer = resumed;
    this.#sealedSeq = resumed?.lastSeq ?? 0;
  }

  /** Sequence of the last record that stands in the file; 0: its start does, -1: not even that. */
  get sealedSeq(): number {
    return this.#writer ? this.#sealedSeq : -1;
  }

  /** Writes the file's start: a session that does nothing has a recording too, and can be watched. */
  begin(): void {
    this.#running ??= this.#run();
  }

  /** True when records wait for their block to be closed. */
  get hasOpenBlock(): boolean {
    return this.#records > 0;
  }

  /** True when so many bytes more still go into the open block. */
  fits(bytes: number): boolean {
    return this.#used + bytes <= blockBytesTarget;
  }

  /** Adds a record, whose bytes lie in `source`, to the open block, or to a new one when that is full. */
  add(
    source: Buffer,
    start: number,
    end: number,
    seq: number,
    atUs: number,
    code: number,
    nowMs: number,
  ): void {
    const bytes = end - start;
    if (!this.fits(bytes) && this.#records > 0) this.closeBlock();
    if (this.#records === 0) {
      this.#firstSeq = seq;
      this.#firstAtUs = atUs;
      this.openedAtMs = nowMs;
    }
    this.#fit(bytes);
    source.copy(this.#buffer as Buffer, this.#used, start, end);
    this.#used += bytes;
    this.#records += 1;
    this.#lastAtUs = atUs;
    if (isIntentCode(code)) this.#statements += 1;
  }

  /** Hands the open block to the sealer. */
  closeBlock(): void {
    if (this.#records === 0 || !this.#buffer) return;
    const plain = this.#buffer.subarray(0, this.#used);
    this.#queue.push({
      plain,
      firstSeq: this.#firstSeq,
      records: this.#records,
      statements: this.#statements,
      firstAtUs: this.#firstAtUs,
      packed: packBlock(plain),
    });
    this.#options.backlog(this.#used);
    this.#buffer = null;
    this.#used = 0;
    this.#records = 0;
    this.#statements = 0;
    this.written.clear();
    this.#running ??= this.#run();
  }

  /** Resolves when everything closed so far is in the file. */
  async drained(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Makes what is in the file durable. */
  async sync(): Promise<void> {
    if (!this.#dirty || !this.#handle) return;
    this.#dirty = false;
    await this.#handle.datasync();
  }

  /** Closes the last block, writes the end, and moves the file to its place. */
  async finish(state: SealState): Promise<FinishedRecording> {
    this.closeBlock();
    await this.drained();
    const { writer, handle } = await this.#again(() => this.#opened());
    const offset = writer.offset;
    const [bytes, finished] = writer.finish(
      state,
      this.#options.clock.now(),
      this.#lastAtUs,
      this.#options.signingKey,
    );
    await this.#again(async () => {
      await writeAll(handle, bytes, offset);
      await handle.datasync();
    });
    await handle.close();
    this.#handle = null;
    await this.#again(() => moveFile(this.#options.partPath, this.#options.finalPath));
    return finished;
  }

  /** Gives up trying: what is not in the file stays in the spool. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running?.catch(() => undefined);
    await this.#handle?.close();
    this.#handle = null;
  }

  /** Seals what is closed, in as few writes as there are turns: blocks were packed side by side. */
  async #run(): Promise<void> {
    try {
      await this.#again(() => this.#opened());
      while (this.#queue.length > 0 && !this.#stopped) {
        const blocks = this.#queue.slice(0, blocksPerWrite);
        await this.#write(blocks);
        this.#queue.splice(0, blocks.length);
        for (const block of blocks) {
          this.#sealedSeq = block.firstSeq + block.records - 1;
          this.#options.backlog(-block.plain.length);
        }
      }
    } finally {
      this.#running = null;
    }
  }

  async #write(blocks: readonly Closed[]): Promise<void> {
    const { writer, handle } = await this.#again(() => this.#opened());
    const packed = await Promise.all(blocks.map((block) => block.packed));
    const offset = writer.offset;
    const bytes = Buffer.concat(blocks.map((block, at) => writer.block(block, packed[at] as PackedBlock)));
    await this.#again(() => writeAll(handle, bytes, offset));
    this.#dirty = true;
  }

  async #opened(): Promise<{ writer: RecordingWriter; handle: FileHandle }> {
    if (this.#writer) {
      this.#handle ??= await open(this.#options.partPath, 'r+', 0o600);
      return { writer: this.#writer, handle: this.#handle };
    }
    this.#handle ??= await open(this.#options.partPath, 'w', 0o600);
    const [writer, start] = await RecordingWriter.start({
      key: this.#options.key,
      workerId: this.#options.workerId,
      createdAt: this.#options.clock.now(),
      header: this.#header,
      keyApart: true,
    });
    if (writer.wrappedKey) await keepKey(this.#options.partPath, writer.wrappedKey);
    await writeAll(this.#handle, start, 0);
    this.#dirty = true;
    this.#writer = writer;
    return { writer, handle: this.#handle };
  }

  /** Tries until it works: nothing is lost meanwhile, for the spool holds it. */
  async #again<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let failed = false; ; failed = true) {
      try {
        const result = await work();
        if (failed) this.#options.trouble(null);
        return result;
      } catch (error) {
        if (this.#stopped) throw error;
        this.#options.trouble(error instanceof Error ? error.message : String(error));
        await delay(retryMs);
      }
    }
  }

  #fit(bytes: number): void {
    const needed = this.#used + bytes;
    if (this.#buffer && needed <= this.#buffer.length) return;
    const size = Math.max(
      needed,
      Math.min(blockBytesTarget, (this.#buffer?.length ?? firstBufferBytes / 2) * 2),
    );
    const grown = Buffer.allocUnsafe(size);
    this.#buffer?.copy(grown, 0, 0, this.#used);
    this.#buffer = grown;
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  }
}

/** Renames, or copies when the places are on different disks; the folder is synced. */
async function moveFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const near = `${to}.moving`;
    await copyFile(from, near);
    const copied = await open(near, 'r+');
    await copied.datasync();
    await copied.close();
    await rename(near, to);
    await rm(from);
  }
  const folder = await open(dirname(to), 'r');
  await folder.sync();
  await folder.close();
}
