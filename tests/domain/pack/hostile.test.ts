import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '#lib/core/csv-read';
import { importGrants } from '#lib/grants/index';
import {
  acceptException,
  acceptRemoval,
  advanceRemovals,
  answerSpotCheck,
  decideItem,
  delegateItem,
  drawSpotChecks,
  exportPack,
  recordDrift,
  signCampaign,
  signOffText,
} from '#lib/reviews/index';
import { verifyPack } from '#lib/reviews/pack/verify';
import { readZip } from '#lib/reviews/pack/zip-read';
import { countersign } from '#tests/support/command';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { addCatalog, addUsage, dayMs, itemOf, launched } from '../reviews/campaign.ts';
import { newKeeping } from '../reviews/decided.ts';
import { createWorld, job, type World } from '../reviews/world.ts';

// Every name and every reason of a review is hostile at once, from its set-up to its pack.

/** A formula, markup, what turns and hides text, and what drives a terminal; the field's name finds it again. */
const bad = (field: string) =>
  `=1+"${field}"\u202Egpj.exe\u202C <script>alert(1)</script> \u0007\u001b[31m \u2066@SUM(A1)`;
const fields = {
  campaign: bad('campaign'),
  risk: bad('risk'),
  agent: bad('agent'),
  resource: bad('resource'),
  table: bad('table'),
  grantReason: bad('grant-reason'),
  imported: bad('imported'),
  externalId: bad('external-id'),
  keep: bad('keep'),
  reduce: bad('reduce'),
  revoke: bad('revoke'),
  exception: bad('exception'),
  delegation: bad('delegation'),
  doubt: bad('doubt'),
  secondLook: bad('second-look'),
  reference: bad('reference'),
  note: bad('note'),
  memo: bad('memo'),
} as const;

let database: ControlDatabase;
let world: World;
let keeping: Awaited<ReturnType<typeof newKeeping>>;
let scratch: string;
let campaignId: string;
let pack: Buffer;
let files: ReadonlyMap<string, Uint8Array>;

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  keeping = await newKeeping();
  scratch = await mkdtemp(join(tmpdir(), 'countersign-hostile-'));
  await hostileNames();
  campaignId = await hostileReview();
  const input = { campaignId, signedInAt: world.clock.now(), memo: fields.memo };
  await signCampaign(world.as('linus'), input, keeping);
  const { path } = await exportPack(world.as('linus'), campaignId, keeping);
  pack = await readFile(path);
  files = readZip(pack);
}, 120_000);
afterAll(async () => {
  await database.drop();
  await rm(keeping.directory, { recursive: true });
  await rm(scratch, { recursive: true });
});

async function hostileNames(): Promise<void> {
  for (const [name, id] of Object.entries(world.ids)) {
    await world.db.person.update({ where: { id }, data: { name: bad(`person-${name}`) } });
  }
  await world.db.resource.update({ where: { id: world.resourceId }, data: { name: fields.resource } });
  await world.db.agent.update({ where: { id: world.agentId }, data: { name: fields.agent } });
  await world.db.group.update({ where: { id: world.groups.security }, data: { name: bad('group') } });
  await addCatalog(world, ['orders', fields.table]);
  await world.addSession({ state: 'interrupted', startedAt: new Date(world.clock.now().getTime() - dayMs) });
  await world.db.session.updateMany({ data: { endReason: bad('end-reason') } });
}

