import { readFile, rm } from 'node:fs/promises';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptException,
  answerSpotCheck,
  assignSpotCheck,
  decideItem,
  drawDueSpotChecks,
  drawSpotChecks,
  exportPack,
  getCampaign,
  getItem,
  listItems,
  listSpotChecks,
  signCampaign,
  tieOut,
} from '#lib/reviews/index';
import { verifyPack } from '#lib/reviews/pack/verify';
import { drawnOf } from '#lib/reviews/spot/draw';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { addUsage, launched } from './campaign.ts';
import { newKeeping } from './decided.ts';
import { createWorld, job, type World } from './world.ts';

let database: ControlDatabase;
let world: World;
let serial = 0;

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

/** A campaign over so many used, ordinary grants of an agent of its own, all kept by Grace but the last. */
async function kept(count: number, keepAll = true) {
  serial += 1;
  const agentId = await world.addAgent(`agent-${serial}`);
  for (let at = 0; at < count; at += 1) {
    const grantId = await world.addGrant({ agentId, actions: ['read'], scope: [`public.t${at}`] });
    await addUsage(world, grantId, 'read', `public.t${at}`, { used: 2 });
  }
  const campaignId = await launched(world, { name: `Q${serial}`, scope: { agentIds: [agentId] } });
  const { rows } = await listItems(world.as('linus'), { campaignId, limit: 200 });
  const ids = rows.map((row) => row.id);
  for (const itemId of keepAll ? ids : ids.slice(0, -1)) {
    await decideItem(world.as('grace'), { itemId, choice: 'approve', reason: 'used daily' });
  }
  return { campaignId, ids };
}

const conflict = { code: 'conflict' };
const forbidden = { code: 'forbidden' };

