import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PersonActor } from '#lib/auth/actor';
import { systemClock } from '#lib/core/clock';
import { openDb } from '#lib/db/client';
import { exportLedger, publishCheckpoint, sequenceEntries, verifyLedger } from '#lib/ledger/index';
import { openCluster } from '../cluster.ts';
import { writeReport } from '../report.ts';
import { peakMemory, stepsOn } from '../steps.ts';
import { fill } from './fill.ts';

// A ledger of a million entries (or the number given): sequencing, a checkpoint, the whole
// recomputation from the database, and the offline check of an export by the command that an outsider
// runs. `npm run bench:ledger [-- ENTRIES]`.

const entries = Number(process.argv[2] ?? 1_000_000);
const verifySecondsMax = (60 * entries) / 1_000_000;
const linus: PersonActor = {
  kind: 'person',
  id: 'per_linus',
  name: 'Linus',
  email: 'linus@example.com',
  roles: ['auditor'],
  groupIds: [],
};

const cluster = await openCluster('ledger', {
  fsync: 'off',
  synchronous_commit: 'off',
  max_wal_size: '4GB',
  shared_buffers: '256MB',
});
try {
  const url = await cluster.fresh();
  const db = openDb(url);
  const { step, steps } = stepsOn(cluster);
  await step('entries written, by SQL', () => fill(url, entries));
  await step('sequenced', () => sequenceEntries(db));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await step('checkpoint', () => publishCheckpoint(db, privateKey));
  const rate = () => `${Math.round(entries / Number(steps.at(-1)?.seconds ?? 1)).toLocaleString('en')}`;
  const { peak } = await peakMemory(() =>
    step('verified in the database', () => verifyLedger(db), {
      wanted: verifySecondsMax,
      note: (verdict) => (verdict.intact ? `intact, ${verdict.size} entries` : verdict.fault.message),
    }),
  );
  console.log(`${rate()} entries/s, ${peak} MiB`);
  const file = join(cluster.folder, 'ledger.jsonl');
  const context = { db, clock: systemClock, actor: linus };
  await step('exported', async () =>
    pipeline(Readable.from(await exportLedger(context)), createWriteStream(file)),
  );
  const key = join(cluster.folder, 'ledger.pem');
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
  await step('export checked: countersign verify', () => verifyFile(file, key), {
    wanted: verifySecondsMax,
    note: (code) => (code === 0 ? 'intact, exit 0; its CPU is not counted here' : `exit ${code}`),
  });
  console.table(steps);
  await writeReport({
    name: 'ledger',
    title: 'The ledger: sequence, verify, export',
    command: 'npm run bench:ledger',
    notes: [
      `Postgres ${cluster.version}; ${entries.toLocaleString('en')} entries; wanted: ${verifySecondsMax} s for the whole recomputation.`,
      `Peak memory while verifying in the database: ${peak} MiB.`,
    ],
    table: steps,
    data: { entries, peakMiB: peak, rows: steps },
  });
  await db.$disconnect();
} finally {
  await cluster.close();
}

async function verifyFile(file: string, key: string): Promise<number> {
  const command = join(import.meta.dirname, '../../bin/countersign.js');
  const child = spawn(process.execPath, [command, 'verify', file, '--key', key], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
  return code ?? -1;
}
