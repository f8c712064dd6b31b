import type { KeyObject } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { CountersignError } from '#lib/core/errors';
import type { ByteSource } from './bytes.ts';
import { RecordingReader } from './reader.ts';
import type { RecordingKeys } from './seal.ts';
import { type VerifiedRecording, verifyRecording } from './verify.ts';

/** A file's bytes. Short reads (the file shrank meanwhile) throw `integrity`. */
export async function fileSource(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  return {
    size,
    async read(offset, length) {
      const bytes = Buffer.allocUnsafe(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0)
          throw new CountersignError('integrity', `the file ends at byte ${offset + done}`);
        done += bytesRead;
      }
      return bytes;
    },
  };
}

export interface OpenRecording {
  readonly reader: RecordingReader;
  close(): Promise<void>;
}

/**
 * Opens a sealed recording for reading in pages; `apart` is its wrapped data key where the file does
 * not hold it. Close it. Whoever calls has checked permission.
 */
export async function openRecordingFile(
  path: string,
  keys: RecordingKeys,
  apart: string | null = null,
): Promise<OpenRecording> {
  const handle = await openFile(path);
  try {
    const reader = await RecordingReader.open(await fileSource(handle), keys, apart);
    return { reader, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** `verifyRecording` of a file. */
export async function verifyRecordingFile(
  path: string,
  publicKeys: readonly KeyObject[] = [],
): Promise<VerifiedRecording> {
  const handle = await openFile(path);
  try {
    return await verifyRecording(await fileSource(handle), publicKeys);
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new CountersignError('not_found', `the recording ${path} can't be opened`, { cause });
  }
}