/** Kept by two, kept by a delegate, reduced, revoked, revoked elsewhere, and excepted: an item of each. */
async function hostileReview(): Promise<string> {
  const grant = (actions: readonly ('read' | 'write' | 'schema')[], scope: string) =>
    world.addGrant({ actions, scope: [scope], reason: fields.grantReason });
  const kept = await grant(['read', 'schema'], '*');
  const handed = await grant(['read'], 'public.orders');
  const reduced = await grant(['read', 'write'], 'public.*');
  const revoked = await grant(['read'], `public."${fields.table.replaceAll('"', '""')}"`);
  const excepted = await grant(['schema'], 'public.*');
  await addUsage(world, handed, 'read', 'public.orders', { used: 3 });
  await addUsage(world, reduced, 'read', `public.${fields.table}`, { used: 2 });
  const reading = (grants: readonly string[]) =>
    importGrants(world.as('ada'), {
      source: 'entra',
      readAt: world.clock.now(),
      grants: grants.map((externalId) => ({
        externalId,
        agent: fields.agent,
        resource: fields.resource,
        actions: ['read'],
        scope: [bad('scope')],
        reason: fields.imported,
      })),
    });
  world.clock.advance(60_000);
  await reading([fields.externalId]);
  const elsewhere = await world.db.grant.findFirstOrThrow({ where: { source: 'entra' } });
  const id = await launched(world, {
    name: fields.campaign.slice(0, 120),
    riskAnalysis: fields.risk,
    rules: { securityGroup: bad('group'), fallbackPersonId: world.ids.radia, spotCheckShare: 1 },
  });
  const item = async (grantId: string) => (await itemOf(world, id, grantId)).id;
  const decide = async (
    by: 'grace' | 'edsger' | 'barbara',
    of: string,
    choice: 'approve' | 'revoke',
    why: string,
  ) =>
    decideItem(world.as(by), {
      itemId: await item(of),
      choice,
      reason: why,
      evidenceOpened: [bad('opened')],
    });
  await decideItem(world.as('grace'), {
    itemId: await item(kept),
    choice: 'dont_know',
    reason: fields.doubt,
  });
  await decide('grace', kept, 'approve', fields.keep);
  await decide('edsger', kept, 'approve', fields.keep);
  await delegateItem(world.as('grace'), {
    itemId: await item(handed),
    toPersonId: world.ids.barbara,
    reason: fields.delegation,
  });
  await decide('barbara', handed, 'approve', fields.keep);
  await decideItem(world.as('grace'), {
    itemId: await item(reduced),
    choice: 'reduce',
    reason: fields.reduce,
    reducedTo: { actions: ['read'], scope: ['public.*'] },
  });
  await decide('grace', revoked, 'revoke', fields.revoke);
  await decide('grace', elsewhere.id, 'revoke', fields.revoke);
  await acceptException(world.as('edsger'), {
    campaignId: id,
    itemId: await item(excepted),
    reason: fields.exception,
    endsAt: new Date(world.clock.now().getTime() + 30 * dayMs),
  });
  for (let nth = 0; nth < 2; nth += 1) await advanceRemovals(world.by(job));
  const { id: removalId } = await world.db.removal.findFirstOrThrow({ where: { grantId: elsewhere.id } });
  await acceptRemoval(world.as('ada'), { removalId, reference: fields.reference, note: fields.note });
  world.clock.advance(60_000);
  await reading([]);
  await advanceRemovals(world.by(job));
  await world.db.agent.update({ where: { id: world.agentId }, data: { ownerId: world.ids.margaret } });
  await recordDrift(world.by(job));
  await drawSpotChecks(world.by(job), { campaignId: id });
  for (const check of await world.db.spotCheck.findMany({ where: { campaignId: id, drawn: true } })) {
    const name = Object.entries(world.ids).find(([, person]) => person === check.personId)?.[0] as 'radia';
    const reason = fields.secondLook;
    await answerSpotCheck(world.as(name), { itemId: check.itemId, outcome: 'disagree', reason });
    await answerSpotCheck(world.as(name), { itemId: check.itemId, outcome: 'agree', reason });
  }
  return id;
}

const text = (name: string) => Buffer.from(files.get(name) ?? []).toString('utf8');
/** Lines may end; all else that hides, turns or steers may not be there. */
const hides = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u;
const inLine = (value: string) => value.replaceAll('\r\n', '').replaceAll('\n', '');

