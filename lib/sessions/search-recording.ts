import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import type { RecordingRecord } from '#lib/recording/model';
import type { RecordingHit, RecordingSearch } from './model.ts';
import { permitOpening } from './permit-opening.ts';
import { readerOf } from './permitted-reader.ts';
import type { RecordingStore } from './read-records.ts';
import { textsOf } from './record-texts.ts';
import { type RecordingSearchInput, recordingSearchInput } from './schema.ts';

/** One call looks through so much and finds so much at most; `next` goes on. */
const pageRecords = 1_000;
const searchedRecordsMax = 20_000;
const searchedCharsMax = 32 * 1024 * 1024;
const hitsMax = 20;
const aroundChars = 60;

/**
 * Looks through what a recording holds (statements, parameters, results, bodies, output, errors),
 * whatever the case, page by page. What is cut between two pieces of output is not found.
 * Permission, ledger entry and refusals as `openRecording`.
 */
export async function searchRecording(
  context: Context,
  input: RecordingSearchInput,
  store: RecordingStore,
): Promise<RecordingSearch> {
  const { sessionId, text, from } = parseInput(recordingSearchInput, input);
  const reader = readerOf(store, sessionId, await permitOpening(context, sessionId));
  const words = text.toLowerCase();
  const hits: RecordingHit[] = [];
  let chars = 0;
  let at = from;
  while (at < from + searchedRecordsMax) {
    const page = await reader.page(at, pageRecords);
    for (const record of page.records) {
      const found = hitIn(record, words);
      chars += found.chars;
      if (found.hit) hits.push(found.hit);
      if (hits.length === hitsMax || chars >= searchedCharsMax) return { hits, next: record.seq + 1 };
    }
    if (page.next === null || page.records.length === 0) return { hits, next: null };
    at = page.next;
  }
  return { hits, next: at };
}

function hitIn(
  { seq, atUs, body }: RecordingRecord,
  words: string,
): { readonly hit: RecordingHit | null; readonly chars: number } {
  let chars = 0;
  for (const text of textsOf(body)) {
    chars += text.length;
    const lower = text.toLowerCase();
    const place = lower.indexOf(words);
    if (place < 0) continue;
    // A few letters change their length with their case: then the place is about there.
    const start = Math.max(0, place - aroundChars);
    const hit: RecordingHit = {
      seq,
      statement: body.kind === 'intent' ? seq : 'of' in body ? body.of : null,
      kind: body.kind,
      atMs: atUs / 1000,
      before: text.slice(start, place),
      match: text.slice(place, place + words.length),
      after: text.slice(place + words.length, place + words.length + aroundChars),
    };
    return { hit, chars };
  }
  return { hit: null, chars };
}
