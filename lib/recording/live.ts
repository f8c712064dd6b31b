import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlock } from './block.ts';
import { ByteCursor } from './bytes.ts';
import { fileSource } from './file.ts';
import { pageBytesMax, RecordingFault } from './format.ts';
import type { RecordingHeader, RecordingRecord } from './model.ts';
import { decodeRecords } from './record.ts';
import { type ScanState, scanBlock, scanPrelude } from './scan.ts';
import { type RecordingKeys, unwrapDataKey } from './seal.ts';

export interface LivePage {
  readonly header: RecordingHeader;
  readonly records: readonly RecordingRecord[];
  /** Sequence to ask for next; more may come. */
  readonly nextSeq: number;
}

interface Wanted {
  readonly fromSeq: number;
  readonly limit: number;
}

/** Where the reading of a file may go on: who watches asks for what follows, again and again. */
interface Place {
  readonly fileId: Buffer;
  readonly header: RecordingHeader;
  readonly offset: number;
  readonly sums: Pick<
    ScanState,
    'chain' | 'blocks' | 'records' | 'statements' | 'plainBytes' | 'lastFirstAtUs'
  >;
}

/** Sessions that are watched at once, more or less; a forgotten one is read from its start again. */
const placesMax = 200;
const places = new Map<string, Place>();

/**
 * What of a running session stands in its unfinished file: about a second behind. Reads the spool
 * folder of this host's workers. Null: nothing yet, or the session is sealed meanwhile. Nothing of
 * it is final, and its end is missing; whoever calls has checked permission.
 */
export async function readLiveRecording(
  spoolFolder: string,
  sessionId: string,
  keys: RecordingKeys,
  page: Wanted,
): Promise<LivePage | null> {
  if (!/^\w{1,64}$/.test(sessionId)) return null;
  for (const worker of await workersOf(spoolFolder)) {
    const found = await readPart(join(spoolFolder, worker, `${sessionId}.part`), keys, page);
    if (found) return found;
  }
  return null;
}

async function workersOf(spoolFolder: string): Promise<string[]> {
  try {
    const entries = await readdir(spoolFolder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

async function readPart(path: string, keys: RecordingKeys, page: Wanted): Promise<LivePage | null> {
  const handle = await open(path, 'r').catch(() => null);
  if (!handle) return null;
  try {
    const source = await fileSource(handle);
    const start = new ByteCursor(source);
    const state = await scanPrelude(start);
    const apart = await keyBeside(path);
    if (state.header.wrappedKey === null && apart === null) return null;
    const dataKey = unwrapDataKey(keys, state.header, apart);
    const known = placeFor(path, state, page);
    const cursor = known ? new ByteCursor(source, known.offset) : start;
    if (known) Object.assign(state, known.sums);
    let header = known?.header ?? null;
    const records: RecordingRecord[] = [];
    let bytes = 0;
    while (records.length < page.limit && bytes < pageBytesMax) {
      const offset = cursor.offset;
      const before = sumsOf(state);
      const block = await wholeBlock(() => scanBlock(cursor, state));
      if (!block) break;
      const { head, frame } = block;
      if (header && head.firstSeq + head.records <= page.fromSeq) continue;
      const plain = openBlock(dataKey, state.fileId, frame, block.offset);
      if (head.type === 'header') header = JSON.parse(plain.toString('utf8')) as RecordingHeader;
      else {
        take(records, plain, page);
        if (records.length > 0) bytes += plain.length;
      }
      if (header && head.type === 'records') {
        keep(path, { fileId: state.fileId, header, offset, sums: before });
      }
    }
    if (!header) return null;
    return { header, records, nextSeq: (records.at(-1)?.seq ?? page.fromSeq - 1) + 1 };
  } catch (error) {
    // The first bytes are being written.
    if (error instanceof RecordingFault) return null;
    throw error;
  } finally {
    await handle.close();
  }
}

/** The wrapped data key, while it waits in the spool folder; null: the file holds it, or it is sealed meanwhile. */
async function keyBeside(partPath: string): Promise<string | null> {
  return readFile(partPath.replace(/\.part$/, '.key'), 'utf8').catch(() => null);
}

function take(records: RecordingRecord[], plain: Buffer, page: Wanted): void {
  for (const record of decodeRecords(plain, page.fromSeq, Number.POSITIVE_INFINITY)) {
    if (records.length >= page.limit) return;
    records.push(record);
  }
}

function placeFor(path: string, { fileId }: ScanState, { fromSeq }: Wanted): Place | null {
  const place = places.get(path);
  return place?.fileId.equals(fileId) && place.sums.records < fromSeq ? place : null;
}

function keep(path: string, place: Place): void {
  places.delete(path);
  places.set(path, place);
  for (const oldest of places.keys()) {
    if (places.size <= placesMax) return;
    places.delete(oldest);
  }
}

function sumsOf({ chain, blocks, records, statements, plainBytes, lastFirstAtUs }: ScanState): Place['sums'] {
  return { chain, blocks, records, statements, plainBytes, lastFirstAtUs };
}

/** The end of what is whole: the next block is being written. */
async function wholeBlock<Block>(scan: () => Promise<Block | null>): Promise<Block | null> {
  try {
    return await scan();
  } catch (error) {
    if (error instanceof RecordingFault) return null;
    throw error;
  }
}
