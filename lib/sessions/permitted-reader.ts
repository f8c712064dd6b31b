import { type RecordingRecord, StatementGatherer, type StatementRecords } from '#lib/recording/index';
import type { RecordingPage } from './model.ts';
import type { Opening } from './permit-opening.ts';
import {
  type RecordingStore,
  readRunning,
  readSealed,
  type SealedPlace,
  withSealed,
} from './read-records.ts';

const pageRecords = 500;

/** Reads what was permitted. However long an agent made its records, each answer stays within bounds. */
export interface PermittedReader {
  /** At most `limit` records from a sequence on, fewer where they are long. */
  page(from: number, limit: number): Promise<RecordingPage>;
  /** At most `limit` records before a sequence, the nearest, fewer where they are long. */
  before(to: number, limit: number): Promise<readonly RecordingRecord[]>;
  /** The record at a sequence and what belongs to it. */
  statement(seq: number): Promise<StatementRecords>;
}

export function readerOf(
  store: RecordingStore,
  sessionId: string,
  { recording, workerId }: Opening,
): PermittedReader {
  return recording === null
    ? runningReader((from, limit) => readRunning(store, workerId, { sessionId, from, limit }))
    : sealedReader(store, recording, sessionId);
}

function sealedReader(store: RecordingStore, place: SealedPlace, sessionId: string): PermittedReader {
  return {
    page: (from, limit) => readSealed(store, place, { sessionId, from, limit }),
    before: (to, limit) => withSealed(store, place, sessionId, (reader) => reader.before(to, limit)),
    statement: (seq) => withSealed(store, place, sessionId, (reader) => reader.statement(seq)),
  };
}

/** A file that is being written has no index: it is read forwards. */
function runningReader(page: PermittedReader['page']): PermittedReader {
  return {
    page,
    async before(to, limit) {
      let last: readonly (readonly RecordingRecord[])[] = [];
      for (let at = Math.max(1, to - limit); at < to; ) {
        const { records } = await page(at, Math.min(pageRecords, to - at));
        if (records.length === 0) break;
        last = [...last.slice(-1), records];
        at += records.length;
      }
      return last.flat();
    },
    async statement(seq) {
      const found = new StatementGatherer(seq);
      for (let at = seq, goesOn = true; goesOn; ) {
        const { records } = await page(at, pageRecords);
        goesOn = records.length > 0 && records.every((record) => found.take(record));
        at += records.length;
      }
      return { records: found.records, truncated: found.truncated };
    },
  };
}
