import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import type { StatementRecords } from '#lib/recording/model';
import { permitOpening } from './permit-opening.ts';
import { readerOf } from './permitted-reader.ts';
import type { RecordingStore } from './read-records.ts';
import { type StatementInput, statementInput } from './schema.ts';

/**
 * The record at a sequence and what belongs to it, whatever stands between; no records when nothing
 * stands there (yet). Permission, ledger entry and refusals as `openRecording`.
 */
export async function openStatement(
  context: Context,
  input: StatementInput,
  store: RecordingStore,
): Promise<StatementRecords> {
  const { sessionId, seq } = parseInput(statementInput, input);
  return readerOf(store, sessionId, await permitOpening(context, sessionId)).statement(seq);
}
