import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlock } from './block.ts';
import { ByteCursor } from './bytes.ts';
import { fileSource } from './file.ts';
import { RecordingFault } from './format.ts';
import type { RecordingHeader, RecordingRecord } from './model.ts';
import { decodeRecord, recordSpans } from './record.ts';
import { scanBlock, scanPrelude } from './scan.ts';
import { type RecordingKeys, unwrapDataKey } from './seal.ts';

export interface LivePage {
  readonly header: RecordingHeader;
  readonly records: readonly RecordingRecord[];
  /** Sequence to ask for next; more may come. */
  readonly nextSeq: number;
}

/**
 * What of a running session stands in its unfinished file: about a second behind. Reads the spool
 * folder of this host's workers. Null: nothing yet, or the session is sealed meanwhile. Nothing of
 * it is final, and its end is missing; whoever calls has checked permission.
 */
export async function readLiveRecording(
  spoolFolder: string,
  sessionId: string,
  keys: RecordingKeys,
  page: { readonly fromSeq: number; readonly limit: number },
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

async function readPart(
  path: string,
  keys: RecordingKeys,
  page: { readonly fromSeq: number; readonly limit: number },
): Promise<LivePage | null> {
  const handle = await open(path, 'r').catch(() => null);
  if (!handle) return null;
  try {
    const cursor = new ByteCursor(await fileSource(handle));
    const state = await scanPrelude(cursor);
    const dataKey = unwrapDataKey(keys, state.header);
    let header: RecordingHeader | null = null;
    const records: RecordingRecord[] = [];
    for (;;) {
      const block = await wholeBlock(() => scanBlock(cursor, state));
      if (!block || records.length >= page.limit) break;
      const { head, frame, offset } = block;
      if (head.type === 'records' && head.firstSeq + head.records <= page.fromSeq) continue;
      const plain = openBlock(dataKey, state.fileId, frame, offset);
      if (head.type === 'header') header = JSON.parse(plain.toString('utf8')) as RecordingHeader;
      else {
        for (const span of recordSpans(plain)) {
          if (span.seq >= page.fromSeq && records.length < page.limit)
            records.push(decodeRecord(plain, span));
        }
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

/** The end of what is whole: the next block is being written. */
async function wholeBlock<Block>(scan: () => Promise<Block | null>): Promise<Block | null> {
  try {
    return await scan();
  } catch (error) {
    if (error instanceof RecordingFault) return null;
    throw error;
  }
}
