import { readFile, rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptException,
  decideItem,
  delegateItem,
  exportPack,
  getCampaign,
  listItems,
  type PackKeeping,
  signCampaign,
  signOffText,
} from '#lib/reviews/index';
import { verifyPack } from '#lib/reviews/pack/verify';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { dayMs, launched } from '../reviews/campaign.ts';
import { type Decided, decidedCampaign, newKeeping } from '../reviews/decided.ts';
import { createWorld, type World } from '../reviews/world.ts';

let database: ControlDatabase;
let world: World;
let keeping: Awaited<ReturnType<typeof newKeeping>>;
let decided: Decided;
const now = () => world.clock.now();
const sign = (
  by: Parameters<World['as']>[0] = 'linus',
  campaignId = decided.campaignId,
  signedInAt = now(),
) => signCampaign(world.as(by), { campaignId, signedInAt, memo: 'All agents were reviewed.' }, keeping);

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  keeping = await newKeeping();
  decided = await decidedCampaign(world);
});
afterAll(async () => {
  await database.drop();
  await rm(keeping.directory, { recursive: true });
});

describe('signing', () => {
  it('is refused to whoever decided, is no auditor, or signed in long ago', async () => {
    for (const name of ['ada', 'grace', 'edsger', 'barbara'] as const) {
      await expect(sign(name)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(sign('linus', decided.campaignId, new Date(now().getTime() - 6 * 60_000))).rejects.toThrow(
      'Sign in',
    );
    await expect(sign('linus', decided.campaignId, new Date(now().getTime() + 1))).rejects.toThrow('Sign in');
    await expect(sign('linus', 'cmp_none')).rejects.toMatchObject({ code: 'not_found' });
    await expect(exportPack(world.as('linus'), decided.campaignId, keeping)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('is refused while the numbers do not tie out, naming what is missing', async () => {
    await world.addGrant({ actions: ['read'] });
    const open = await launched(world, { name: 'Another' });
    await expect(sign('linus', open)).rejects.toMatchObject({
      code: 'conflict',
      details: [{ message: '2 items nobody has decided.' }],
    });
  });

  it('is refused when the stored snapshot is not the one of the launch', async () => {
    const [item] = await world.db.campaignItem.findMany({ where: { campaignId: decided.campaignId } });
    const evidence = item?.evidence as object;
    const where = { id: item?.id ?? '' };
    await world.db.campaignItem.update({
      where,
      data: { evidence: { ...evidence, attempts: { denied: 99, held: 0 } } },
    });
    await expect(sign()).rejects.toMatchObject({ code: 'integrity' });
    await world.db.campaignItem.update({ where, data: { evidence } });
    const { snapshotHash } = await world.db.campaign.findUniqueOrThrow({ where: { id: decided.campaignId } });
    await world.db.campaign.update({
      where: { id: decided.campaignId },
      data: { snapshotHash: 'f'.repeat(64) },
    });
    await expect(sign()).rejects.toMatchObject({ code: 'integrity' });
    await world.db.campaign.update({ where: { id: decided.campaignId }, data: { snapshotHash } });
    expect(await world.db.signOff.count()).toBe(0);
  });

  it('writes a pack that anybody can verify with the key, and closes the campaign for good', async () => {
    const text = await signOffText(world.as('linus'), decided.campaignId);
    const { packHash, manifestHash, entryId } = await sign();
    const campaign = await getCampaign(world.as('linus'), decided.campaignId);
    expect(campaign).toMatchObject({
      state: 'signed',
      signOff: { by: { name: 'linus' }, text, manifestHash },
    });
    const [entry] = await world.db.ledgerEntry.findMany({ where: { action: 'campaign.signed' } });
    expect(entry).toMatchObject({ id: entryId, payload: { manifestHash } });
    const pack = await exportPack(world.as('linus'), decided.campaignId, keeping);
    expect(pack).toMatchObject({ packHash, fileName: 'q4-review.countersign.zip' });
    await expect(exportPack(world.as('ada'), decided.campaignId, keeping)).rejects.toMatchObject({
      code: 'forbidden',
    });
    const verdict = await verifyPack(await readFile(pack.path), { pinnedKeys: [keeping.pinned] });
    expect(verdict).toMatchObject({ intact: true, trusted: true, faults: [] });
    expect(verdict.facts['signed by']).toBe('linus <linus@example.com>');
    expect(verdict.facts.numbers).toContain('population 2, decided 2, excepted 0, denied 1, removed 1');
    const stranger = await newKeeping();
    expect(await verifyPack(await readFile(pack.path), { pinnedKeys: [stranger.pinned] })).toMatchObject({
      intact: true,
      trusted: false,
    });
    await expect(sign()).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('after the sign-off', () => {
  it('every verb refuses', async () => {
    const { rows } = await listItems(world.as('linus'), { campaignId: decided.campaignId });
    const itemId = rows.find((row) => row.grantId === decided.kept)?.id ?? '';
    const by = world.as('grace');
    await expect(decideItem(by, { itemId, choice: 'revoke', reason: 'x' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(
      delegateItem(by, { itemId, toPersonId: world.ids.radia, reason: 'x' }),
    ).rejects.toMatchObject({ code: 'conflict' });
    const endsAt = new Date(now().getTime() + dayMs);
    await expect(
      acceptException(world.as('linus'), { campaignId: decided.campaignId, itemId, reason: 'x', endsAt }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each(['url', 'ownerUrl'] as const)('the database refuses every change (%s)', async (login) => {
    const client = new pg.Client({ connectionString: database[login] });
    await client.connect();
    const other = await world.db.campaign.findFirstOrThrow({ where: { state: 'open' } });
    const { campaignId } = decided;
    const [item] = await world.db.campaignItem.findMany({ where: { campaignId } });
    const foreign = await world.db.campaignItem.findFirstOrThrow({ where: { campaignId: other.id } });
    const attempts = [
      `UPDATE campaign SET name = 'x' WHERE id = '${campaignId}'`,
      `UPDATE campaign SET state = 'open' WHERE id = '${campaignId}'`,
      `UPDATE campaign SET id = 'cmp_moved' WHERE id = '${campaignId}'`,
      `DELETE FROM campaign WHERE id = '${campaignId}'`,
      `UPDATE campaign_item SET recommendation = 'approve' WHERE campaign_id = '${campaignId}'`,
      `UPDATE campaign_item SET campaign_id = '${other.id}' WHERE campaign_id = '${campaignId}'`,
      `UPDATE campaign_item SET campaign_id = '${campaignId}' WHERE id = '${foreign.id}'`,
      `DELETE FROM campaign_item WHERE campaign_id = '${campaignId}'`,
      `UPDATE item_reviewer SET person_id = '${world.ids.radia}' WHERE item_id = '${item?.id}'`,
      `UPDATE item_reviewer SET item_id = '${foreign.id}' WHERE item_id = '${item?.id}'`,
      `DELETE FROM item_reviewer WHERE item_id = '${item?.id}'`,
      `INSERT INTO item_decision (id, item_id, person_id, decision) VALUES ('dec_x', '${item?.id}', '${world.ids.grace}', 'approve')`,
      `UPDATE item_decision SET decision = 'revoke' WHERE item_id = '${item?.id}'`,
      `DELETE FROM item_decision`,
      `INSERT INTO review_exception (id, campaign_id, item_id, reason, ends_at, approved_by_id)
        VALUES ('exc_x', '${campaignId}', '${item?.id}', 'x', now(), 'x')`,
      `UPDATE sign_off SET text = 'x'`,
      `DELETE FROM sign_off`,
      `UPDATE campaign SET state = 'signed' WHERE id = '${other.id}'`,
    ];
    for (const attempt of attempts) {
      await expect(client.query(attempt), attempt).rejects.toThrow();
    }
    await client.query(`CREATE TEMP TABLE campaign (id text, state text)`);
    await expect(
      client.query(`DELETE FROM campaign_item WHERE campaign_id = '${campaignId}'`),
    ).rejects.toThrow(/signed/);
    await client.end();
  });

  it('a decision and the sign-off can’t pass each other', async () => {
    const open = await world.db.campaign.findFirstOrThrow({ where: { state: 'open' } });
    const items = await world.db.campaignItem.findMany({ where: { campaignId: open.id } });
    const [signer, decider] = [database.url, database.url].map(
      (url) => new pg.Client({ connectionString: url }),
    );
    await signer?.connect();
    await decider?.connect();
    await signer?.query('BEGIN');
    await signer?.query(`SELECT 1 FROM campaign WHERE id = $1 FOR UPDATE`, [open.id]);
    await signer?.query(
      `INSERT INTO sign_off (campaign_id, person_id, text, manifest_hash, pack_path, pack_hash) VALUES ($1, 'p', 't', 'm', 'p', 'h')`,
      [open.id],
    );
    await signer?.query(`UPDATE campaign SET state = 'signed' WHERE id = $1`, [open.id]);
    const late = decider?.query(
      `INSERT INTO item_decision (id, item_id, person_id, decision) VALUES ('dec_late', $1, $2, 'approve')`,
      [items[0]?.id, world.ids.grace],
    );
    const refused = expect(late).rejects.toThrow(/signed/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await signer?.query('COMMIT');
    await refused;
    await signer?.end();
    await decider?.end();
  });
});

describe('a crash between the sign-off and the pack', () => {
  it('is made good by the export', async () => {
    const fresh = await createControlDatabase();
    const there = await createWorld(fresh.db);
    const campaign = await decidedCampaign(there);
    // The ledger's key fails after the transaction: signed, but no pack yet.
    const broken = { ...keeping, signingKey: null as unknown as PackKeeping['signingKey'] };
    const input = { campaignId: campaign.campaignId, signedInAt: there.clock.now() };
    await expect(signCampaign(there.as('linus'), input, broken)).rejects.toThrow();
    expect(await fresh.db.campaign.findUnique({ where: { id: campaign.campaignId } })).toMatchObject({
      state: 'signed',
    });
    const pack = await exportPack(there.as('linus'), campaign.campaignId, keeping);
    expect(await verifyPack(await readFile(pack.path), { pinnedKeys: [keeping.pinned] })).toMatchObject({
      intact: true,
    });
    await fresh.drop();
  });
});
