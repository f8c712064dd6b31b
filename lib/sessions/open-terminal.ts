import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { RecordingRecord } from '#lib/recording/model';
import type { RecordingPage } from './model.ts';
import { permitOpening } from './permit-opening.ts';
import { type PermittedReader, readerOf } from './permitted-reader.ts';
import type { RecordingStore } from './read-records.ts';
import { type TerminalInput, terminalInput } from './schema.ts';
import { boundedSize, castLines, type ScreenBefore } from './terminal-cast.ts';

const pageRecords = 500;
/** Records before a part that are looked through for what stood on the screen. */
const recordsBefore = 2_000;
const drawnKinds: ReadonlySet<string> = new Set(['terminal', 'resize']);
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
  const reader = readerOf(store, wanted.sessionId, await permitOpening(context, wanted.sessionId));
  const first = await reader.page(wanted.from, pageRecords);
  if (first.records.length === 0 && wanted.from > 1 && first.sealed) {
    throw new CountersignError('not_found', `The recording has no record ${wanted.from}.`);
  }
  const before = await screenBefore(reader, wanted.from);
  return castLines(first.header, before, recordsFrom(first, reader), {
    ...{ from: wanted.from, of: wanted.of ?? null, isLive: !first.sealed },
  });
}

/** Page by page: the one after is read when this one is used up. */
async function* recordsFrom(first: RecordingPage, reader: PermittedReader): AsyncGenerator<RecordingRecord> {
  let page = first;
  for (;;) {
    yield* page.records;
    // A running session's pages never say that they are the last.
    if (page.next === null || page.records.length === 0) return;
    page = await reader.page(page.next, pageRecords);
  }
}

async function screenBefore(reader: PermittedReader, from: number): Promise<ScreenBefore> {
  if (from === 1) return { size: null, records: [] };
  const records = (await reader.before(from, recordsBefore)).filter(({ body }) => drawnKinds.has(body.kind));
  const near = records[0]?.seq === 1 ? [] : (await reader.page(1, sizeWithin)).records;
  const sizes = [...near, ...records].flatMap(({ body }) => (body.kind === 'resize' ? [body] : []));
  const last = sizes.at(-1);
  return { size: last ? boundedSize(last) : null, records };
}
