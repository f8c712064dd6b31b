import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import type { RecordingPage } from './model.ts';
import { permitOpening } from './permit-opening.ts';
import { readerOf } from './permitted-reader.ts';
import type { RecordingStore } from './read-records.ts';
import { type OpeningInput, openingInput } from './schema.ts';

/**
 * One page of a recording, shorter than `limit` where its records are long, also while its session runs (`sealed: false`; ask again from `next`).
 * The first opening by a person in an hour writes a ledger entry, before anything is read.
 * `conflict` when nothing can be read now or it was deleted; `integrity` when the file is not what
 * was sealed.
 */
export async function openRecording(
  context: Context,
  input: OpeningInput,
  store: RecordingStore,
): Promise<RecordingPage> {
  const { sessionId, from, limit } = parseInput(openingInput, input);
  return readerOf(store, sessionId, await permitOpening(context, sessionId)).page(from, limit);
}
