import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CountersignError, conflict, isCountersignError } from '#lib/core/errors';
import type { SealingKey } from '#lib/core/sealing';
import {
  FileStore,
  type OpenBytes,
  RecordingReader,
  readLiveRecording,
  recordingName,
  type SealedStore,
} from '#lib/recording/index';
import type { RecordingPage } from './model.ts';

/** Where recordings lie, and the keys that open them. */
export interface RecordingStore {
  /** Sealed recordings. */
  readonly directory: string;
  /** The gateway's spool folder, when this process shares its home: running sessions are read there. */
  readonly spool?: string;
  readonly key: SealingKey | readonly SealingKey[];
  /** Where recordings are brought, when they do not stay in files. */
  readonly blobs?: SealedStore | null;
}

export interface Wanted {
  readonly sessionId: string;
  /** First sequence, from 1. */
  readonly from: number;
  readonly limit: number;
}

/** Where a sealed recording lies, and its data key when the file does not hold it. */
export interface SealedPlace {
  readonly store: string;
  readonly wrappedKey: string | null;
}

/** A page of a sealed file. Whoever calls has checked permission. */
export function readSealed(
  store: RecordingStore,
  place: SealedPlace,
  { sessionId, from, limit }: Wanted,
): Promise<RecordingPage> {
  return withSealed(store, place, sessionId, async (reader) => {
    const { records, nextSeq } = await reader.page(from, limit);
    return { header: reader.header, records, next: nextSeq, sealed: true };
  });
}

/** Opens a sealed file for as long as it is used. Whoever calls has checked permission. */
export async function withSealed<Result>(
  store: RecordingStore,
  place: SealedPlace,
  sessionId: string,
  use: (reader: RecordingReader) => Promise<Result>,
): Promise<Result> {
  try {
    const { source, close } = await openBytes(store, place.store, recordingName(sessionId));
    try {
      const reader = await RecordingReader.open(source, store.key, place.wrappedKey);
      if (reader.header.sessionId !== sessionId) {
        throw new CountersignError(
          'integrity',
          'The file in this place is the recording of another session.',
        );
      }
      return await use(reader);
    } finally {
      await close();
    }
  } catch (error) {
    if (isCountersignError(error) && error.code === 'not_found') {
      throw new CountersignError('integrity', 'The recording’s file is missing from the store.', {
        cause: error,
      });
    }
    throw error;
  }
}

/** A file may be in the blob store already, and not be known to be. */
async function openBytes(store: RecordingStore, kind: string, name: string): Promise<OpenBytes> {
  const { blobs, directory } = store;
  if (kind === 'blob') {
    if (blobs) return blobs.open(name);
    throw new CountersignError(
      'unavailable',
      'The recording lies in the blob store, which this process does not know. Set COUNTERSIGN_STORE=blob.',
    );
  }
  const file = await new FileStore(directory).open(name).catch((error: unknown) => {
    if (blobs && isCountersignError(error)) return null;
    throw error;
  });
  return file ?? (blobs as SealedStore).open(name);
}

/**
 * A page of what of an unsealed session is written so far, about a second behind; `next` is never
 * null. `conflict` when nothing is there (yet), or when its gateway's spool can't be reached from here.
 */
export async function readRunning(
  store: RecordingStore,
  workerId: string,
  { sessionId, from, limit }: Wanted,
): Promise<RecordingPage> {
  const { spool } = store;
  if (spool === undefined || !(await isFolder(spool))) throw outOfReach();
  const page = await readLiveRecording(spool, sessionId, store.key, { fromSeq: from, limit });
  if (page) return { header: page.header, records: page.records, next: page.nextSeq, sealed: false };
  if (!(await isFolder(join(spool, workerId)))) throw outOfReach();
  throw conflict('Nothing of this session is written yet, or it is being sealed. Try again in a moment.');
}

function outOfReach(): CountersignError {
  return conflict(
    'The session’s gateway keeps its unsealed recording where this page can’t read it. It opens when it is sealed.',
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