describe('a pack whose every name and reason is hostile', () => {
  it('is intact, and verified with an inert verdict', async () => {
    const verdict = await verifyPack(pack, { pinnedKeys: [keeping.pinned] });
    expect(verdict).toMatchObject({ intact: true, trusted: true, faults: [] });
    const path = join(scratch, 'pack.zip');
    await writeFile(path, pack);
    const { code, stdout, stderr } = await countersign(['verify', path], {
      ...process.env,
      NODE_ENV: 'test',
    });
    expect(code).toBeGreaterThanOrEqual(0);
    expect(stdout + stderr).toContain('campaign');
    expect(inLine(stdout + stderr)).not.toMatch(hides);
  });

  it('keeps every word as it was written, in the data', () => {
    const data = JSON.stringify(JSON.parse(text('pack.json')));
    const said = (value: string) => JSON.stringify(value).slice(1, -1);
    const { campaign, table, ...whole } = fields;
    for (const [name, value] of Object.entries(whole)) {
      if (name !== 'externalId') expect(data, name).toContain(said(value));
    }
    expect(data).toContain(said(campaign.slice(0, 120)));
    expect(data).toContain(said(table));
    for (const person of ['grace', 'edsger', 'barbara']) {
      expect(data).toContain(said(bad(`person-${person}`)));
    }
    expect(inLine(text('pack.json'))).not.toMatch(/\p{Cc}/u);
  });

  it('has no cell that a spreadsheet runs, and nothing hidden, in either table', () => {
    for (const name of ['decisions.csv', 'operations.csv']) {
      expect(inLine(text(name)), name).not.toMatch(hides);
      const [header, ...rows] = readCsv(text(name));
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        expect(row).toHaveLength(header?.length ?? 0);
        for (const cell of row) expect(cell).not.toMatch(/^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/);
      }
    }
    const decisions = readCsv(text('decisions.csv')).flat().join('\n');
    for (const field of ['campaign', 'agent', 'resource', 'keep', 'reduce', 'revoke', 'doubt', 'scope']) {
      expect(decisions, field).toContain(`=1+"${field}"`);
    }
    expect(decisions).toContain('public."=1+""table""\\u{202E}');
    for (const person of ['ada', 'grace', 'edsger', 'barbara']) {
      expect(decisions).toContain(`'=1+"person-${person}"\\u{202E}gpj.exe`);
    }
    expect(text('operations.csv')).toContain('end-reason');
  });

  it('has a report that says it all in plain letters, and does nothing when it is opened', () => {
    const report = Buffer.from(files.get('report.pdf') ?? []);
    const raw = report.toString('latin1');
    for (const act of [
      'JavaScript',
      'JS',
      'URI',
      'Launch',
      'OpenAction',
      'AA',
      'EmbeddedFile',
      'SubmitForm',
    ]) {
      expect(raw, act).not.toMatch(new RegExp(`/${act}\\b`));
    }
    const words = reportWords(report);
    for (const field of [
      'campaign',
      'risk',
      'agent',
      'keep',
      'reduce',
      'revoke',
      'exception',
      'delegation',
      'second-look',
      'reference',
      'memo',
      'person-grace',
    ]) {
      expect(words, field).toContain(field);
    }
    expect(words).toContain('\\u{202E}');
    expect(words).toContain('\\u{1B}');
    expect(inLine(words)).not.toMatch(hides);
  });

  it('is saved under a name of plain letters, and signs a text that hides nothing', async () => {
    const { fileName } = await exportPack(world.as('linus'), campaignId, keeping);
    expect(fileName).toMatch(/^[a-z0-9-]+\.countersign\.zip$/);
    await expect(signOffText(world.as('linus'), campaignId)).resolves.toContain('campaign');
  });
});

const winAnsi = new TextDecoder('windows-1252');

/** What the report's pages show, without its breaks: pdfkit writes text as hexadecimal in deflated streams. */
function reportWords(report: Buffer): string {
  const found: string[] = [];
  for (let at = 0; ; ) {
    const start = report.indexOf('stream\n', at);
    if (start < 0) break;
    const end = report.indexOf('\nendstream', start);
    at = end + 10;
    let page: string;
    try {
      page = inflateSync(report.subarray(start + 7, end)).toString('latin1');
    } catch {
      continue;
    }
    for (const [, run] of page.matchAll(/\[([^\]]*)\] TJ/g)) {
      const hex = [...(run ?? '').matchAll(/<([0-9a-f]*)>/g)].map(([, one]) => one).join('');
      found.push(winAnsi.decode(Buffer.from(hex, 'hex')));
    }
  }
  return found.join('');
}
