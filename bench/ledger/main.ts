import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '#bin/ports';
import { newPassword, startPostgres, superuser } from '#bin/sandbox/postgres';
import { openDb } from '#lib/db/client';
import { migrate } from '#lib/db/migrate';
import { envelopeJson } from '#lib/ledger/envelope';
import { publishCheckpoint, sequenceEntries, verifyExport, verifyLedger } from '#lib/ledger/index';
import { readEntries } from '#lib/ledger/read-entries';

// A ledger of a million entries (or the number given): sequencing, a checkpoint, the whole
// recomputation from the database, and the offline check of an export. `npm run bench:ledger`.

const entries = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const password = newPassword();
const server = await startPostgres({
  dataDirectory: join(folder, 'data'),
  port: await freePort(),
  superuserPassword: password,
  logFile: join(folder, 'log/postgres.log'),
  throwAway: true,
  settings: { fsync: 'off', synchronous_commit: 'off', max_wal_size: '4GB', shared_buffers: '256MB' },
});
const url = `postgresql://${superuser}:${password}@127.0.0.1:${server.port}/postgres`;
await migrate({ url });
const db = openDb(url);

async function timed<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const rate = Math.round(entries / seconds).toLocaleString('en');
  console.log(
    `${name.padEnd(28)} ${seconds.toFixed(1)} s, ${rate} entries/s, ${((user + system) / 1e6).toFixed(1)} s of our CPU`,
  );
  return result;
}

try {
  const client = new Client({ connectionString: url });
  await client.connect();
  await timed('written (by SQL)', () =>
    client.query(
      `INSERT INTO ledger_entry (id, at, actor_kind, actor_id, actor_name, action, subject_kind, subject_id,
         summary, payload, salt, payload_hash)
       SELECT 'led_' || lpad(n::text, 26, '0'), now(), 'person', 'per_1', 'Ada', 'grant.created', 'grant',
         'gnt_' || n, 'a grant was created', jsonb_build_object('n', n), s,
         sha256(s || convert_to('{"n":' || n || '}', 'UTF8'))
       FROM generate_series(1, ${entries}) n, LATERAL (SELECT decode(md5(n::text), 'hex') AS s) salt`,
    ),
  );
  await client.query('ANALYZE');
  await timed('sequenced', () => sequenceEntries(db));
  const { privateKey } = generateKeyPairSync('ed25519');
  const checkpoint = await timed('checkpoint', () => publishCheckpoint(db, privateKey));
  const verdict = await timed('verified in the database', () => verifyLedger(db));
  console.log(verdict.intact ? '  intact' : `  ${verdict.fault.place}: ${verdict.fault.message}`);
  const found = await timed('exported and verified', () => verifyExport(lines(checkpoint?.note ?? ''), []));
  console.log(`  ${found.size} entries, root ${found.root.slice(0, 16)}…`);
  console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  await client.end();
} finally {
  await db.$disconnect();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The lines of an export, made here so that no person needs to be signed in. */
async function* lines(note: string): AsyncGenerator<string> {
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  const line = (value: unknown): string => {
    const text = JSON.stringify(value);
    hash.update(text).update('\n');
    return text;
  };
  yield line({ kind: 'head', format: 'countersign-ledger-export', version: 1, size: entries });
  yield line({ kind: 'checkpoint', note });
  for await (const page of readEntries(db)) {
    for (const { salt, payload, position, leaf, ...entry } of page) {
      yield line({
        kind: 'entry',
        position,
        leaf: leaf.toString('hex'),
        envelope: JSON.parse(envelopeJson(entry)),
        salt: Buffer.from(salt).toString('hex'),
        payload,
      });
    }
  }
  const digest = hash.copy().digest('hex');
  yield line({ kind: 'end', entries, checkpoints: 1, digest });
}
