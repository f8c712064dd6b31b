import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signCampaign } from '#lib/reviews/index';
import { packOrder } from '#lib/reviews/pack/files';
import { verifyPack } from '#lib/reviews/pack/verify';
import { readZip } from '#lib/reviews/pack/zip-read';
import { writeZip } from '#lib/reviews/pack/zip-write';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { decidedCampaign, newKeeping } from '../reviews/decided.ts';
import { createWorld, type World } from '../reviews/world.ts';

let database: ControlDatabase;
let world: World;
let keeping: Awaited<ReturnType<typeof newKeeping>>;
let pack: Buffer;
let files: ReadonlyMap<string, Uint8Array>;
let scratch: string;

const hostile = '=HYPERLINK("http://x","y")\u202Egnp.exe <script>alert(1)</script> \u0000 Ж 漢 \n+1';

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  keeping = await newKeeping();
  scratch = await mkdtemp(join(tmpdir(), 'countersign-zip-'));
  await world.db.person.update({
    where: { id: world.ids.grace },
    data: { name: '@SUM(1+1)*cmd|calc \u2066grace' },
  });
  const { campaignId } = await decidedCampaign(world, hostile.replace('\u0000', ''));
  await signCampaign(
    world.as('linus'),
    { campaignId, signedInAt: world.clock.now(), memo: hostile.replace('\u0000', '') },
    keeping,
  );
  pack = await readFile(join(keeping.directory, `${campaignId}.zip`));
  files = readZip(pack);
}, 120_000);
afterAll(async () => {
  await database.drop();
  await rm(keeping.directory, { recursive: true });
  await rm(scratch, { recursive: true });
});

const verify = (bytes: Uint8Array) => verifyPack(bytes, { pinnedKeys: [keeping.pinned] });
const text = (name: string) => Buffer.from(files.get(name) ?? []).toString('utf8');

/** The pack with these files in place of its own; null: the file is left out. */
async function rebuilt(
  changes: Record<string, string | Uint8Array | null>,
  order = packOrder,
): Promise<Buffer> {
  const path = join(scratch, 'changed.zip');
  const names = [...order, ...Object.keys(changes).filter((name) => !order.includes(name))];
  const sources = names.flatMap((name) => {
    const content = name in changes ? changes[name] : files.get(name);
    if (content === null || content === undefined) return [];
    return [{ name, content: typeof content === 'string' ? Buffer.from(content) : content }];
  });
  await writeZip(path, sources);
  return readFile(path);
}

describe('a pack', () => {
  it('is made of its files and nothing else, byte for byte', async () => {
    expect([...files.keys()]).toEqual(packOrder);
    expect(await rebuilt({})).toEqual(pack);
    expect(await verify(pack)).toMatchObject({ intact: true, trusted: true });
  });

  it('shows every flipped byte', async () => {
    // Every byte of everything but the report, of which every hundredth is enough: all of it is hashed.
    const report = pack.indexOf(Buffer.from(files.get('report.pdf') ?? []));
    const reportEnd = report + (files.get('report.pdf')?.length ?? 0);
    const copy = Buffer.from(pack);
    for (let at = 0; at < copy.length; at += at > report && at < reportEnd - 100 ? 97 : 1) {
      const was = copy[at] ?? 0;
      copy[at] = was ^ (1 << (at % 8));
      const verdict = await verify(copy);
      if (verdict.intact) throw new Error(`byte ${at} can be changed unseen`);
      expect(verdict.faults.length).toBeGreaterThan(0);
      copy[at] = was;
    }
  }, 300_000);

  it('names the file that was changed', async () => {
    for (const name of packOrder) {
      const content = Buffer.from(files.get(name) ?? []);
      content[content.length - 2] = (content.at(-2) ?? 0) ^ 1;
      const verdict = await verify(await rebuilt({ [name]: content }));
      expect(
        verdict.faults.map((fault) => fault.file),
        name,
      ).toContain(name);
    }
  });

  it('shows a missing, an added, a doubled and a moved file, and an added row', async () => {
    for (const name of packOrder) {
      expect((await verify(await rebuilt({ [name]: null }))).faults).toContainEqual({
        file: name,
        message: 'it is missing',
      });
    }
    expect((await verify(await rebuilt({ 'extra.txt': 'x' }))).faults).toEqual([
      { file: 'extra.txt', message: 'it does not belong into a pack' },
    ]);
    expect((await verify(await rebuilt({}, [...packOrder].reverse()))).faults[0]?.file).toBe('container');
    expect((await verify(await rebuilt({}, ['pack.json', ...packOrder]))).faults[0]?.message).toContain(
      'twice',
    );
    const row = `${text('decisions.csv')}"one more"\r\n`;
    expect((await verify(await rebuilt({ 'decisions.csv': row }))).faults[0]?.file).toBe('decisions.csv');
    expect((await verify(Buffer.concat([pack, Buffer.from([0])]))).faults[0]?.file).toBe('container');
    expect((await verify(Buffer.concat([Buffer.from([0]), pack]))).intact).toBe(false);
    for (const cut of [0, 1, 29, 30, 100, pack.length - 1])
      expect((await verify(pack.subarray(0, cut))).intact).toBe(false);
  });

  it('does not let a whole other sign-off stand in, or an own key pass for a pinned one', async () => {
    const other = await newKeeping();
    const elsewhere = await createControlDatabase();
    const there = await createWorld(elsewhere.db);
    const { campaignId } = await decidedCampaign(there);
    await signCampaign(there.as('linus'), { campaignId, signedInAt: there.clock.now() }, keeping);
    await elsewhere.drop();
    const second = readZip(await readFile(join(keeping.directory, `${campaignId}.zip`)));
    const proofs = Object.fromEntries([...second].filter(([name]) => name.startsWith('proof/')));
    const verdict = await verify(await rebuilt(proofs));
    expect(verdict.faults.map((fault) => fault.file)).toEqual(['pack.json', 'manifest.json']);
    expect(await verifyPack(pack, { pinnedKeys: [other.pinned] })).toMatchObject({
      intact: true,
      trusted: false,
    });
    expect(await verifyPack(pack, { pinnedKeys: [] })).toMatchObject({ intact: true, trusted: false });
  });
});

describe('what a person opens', () => {
  it('has no cell that a spreadsheet runs, and nothing that hides', () => {
    const csv = text('decisions.csv');
    expect(csv).toContain(`"'=HYPERLINK(""http://x"",""y"")\\u{202E}gnp.exe`);
    expect(csv).toContain(`"'@SUM(1+1)*cmd|calc \\u{2066}grace"`);
    for (const name of ['decisions.csv', 'operations.csv']) {
      expect(text(name).replaceAll('\r\n', '')).not.toMatch(
        /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u,
      );
      for (const line of text(name).split('\r\n')) expect(line).not.toMatch(/(^|,)"?\s*[=+@]/);
    }
  });

  it('keeps the words as they were in the data, and a report of several pages', () => {
    const data = JSON.parse(text('pack.json')) as { items: { decisions: { reason: string }[] }[] };
    expect(data.items.flatMap((item) => item.decisions.map((one) => one.reason))).toContain(
      hostile.replace('\u0000', '').trim(),
    );
    const report = Buffer.from(files.get('report.pdf') ?? []);
    expect(report.subarray(0, 5).toString()).toBe('%PDF-');
    expect(text('statements.jsonl').trim().split('\n')).toHaveLength(3);
  });
});
