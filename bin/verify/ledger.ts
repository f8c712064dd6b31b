import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isCountersignError } from '#lib/core/errors';
import { openCheckpoint } from '#lib/ledger/checkpoint';
import { exportLineCharsMax } from '#lib/ledger/export-format';
import { LedgerFaultError } from '#lib/ledger/replay-tree';
import { verifyExport } from '#lib/ledger/verify-export';
import type { TrustedKey } from './keys.ts';
import { printable, type Verdict } from './verdict.ts';

export interface LedgerQuestion {
  /** Checkpoint notes, kept elsewhere, that must both lie in the ledger's past. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Checks a ledger export, and that the given checkpoints belong to its history. */
export async function verifyLedgerAt(
  path: string,
  keys: readonly TrustedKey[],
  question: LedgerQuestion,
): Promise<Verdict> {
  const against = [question.from, question.to].filter((file) => file !== undefined);
  const notes = await Promise.all(against.map((file) => readFile(file, 'utf8')));
  try {
    const found = await verifyExport(fileLines(path), keys, notes);
    const heads = notes.map((note) => openCheckpoint(note, keys));
    const signed = found.signed && heads.every((head) => head.verifier !== null);
    const facts: [string, string][] = [
      ['ledger', `${found.size} entries, ${found.checkpoints} checkpoints of ${printable(found.origin)}`],
      ['root', found.root],
      [
        'payloads',
        found.payloadsForgotten === 0 ? 'all there' : `${found.payloadsForgotten} deleted under retention`,
      ],
      ...heads.map((head): [string, string] => [
        'history',
        `begins with the checkpoint of ${head.size} entries`,
      ]),
      ['signer', signed ? 'a trusted key' : 'not established'],
    ];
    if (signed) return { kind: 'intact', facts };
    return {
      kind: 'unknown-signer',
      facts,
      advice: "Give the operator's public key with --key, or pin it in $COUNTERSIGN_HOME/pinned-keys.",
    };
  } catch (error) {
    if (error instanceof LedgerFaultError) return { kind: 'broken', ...error.fault };
    if (isCountersignError(error)) return { kind: 'broken', place: 'checkpoint', message: error.message };
    throw error;
  }
}

/** Lines of a file, as they stand. A line longer than any that is written ends the reading. */
async function* fileLines(path: string): AsyncGenerator<string> {
  let rest = '';
  let number = 1;
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1024 * 1024 })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    number += lines.length;
    if (rest.length > exportLineCharsMax) throw new LedgerFaultError(`line ${number}`, 'it is too long');
  }
  if (rest !== '') throw new LedgerFaultError(`line ${number}`, 'it is cut short');
}
