import { readFile, rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '#lib/auth/context';
import {
  createCampaign,
  decideItem,
  exportPack,
  getCampaign,
  getItem,
  keepAsSandbox,
  launchCampaign,
  listItems,
  signAsSandbox,
  signCampaign,
} from '#lib/reviews/index';
import { verifyPack } from '#lib/reviews/pack/verify';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { addUsage, dayMs, launched } from './campaign.ts';
import { newKeeping } from './decided.ts';
import { createWorld, sandbox, type World } from './world.ts';

const mode = { sandbox: true };
const reason = 'kept by the sandbox itself';

let database: ControlDatabase;
let world: World;
let keeping: Awaited<ReturnType<typeof newKeeping>>;
let grantId: string;

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  keeping = await newKeeping();
  grantId = await world.addGrant({ actions: ['read', 'schema'] });
  await addUsage(world, grantId, 'read', 'public.orders', { used: 3 });
});
afterAll(async () => {
  await database.drop();
  await rm(keeping.directory, { recursive: true });
});

/** A campaign that the sandbox set up and launched, with its items. */
async function sandboxCampaign(): Promise<{ campaignId: string; itemIds: string[] }> {
  const context = world.by(sandbox);
  const now = world.clock.now();
  const { id } = await createCampaign(context, {
    name: 'Demonstration',
    scope: {},
    periodFrom: new Date(now.getTime() - dayMs * 30),
    periodTo: now,
    rules: { securityGroup: 'security', fallbackPersonId: null },
    dueInBusinessDays: 10,
    riskAnalysis: 'none',
  });
  await launchCampaign(context, id);
  const { rows } = await listItems(world.as('linus'), { campaignId: id });
  return { campaignId: id, itemIds: rows.map((row) => row.id) };
}

async function keepAll(context: Context, itemIds: readonly string[]): Promise<void> {
  for (const itemId of itemIds) await keepAsSandbox(context, { itemId, reason }, mode);
}

describe('what the sandbox decides by itself', () => {
  it('stands in nobody’s name, in the item, the ledger and the pack', async () => {
    const { campaignId, itemIds } = await sandboxCampaign();
    await keepAll(world.by(sandbox), itemIds);
    const item = await getItem(world.as('linus'), itemIds[0] ?? '');
    expect(item).toMatchObject({
      state: 'approved',
      decisions: [{ by: { id: 'sandbox' }, actorKind: 'sandbox', choice: 'approve', reason }],
    });
    // The reviewers who were assigned have answered nothing.
    expect(item.reviewers.map((one) => one.choice)).toEqual([null, null]);

    await signAsSandbox(world.by(sandbox), { campaignId }, keeping, mode);
    const campaign = await getCampaign(world.as('linus'), campaignId);
    expect(campaign).toMatchObject({ state: 'signed', signOff: { actorKind: 'sandbox' } });
    expect(campaign.signOff?.text).toContain('No person decided any of it');
    expect(campaign.signOff?.text).not.toContain('I attest');
    const entries = await world.db.ledgerEntry.findMany({
      where: { action: { in: ['item.decided', 'campaign.signed'] } },
    });
    expect(entries.map((one) => one.actorKind)).toEqual(['sandbox', 'sandbox']);
    expect(entries.every((one) => one.summary.includes('not a person'))).toBe(true);

    const { path } = await exportPack(world.as('linus'), campaignId, keeping);
    const verdict = await verifyPack(await readFile(path), { pinnedKeys: [keeping.pinned] });
    expect(verdict).toMatchObject({ intact: true, trusted: true });
    expect(verdict.facts['signed by']).toBe('nobody');
    expect(verdict.facts.demonstration).toContain('attests nothing');
  });

  it('is no certification that a later review goes by', async () => {
    const { itemIds } = await sandboxCampaign();
    expect(await getItem(world.as('linus'), itemIds[0] ?? '')).toMatchObject({ change: 'new' });
  });
});

describe('the sandbox is refused', () => {
  it('outside sandbox mode, and to every other actor', async () => {
    const { campaignId, itemIds } = await sandboxCampaign();
    const itemId = itemIds[0] ?? '';
    const off = { sandbox: false };
    const forbidden = { code: 'forbidden' };
    await expect(keepAsSandbox(world.by(sandbox), { itemId, reason }, off)).rejects.toMatchObject(forbidden);
    await expect(signAsSandbox(world.by(sandbox), { campaignId }, keeping, off)).rejects.toMatchObject(
      forbidden,
    );
    await expect(keepAsSandbox(world.as('grace'), { itemId, reason }, mode)).rejects.toMatchObject(forbidden);
    await expect(signAsSandbox(world.as('linus'), { campaignId }, keeping, mode)).rejects.toMatchObject(
      forbidden,
    );
    await expect(decideItem(world.by(sandbox), { itemId, choice: 'approve', reason })).rejects.toMatchObject(
      forbidden,
    );
    await expect(
      signCampaign(world.by(sandbox), { campaignId, signedInAt: world.clock.now() }, keeping),
    ).rejects.toMatchObject(forbidden);
  });

  it('in a campaign of persons, by the verb and by the database', async () => {
    const campaignId = await launched(world);
    const [item] = await world.db.campaignItem.findMany({ where: { campaignId } });
    const itemId = item?.id ?? '';
    await expect(keepAsSandbox(world.by(sandbox), { itemId, reason }, mode)).rejects.toThrow('made itself');
    await expect(signAsSandbox(world.by(sandbox), { campaignId }, keeping, mode)).rejects.toThrow(
      'made itself',
    );
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    const decision = (kind: string, person: string | null, choice = 'approve') =>
      client.query(
        `INSERT INTO item_decision (id, item_id, person_id, actor_kind, decision) VALUES ('dec_x', $1, $2, $3, $4)`,
        [itemId, person, kind, choice],
      );
    await expect(decision('sandbox', null)).rejects.toThrow(/sandbox made/);
    await expect(decision('sandbox', null, 'revoke')).rejects.toThrow();
    await expect(decision('person', null)).rejects.toThrow();
    await expect(decision('sandbox', world.ids.grace)).rejects.toThrow();
    await expect(
      client.query(
        `INSERT INTO sign_off (campaign_id, actor_kind, text, manifest_hash, pack_path, pack_hash)
         VALUES ($1, 'sandbox', 't', 'm', 'p', 'h')`,
        [campaignId],
      ),
    ).rejects.toThrow(/sandbox made/);
    await client.end();
  });

  it('once a person answered, and while something is open', async () => {
    const { campaignId, itemIds } = await sandboxCampaign();
    const itemId = itemIds[0] ?? '';
    await expect(signAsSandbox(world.by(sandbox), { campaignId }, keeping, mode)).rejects.toMatchObject({
      code: 'conflict',
    });
    await decideItem(world.as('grace'), { itemId, choice: 'approve', reason: 'needed' });
    await expect(keepAsSandbox(world.by(sandbox), { itemId, reason }, mode)).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(signAsSandbox(world.by(sandbox), { campaignId }, keeping, mode)).rejects.toThrow(
      'Persons decided',
    );
  });
});