describe('the draw', () => {
  it('is a tenth rounded up, by the seed alone, for any list', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(fc.string(), ids, (seed, list) => {
        const drawn = drawnOf(seed, list, 0.1);
        expect(drawn.size).toBe(Math.ceil(list.length / 10));
        expect(drawnOf(seed, [...list].reverse(), 0.1)).toEqual(drawn);
      }),
    );
    expect(drawnOf('s', ['a', 'b'], 1).size).toBe(2);
  });

  it('happens once everything is decided, leaves its seed in the ledger, and can’t be repeated', async () => {
    const { campaignId, ids } = await kept(11, false);
    const draw = () => drawSpotChecks(world.as('ada'), { campaignId });
    await expect(draw()).rejects.toThrow('not decided yet');
    expect(await drawDueSpotChecks(world.by(job))).toBe(0);
    await decideItem(world.as('grace'), { itemId: ids[10] ?? '', choice: 'approve', reason: 'used daily' });
    const before = await tieOut(world.as('linus'), campaignId);
    expect(before).toMatchObject({ ties: false });
    expect(before.missing[0]?.sentence).toContain('in no draw');
    expect(await draw()).toMatchObject({ keeps: 11, drawn: 2, withoutChecker: 0 });
    await expect(draw()).rejects.toMatchObject(conflict);
    const { draws, checks } = await listSpotChecks(world.as('linus'), campaignId);
    expect(new Set(checks.map((one) => one.itemId))).toEqual(drawnOf(draws[0]?.seed ?? '', ids, 0.1));
    const [entry] = await world.db.ledgerEntry.findMany({ where: { action: 'spot-check.drawn' } });
    expect(entry).toMatchObject({ actorKind: 'person', payload: { seed: draws[0]?.seed, keeps: 11 } });
    // Never who reviewed it, owns the agent, or signs.
    for (const { checker } of checks) expect(['edsger', 'radia']).toContain(checker?.name);
  });

  it('is refused to others, and in a campaign that was set up without', async () => {
    const { campaignId } = await kept(1);
    for (const name of ['grace', 'edsger', 'barbara'] as const) {
      await expect(drawSpotChecks(world.as(name), { campaignId })).rejects.toMatchObject(forbidden);
    }
    await expect(drawSpotChecks(world.as('ada'), { campaignId: 'cmp_none' })).rejects.toMatchObject({
      code: 'not_found',
    });
    const rules = { securityGroup: 'security', fallbackPersonId: null, spotCheckShare: 0 };
    const without = await launched(world, { rules });
    await expect(drawSpotChecks(world.as('ada'), { campaignId: without })).rejects.toThrow('without');
  });

  it('is made by the job; what is kept later is drawn from on its own', async () => {
    const { campaignId, ids } = await kept(2, false);
    const last = ids[1] ?? '';
    const endsAt = new Date(world.clock.now().getTime() + 60_000);
    await acceptException(world.as('linus'), { campaignId, itemId: last, reason: 'later', endsAt });
    expect(await drawDueSpotChecks(world.by(job))).toBeGreaterThan(0);
    await decideItem(world.as('grace'), { itemId: last, choice: 'approve', reason: 'used daily' });
    expect(await drawDueSpotChecks(world.by(job))).toBe(1);
    const { draws } = await listSpotChecks(world.as('linus'), campaignId);
    expect(draws.map(({ keeps, drawn }) => [keeps, drawn])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

describe('the second look', () => {
  it('is taken by the one who was drawn, and holds the sign-off while it disagrees', async () => {
    const { campaignId, ids } = await kept(1);
    const itemId = ids[0] ?? '';
    await drawSpotChecks(world.by(job), { campaignId });
    const { checks } = await listSpotChecks(world.as('linus'), campaignId);
    const checker = checks[0]?.checker?.name === 'radia' ? 'radia' : 'edsger';
    const other = checker === 'radia' ? 'edsger' : 'radia';
    const missing = async () => (await tieOut(world.as('linus'), campaignId)).missing[0]?.sentence ?? '';
    expect(await missing()).toContain('nobody has taken');
    // The checker sees the item, and only that person answers.
    expect(await getItem(world.as(checker), itemId)).toMatchObject({ mayDecide: false });
    expect((await listSpotChecks(world.as(checker), campaignId)).checks).toMatchObject([{ mayAnswer: true }]);
    for (const name of [other, 'grace', 'ada', 'linus', 'barbara'] as const) {
      await expect(answerSpotCheck(world.as(name), { itemId, outcome: 'agree' }), name).rejects.toMatchObject(
        forbidden,
      );
    }
    await expect(answerSpotCheck(world.as(checker), { itemId, outcome: 'disagree' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await answerSpotCheck(world.as(checker), { itemId, outcome: 'disagree', reason: 'nobody needs it' });
    expect(await missing()).toContain('disagrees');
    // Keeping it again does not outvote the second person; being convinced does.
    await decideItem(world.as('grace'), { itemId, choice: 'approve', reason: 'asked the owner' });
    expect(await missing()).toContain('disagrees');
    await answerSpotCheck(world.as(checker), { itemId, outcome: 'agree', reason: 'the owner explained' });
    expect(await tieOut(world.as('linus'), campaignId)).toMatchObject({ ties: true, missing: [] });
    expect(await world.db.spotAnswer.count({ where: { itemId } })).toBe(2);
  });

  it('is moot once the grant is taken away', async () => {
    const { campaignId, ids } = await kept(1);
    const itemId = ids[0] ?? '';
    await drawSpotChecks(world.by(job), { campaignId });
    await decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'over' });
    const { missing } = await tieOut(world.as('linus'), campaignId);
    expect(missing.map((one) => one.sentence).join()).not.toMatch(/second/);
    const { checks } = await listSpotChecks(world.as('linus'), campaignId);
    const name = checks[0]?.checker?.name === 'radia' ? 'radia' : 'edsger';
    await expect(answerSpotCheck(world.as(name), { itemId, outcome: 'agree' })).rejects.toMatchObject(
      conflict,
    );
  });

  it('is handed to somebody independent only, and keeps that person from signing', async () => {
    const { campaignId, ids } = await kept(1);
    const itemId = ids[0] ?? '';
    await drawSpotChecks(world.by(job), { campaignId });
    const to = (name: 'grace' | 'ada' | 'linus') =>
      assignSpotCheck(world.as('ada'), { itemId, toPersonId: world.ids[name], reason: 'away' });
    await expect(to('grace')).rejects.toMatchObject(conflict);
    await expect(to('ada')).rejects.toMatchObject(forbidden);
    await expect(
      assignSpotCheck(world.as('grace'), { itemId, toPersonId: world.ids.linus, reason: 'x' }),
    ).rejects.toMatchObject(forbidden);
    await to('linus');
    await answerSpotCheck(world.as('linus'), { itemId, outcome: 'agree' });
    const campaign = await getCampaign(world.as('linus'), campaignId);
    expect(campaign).toMatchObject({ maySign: false, tieOut: { ties: true } });
    expect(campaign.mayNotSignBecause).toContain('second time');
  });
});

describe('evidence of it', () => {
  it('stands in the pack, where anybody draws again, and can’t be changed', async () => {
    const keeping = await newKeeping();
    const { campaignId } = await kept(3);
    await drawSpotChecks(world.by(job), { campaignId });
    const { checks } = await listSpotChecks(world.as('linus'), campaignId);
    for (const { itemId, checker } of checks) {
      const name = checker?.name === 'radia' ? 'radia' : 'edsger';
      await answerSpotCheck(world.as(name), { itemId, outcome: 'agree', reason: 'seen its sessions' });
    }
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    for (const attempt of [
      `UPDATE spot_draw SET seed = repeat('0', 64)`,
      `DELETE FROM spot_check`,
      `UPDATE spot_check SET drawn = NOT drawn`,
      `UPDATE spot_answer SET outcome = 'agree'`,
    ]) {
      await expect(client.query(attempt), attempt).rejects.toThrow(/append-only/);
    }
    await signCampaign(world.as('linus'), { campaignId, signedInAt: world.clock.now() }, keeping);
    await expect(
      client.query(`UPDATE spot_check SET person_id = NULL WHERE campaign_id = $1`, [campaignId]),
    ).rejects.toThrow(/signed/);
    await client.end();
    const { path } = await exportPack(world.as('linus'), campaignId, keeping);
    const bytes = await readFile(path);
    expect(await verifyPack(bytes, { pinnedKeys: [keeping.pinned] })).toMatchObject({ intact: true });
    expect(bytes.includes('"spotDraws":[{')).toBe(true);
    expect(bytes.includes('seen its sessions')).toBe(true);
    await rm(keeping.directory, { recursive: true });
  });
});
