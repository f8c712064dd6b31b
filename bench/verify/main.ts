import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  encodeRecord,
  openRecordingFile,
  packBlock,
  RecordingWriter,
  verifyRecordingFile,
} from '#lib/recording/index';
import { header } from '../recording-header.ts';
import { writeReport } from '../report.ts';

// How fast a recording is checked and read: `npm run bench:verify`. Rows are random, so that the
// file is as large as its records; CPU time of this thread counts, so that a busy machine does not.

const key = { id: 'bench', bytes: randomBytes(32) };
const blocks = 4_000;
const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const path = join(folder, 'bench.csrec');

async function make(): Promise<void> {
  const [writer, start] = await RecordingWriter.start({
    key,
    workerId: 'wrk',
    createdAt: new Date(),
    header,
  });
  const parts = [start];
  let seq = 0;
  for (let block = 0; block < blocks; block += 1) {
    const firstSeq = seq + 1;
    const records = Array.from({ length: 16 }, () => {
      seq += 1;
      const rows = [[randomBytes(3_000).toString('base64')]];
      return encodeRecord({
        seq,
        atUs: seq * 100,
        body: { kind: 'rows', of: 1, columns: null, rows, truncated: false },
      });
    });
    const plain = Buffer.concat(records);
    const facts = { plain, firstSeq, records: records.length, statements: 0, firstAtUs: firstSeq * 100 };
    parts.push(writer.block(facts, await packBlock(plain)));
  }
  const [end] = writer.finish('sealed', new Date(), seq * 100, null);
  writeFileSync(path, Buffer.concat([...parts, end]));
}

const table: Record<string, string | number>[] = [];

async function measure(name: string, megabytes: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  const cpu = process.threadCpuUsage();
  const started = performance.now();
  await work();
  const wall = (performance.now() - started) / 1000;
  const { user, system } = process.threadCpuUsage(cpu);
  const busy = (user + system) / 1e6;
  const rate = Math.round(megabytes / busy);
  table.push({
    what: name,
    'MB/s of one core': rate,
    'MB/s of wall': Math.round(megabytes / wall),
    ms: Math.round(wall * 1000),
  });
  return rate;
}

await make();
const megabytes = statSync(path).size / 1e6;
console.log(`a recording of ${Math.round(megabytes)} MB, ${blocks} blocks`);
const verified = await measure('verify (no key)', megabytes, () => verifyRecordingFile(path));
await measure('decrypt and read all', megabytes, async () => {
  const { reader, close } = await openRecordingFile(path, key);
  let records = 0;
  for await (const _ of reader.records()) records += 1;
  await close();
  return records;
});
await measure('one page in the middle', megabytes, async () => {
  const { reader, close } = await openRecordingFile(path, key);
  await reader.page(30_000, 50);
  await close();
});
rmSync(folder, { recursive: true });
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
console.table(table);
await writeReport({
  name: 'verify',
  title: 'Recordings: verify and read',
  command: 'npm run bench:verify',
  notes: [
    `One recording of ${Math.round(megabytes)} MB in ${blocks.toLocaleString('en')} blocks; peak memory of the whole run, making it included: ${peak} MiB.`,
    'Wanted: 100 MB/s verified on one core. A core is the CPU time of the main thread; reading files and unpacking run on others.',
  ],
  table,
  data: { megabytes: Math.round(megabytes), blocks, peakMiB: peak, rows: table },
});
if (verified < 100) process.exitCode = 1;
