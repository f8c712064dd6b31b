import { readFile } from 'node:fs/promises';
import { systemClock } from '#lib/core/clock';
import { readSigningKey } from '#lib/core/ed25519';
import { readSealingKey } from '#lib/core/sealing-key';
import { openDb } from '#lib/db/client';
import { pinnedKeys, publishCheckpoint } from '#lib/ledger/index';
import { readEnvironment } from './environment.ts';
import { copyCheckpoint } from './jobs/checkpoint-copies.ts';
import { readKeeping } from './jobs/keeping.ts';
import { whileLeader } from './jobs/leader.ts';
import { ensurePartitions } from './jobs/partitions.ts';
import { runRounds } from './jobs/rounds.ts';
import { jobTable } from './jobs/table.ts';

// The background process: any number may run, one of them works.

const environment = readEnvironment();
const url = environment.DATABASE_URL;
const keyFile = environment.COUNTERSIGN_SIGNING_KEY_FILE;
const sealingFile = environment.COUNTERSIGN_KEY_FILE;
if (url === undefined || keyFile === undefined || sealingFile === undefined) {
  throw new Error(
    'DATABASE_URL, COUNTERSIGN_KEY_FILE and COUNTERSIGN_SIGNING_KEY_FILE must be set; `countersign start` does it.',
  );
}
const signingKey = readSigningKey(await readFile(keyFile, 'utf8'));
const earlier = await pinnedKeys(environment.COUNTERSIGN_HOME);
const delivering = {
  key: readSealingKey(await readFile(sealingFile, 'utf8')),
  // What messages link to.
  baseUrl: (environment.NEXTAUTH_URL ?? `http://localhost:${environment.PORT}`).replace(/\/+$/, ''),
};
const keeping = readKeeping(process.env);
const db = openDb(url, 4);
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

// Before any row comes: a month whose rows lie in the default partition can't get its own any more.
await ensurePartitions(db, new Date());
process.send?.('ready');

await whileLeader(url, stopping.signal, async (leading) => {
  await runRounds(
    jobTable({ signingKey, earlier }, delivering, keeping),
    (job) => ({ db, clock: systemClock, actor: { kind: 'job', name: job.name } }),
    leading,
  );
});
// What was written while everything ended is in the tree, and signed.
await publishCheckpoint(db, signingKey, { earlier })
  .then(() => copyCheckpoint(db, keeping.copies))
  .catch((error: unknown) =>
    console.error(`checkpoint: ${error instanceof Error ? error.message : String(error)}`),
  );
await db.$disconnect();
