import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { RecordingRecord } from '#lib/recording/model';
import type { RecordingPage } from './model.ts';
import { type PageReader, permitOpening, readerOf } from './permit-opening.ts';
import type { RecordingStore } from './read-records.ts';
import { type TerminalInput, terminalInput } from './schema.ts';
import { boundedSize, castLines, type ScreenBefore } from './terminal-cast.ts';

const pageRecords = 500;
/** Records before a part that are looked through for what stood on the screen. */
const recordsBefore = 2_000;
/** The terminal's first size stands near the start. */
const sizeWithin = 20;

/**
 * A session's terminal from one sequence on as an asciicast, made as it is read: lines of JSON, the
 * last one a comment that says where the next part begins. Permission, ledger entry and refusals
 * as `openRecording`.
 */
export async function openTerminal(
  context: Context,
  input: TerminalInput,
  store: RecordingStore,
): Promise<AsyncIterable<string>> {
  const wanted = parseInput(terminalInput, input);
  const read = readerOf(store, wanted.sessionId, await permitOpening(context, wanted.sessionId));
  const first = await read(wanted.from, pageRecords);
  if (first.records.length === 0 && wanted.from > 1 && first.sealed) {
    throw new CountersignError('not_found', `The recording has no record ${wanted.from}.`);
  }
  const before = await screenBefore(read, wanted.from);
  return castLines(first.header, before, recordsFrom(first, read), {
    ...{ from: wanted.from, of: wanted.of ?? null, isLive: !first.sealed },
  });
}

/** Page by page: the one after is read when this one is used up. */
async function* recordsFrom(first: RecordingPage, read: PageReader): AsyncGenerator<RecordingRecord> {
  let page = first;
  for (;;) {
    yield* page.records;
    // A running session's pages never say that they are the last.
    if (page.next === null || page.records.length === 0) return;
    page = await read(page.next, pageRecords);
  }
}

async function screenBefore(read: PageReader, from: number): Promise<ScreenBefore> {
  if (from === 1) return { size: null, records: [] };
  const records: RecordingRecord[] = [];
  for (let at = Math.max(1, from - recordsBefore); at < from; at += pageRecords) {
    records.push(...(await read(at, Math.min(pageRecords, from - at))).records);
  }
  const near = records[0]?.seq === 1 ? [] : (await read(1, sizeWithin)).records;
  const sizes = [...near, ...records].flatMap(({ body }) => (body.kind === 'resize' ? [body] : []));
  const last = sizes.at(-1);
  return { size: last ? boundedSize(last) : null, records };
}
