import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isCountersignError } from '#lib/core/errors';
import { magic } from '#lib/recording/format';
import { UsageError } from './usage.ts';
import { trustedKeys } from './verify/keys.ts';
import { verifyLedgerAt } from './verify/ledger.ts';
import { verifyPackAt } from './verify/pack.ts';
import { verifyRecordingAt } from './verify/recording.ts';
import { exitCodes, printVerdict, type Verdict } from './verify/verdict.ts';

const usage = `countersign verify FILE [--key PUBKEY] [--proof FILE] [--from CHECKPOINT --to CHECKPOINT]

Checks, offline and without any decryption key, a recording (.csrec), an evidence pack (.zip) or a
ledger export (.jsonl), and names the first thing that is wrong.

  --key PUBKEY     the signer's public key: PEM, a line name+hash+key, or a file with one of them;
                   may be given more than once. Without it, COUNTERSIGN_PINNED_KEY and the files in
                   $COUNTERSIGN_HOME/pinned-keys are trusted.
  --proof FILE     for a recording: the ledger's proof of its seal
  --from, --to     for a ledger export: checkpoints kept elsewhere that must lie in its history

Exit code: 0 intact, 1 not intact, 2 wrong usage, 3 internally consistent, signer not established.`;

/** `countersign verify`. Returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true },
      proof: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError(usage);
  const keys = await trustedKeys(values.key ?? []);
  const kind = await kindOf(file);
  const readable = [values.proof, values.from, values.to].filter((path) => path !== undefined);
  for (const path of readable) await firstBytes(path);
  requireFits(kind, values);
  const verdict = await judged(async () => {
    if (kind === 'recording') return verifyRecordingAt(file, keys, values.proof);
    if (kind === 'pack') return verifyPackAt(file, keys);
    if (kind === 'ledger') return verifyLedgerAt(file, keys, { from: values.from, to: values.to });
    return {
      kind: 'broken',
      place: 'byte 0',
      message:
        'this is neither a recording, an evidence pack nor a ledger export, or its first bytes are damaged',
    };
  });
  printVerdict(file, verdict);
  return exitCodes[verdict.kind];
}

type FileKind = 'recording' | 'pack' | 'ledger' | 'foreign';

/** By the first bytes; by the name where those are damaged. */
async function kindOf(file: string): Promise<FileKind> {
  const head = await firstBytes(file);
  if (head.subarray(0, magic.length).equals(magic) || file.endsWith('.csrec')) return 'recording';
  if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1')) || file.endsWith('.zip')) return 'pack';
  return head[0] === 0x7b ? 'ledger' : 'foreign';
}

async function firstBytes(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function requireFits(kind: FileKind, values: { proof?: string; from?: string; to?: string }): void {
  if (values.proof !== undefined && kind !== 'recording')
    throw new UsageError('--proof belongs to a recording.');
  if ((values.from ?? values.to) !== undefined && kind !== 'ledger') {
    throw new UsageError('--from and --to belong to a ledger export.');
  }
}

/** Evidence that does not check is a verdict, wherever that is found out. */
async function judged(work: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await work();
  } catch (error) {
    if (!isCountersignError(error) || error.code !== 'integrity') throw error;
    return { kind: 'broken', place: error.details[0]?.at ?? 'the file', message: error.message };
  }
}
