import { createHash } from 'node:crypto';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, digestOf, type Json } from '#lib/core/canonical-json';
import { CountersignError } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import type { Named } from '../model.ts';
import { snapshotHasher } from '../snapshot/hash.ts';
import { packItems } from './data.ts';
import { decisionLines, decisionsHeader } from './decisions-csv.ts';
import { fileChunks } from './file-chunks.ts';
import { type ContentFile, contentFiles, type Manifest, manifestFile } from './files.ts';
import { type HeadInput, type PackHead, packHead } from './head.ts';
import { operationLines, operationsHeader } from './operations-csv.ts';
import { writeReport } from './report.ts';
import { ReportRows } from './report-rows.ts';
import { decisionStatements } from './statements.ts';

export interface BuiltPack {
  /** SHA-256 of `manifest.json`, hex: what the signer signs. */
  readonly manifestHash: string;
  /** SHA-256 of `pack.json`, hex. */
  readonly dataHash: string;
}

/** Writes a pack's content and manifest into `folder`, item by item; what an earlier attempt left is removed. */
export async function buildContent(
  tx: Tx,
  folder: string,
  input: HeadInput & { readonly now: Date },
): Promise<BuiltPack> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const head = await packHead(tx, input);
  const rows = new ReportRows();
  await writeItemsOut(tx, folder, head, rows, input.people, input.now);
  const operations = await openLines(join(folder, 'operations.csv'));
  await operations.add(operationsHeader);
  for await (const line of operationLines(tx, input.campaign.periodFrom, input.now))
    await operations.add(line);
  await operations.close();
  const dataHash = await fileDigest(join(folder, 'pack.json'));
  await writeReport(join(folder, 'report.pdf'), head, rows, dataHash);
  const files = {} as Record<ContentFile, string>;
  for (const name of contentFiles) files[name] = await fileDigest(join(folder, name));
  const manifest: Manifest = {
    format: 'countersign-pack-manifest',
    version: 1,
    campaignId: input.campaign.id,
    files,
  };
  await writeFile(join(folder, manifestFile), canonicalJson(manifest as unknown as Json), { mode: 0o600 });
  return { manifestHash: digestOf(manifest as unknown as Json), dataHash };
}

/** One pass over the items makes the three files that list them. */
async function writeItemsOut(
  tx: Tx,
  folder: string,
  head: PackHead,
  rows: ReportRows,
  people: ReadonlyMap<string, Named>,
  now: Date,
): Promise<void> {
  const json = await openLines(join(folder, 'pack.json'));
  const csv = await openLines(join(folder, 'decisions.csv'));
  const statements = await openLines(join(folder, 'statements.jsonl'));
  const { id, name } = head.campaign;
  // The head's members, then the items, one a line.
  await json.add(`${canonicalJson(head as unknown as Json).slice(0, -1)},"items":[`);
  await csv.add(decisionsHeader);
  const hasher = snapshotHasher(head.snapshot);
  let first = true;
  for await (const item of packItems(tx, id, people, now)) {
    await json.add(`${first ? '' : ','}\n${canonicalJson(item as unknown as Json)}`);
    await csv.add(decisionLines(name, item));
    await statements.add(decisionStatements(id, item));
    rows.add(item);
    hasher.add(item);
    first = false;
  }
  await json.add('\n]}\n');
  for (const file of [json, csv, statements]) await file.close();
  if (hasher.digest() !== head.snapshotHash) {
    throw new CountersignError(
      'integrity',
      'Grants or evidence are not as they were frozen at the launch: the stored snapshot was changed. Nothing was signed.',
    );
  }
}

const bufferChars = 256 * 1024;

async function openLines(path: string) {
  const file = await open(path, 'w', 0o600);
  let waiting = '';
  return {
    async add(text: string): Promise<void> {
      waiting += text;
      if (waiting.length < bufferChars) return;
      await file.write(waiting);
      waiting = '';
    },
    async close(): Promise<void> {
      if (waiting !== '') await file.write(waiting);
      await file.close();
    },
  };
}

export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(path)) hash.update(chunk);
  return hash.digest('hex');
}
