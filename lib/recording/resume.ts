import { openBlock } from './block.ts';
import { ByteCursor, type ByteSource } from './bytes.ts';
import { encodeIndexEntry } from './footer.ts';
import { RecordingFault } from './format.ts';
import type { RecordingHeader } from './model.ts';
import { type RecordSpan, recordSpans } from './record.ts';
import { scanBlock, scanPrelude } from './scan.ts';
import { type RecordingKeys, unwrapDataKey } from './seal.ts';
import { RecordingWriter } from './writer.ts';

/** Who is shown what an unfinished file holds: first its header, then each record. */
export interface ResumeObserver {
  header(header: RecordingHeader): void;
  record(span: RecordSpan, plain: Buffer): void;
}

/**
 * Takes up an unfinished file: reads and checks what stands there, shows it to `observer`, and
 * returns a writer that goes on at `writer.offset`, where the file must be cut first (what follows
 * is a torn block). Null: not even the header block is whole, so nothing was recorded yet.
 */
export async function resumeRecording(
  source: ByteSource,
  keys: RecordingKeys,
  observer: ResumeObserver,
  apart: string | null = null,
): Promise<RecordingWriter | null> {
  const cursor = new ByteCursor(source);
  let offset = 0;
  try {
    const state = await scanPrelude(cursor);
    const dataKey = unwrapDataKey(keys, state.header, apart);
    const entries: Buffer[] = [];
    for (;;) {
      offset = cursor.offset;
      const block = await nextWhole(cursor, state);
      if (!block) break;
      entries.push(encodeIndexEntry(block.entry));
      const plain = openBlock(dataKey, state.fileId, block.frame, block.offset);
      if (block.head.type === 'header')
        observer.header(JSON.parse(plain.toString('utf8')) as RecordingHeader);
      else for (const span of recordSpans(plain)) observer.record(span, plain);
    }
    return entries.length === 0
      ? null
      : RecordingWriter.resume({ dataKey, wrappedKey: apart }, state, entries, offset);
  } catch (error) {
    if (error instanceof RecordingFault && offset === 0) return null;
    throw error;
  }
}

/** A block that is not whole is the torn end: it ends the reading without changing the sums. */
async function nextWhole(...args: Parameters<typeof scanBlock>): ReturnType<typeof scanBlock> {
  try {
    return await scanBlock(...args);
  } catch (error) {
    if (error instanceof RecordingFault) return null;
    throw error;
  }
}
