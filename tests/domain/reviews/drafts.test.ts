import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  acceptException,
  auditView,
  changeDraft,
  discardDraft,
  getCampaign,
  launchCampaign,
  listCampaigns,
  listItems,
  previewCampaign,
} from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { dayMs, draft, launched } from './campaign.ts';
import { createWorld, type PersonName, type World, worker } from './world.ts';

let database: ControlDatabase;
let world: World;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  await world.addGrant({ actions: ['read'] });
  await world.addGrant({ actions: ['schema'] });
});
afterAll(() => database.drop());
let campaignId: string;
beforeEach(async () => {
  campaignId = await draft(world);
});

const conflict = { code: 'conflict' };

function change(changes: Record<string, unknown> = {}, by: PersonName = 'ada') {
  const now = world.clock.now();
  return changeDraft(world.as(by), {
    campaignId,
    name: 'Q4 review',
    scope: {},
    periodFrom: new Date(now.getTime() - 30 * dayMs),
    periodTo: now,
    rules: { securityGroup: 'security', fallbackPersonId: world.ids.radia, spotCheckShare: 0.1 },
    dueInBusinessDays: 20,
    riskAnalysis: 'RA-7: agents with production access are reviewed quarterly.',
    ...changes,
  });
}

const discard = (by: PersonName = 'ada', reason = 'the scope was wrong') =>
  discardDraft(world.as(by), { campaignId, reason });
const entries = (action: 'campaign.changed' | 'campaign.discarded') =>
  world.db.ledgerEntry.findMany({ where: { action, subjectId: campaignId } });

describe('a draft', () => {
  it('is changed: its preview and launch go by it, its entry names what differs', async () => {
    await change({ name: 'Privileged only', scope: { privilegedOnly: true }, dueInBusinessDays: 5 }, 'linus');
    expect(await previewCampaign(world.as('ada'), campaignId)).toMatchObject({ population: 1 });
    expect(await getCampaign(world.as('ada'), campaignId)).toMatchObject({
      name: 'Privileged only',
      dueInBusinessDays: 5,
      dueAt: new Date('2026-12-01T09:00:00.000Z'),
    });
    const [entry] = await entries('campaign.changed');
    expect(entry).toMatchObject({
      actorName: 'linus',
      payload: {
        changed: {
          name: { from: 'Q4 review', to: 'Privileged only' },
          scope: { from: { privilegedOnly: false }, to: { privilegedOnly: true } },
          dueAt: { to: '2026-12-01T09:00:00.000Z' },
        },
      },
    });
    expect(entry?.payload).toEqual({
      changed: { name: expect.anything(), scope: expect.anything(), dueAt: expect.anything() },
    });
    expect(await launchCampaign(world.as('ada'), campaignId)).toMatchObject({ items: 1 });
  });

  it('is not changed to nothing new, by others, or to what could not be set up', async () => {
    const now = world.clock.now();
    await expect(change()).rejects.toMatchObject(conflict);
    for (const [wrong, code] of [
      [{ name: ' ' }, 'invalid'],
      [{ riskAnalysis: '' }, 'invalid'],
      [{ periodTo: new Date(now.getTime() + 1) }, 'invalid'],
      [{ periodFrom: now }, 'invalid'],
      [{ rules: { securityGroup: 'nobody', fallbackPersonId: null } }, 'invalid'],
      [{ rules: { securityGroup: 'security', fallbackPersonId: 'per_none' } }, 'invalid'],
      [{ scope: { agentIds: [] } }, 'invalid'],
      [{ dueInBusinessDays: 0 }, 'invalid'],
      [{ state: 'open' }, 'invalid'],
      [{ campaignId: 'cmp_none' }, 'not_found'],
    ] as const) {
      await expect(change({ name: 'x', ...wrong })).rejects.toMatchObject({ code });
    }
    for (const name of ['grace', 'barbara', 'edsger'] as const) {
      await expect(change({ name: 'mine' }, name)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(discard(name)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(discardDraft(world.by(worker), { campaignId, reason: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(discard('ada', ' ')).rejects.toMatchObject({ code: 'invalid' });
    expect(await entries('campaign.changed')).toEqual([]);
    expect(await entries('campaign.discarded')).toEqual([]);
  });

  it('is discarded for good, stays to be seen with its reason, and is in nobody’s way', async () => {
    await discard('linus');
    expect(await getCampaign(world.as('ada'), campaignId)).toMatchObject({
      state: 'discarded',
      overdue: false,
      discarded: { by: { name: 'linus' }, reason: 'the scope was wrong', at: world.clock.now() },
    });
    expect(await entries('campaign.discarded')).toMatchObject([
      { actorName: 'linus', payload: { reason: 'the scope was wrong' } },
    ]);
    const listed = await listCampaigns(world.as('ada'));
    expect(listed.find((one) => one.id === campaignId)).toMatchObject({ state: 'discarded', items: 0 });
    const audited = (await auditView(world.as('linus'))).quarters.flatMap((one) => one.campaigns);
    expect(audited.find((one) => one.id === campaignId)).toMatchObject({
      state: 'discarded',
      sumsTie: false,
    });
    await expect(launchCampaign(world.as('ada'), campaignId)).rejects.toThrow('The draft was discarded');
    await expect(change({ name: 'again' })).rejects.toThrow('The draft was discarded');
    await expect(discard()).rejects.toThrow('The draft was discarded');
    const [grant] = await world.db.grant.findMany({ take: 1 });
    await expect(
      acceptException(world.as('margaret'), {
        campaignId,
        grantId: grant?.id,
        reason: 'x',
        endsAt: new Date(world.clock.now().getTime() + dayMs),
      }),
    ).rejects.toMatchObject(conflict);
    await expect(previewCampaign(world.as('ada'), campaignId)).rejects.toMatchObject(conflict);
  });

  it('stays discarded for the database itself, and nothing launched becomes it', async () => {
    await discard();
    const set = (id: string, data: Record<string, unknown>) =>
      world.db.campaign.update({ where: { id }, data });
    await expect(
      set(campaignId, { state: 'draft', discardedAt: null, discardedReason: null }),
    ).rejects.toThrow();
    await expect(set(campaignId, { name: 'another' })).rejects.toThrow();
    await expect(world.db.campaign.delete({ where: { id: campaignId } })).rejects.toThrow();
    const open = await launched(world);
    await expect(
      set(open, { state: 'discarded', discardedAt: world.clock.now(), discardedReason: 'x' }),
    ).rejects.toThrow();
    const other = await draft(world);
    await expect(set(other, { state: 'discarded' })).rejects.toThrow();
    for (const state of ['draft', 'open'] as const) {
      expect(await world.db.campaign.count({ where: { state, discardedAt: { not: null } } })).toBe(0);
    }
  });

  it('that is launched is changed and discarded no more', async () => {
    await launchCampaign(world.as('ada'), campaignId);
    await expect(change({ name: 'x' })).rejects.toThrow('launched already');
    await expect(discard()).rejects.toThrow('launched already');
  });

  it('is launched or discarded, never both, when two press at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      campaignId = await draft(world, { name: `Round ${round}` });
      const ends = await Promise.allSettled([
        launchCampaign(world.as('ada'), campaignId),
        discard('linus'),
        change({ name: `Changed ${round}`, scope: { privilegedOnly: true } }),
      ]);
      const [launch, gone, changed] = ends.map((one) => one.status === 'fulfilled');
      expect(launch && gone).toBe(false);
      const campaign = await getCampaign(world.as('linus'), campaignId);
      expect(campaign.state).toBe(launch ? 'open' : gone ? 'discarded' : 'draft');
      expect(await entries('campaign.discarded')).toHaveLength(gone ? 1 : 0);
      expect(await entries('campaign.changed')).toHaveLength(changed ? 1 : 0);
      // What was frozen is what the campaign says, however the two crossed.
      if (launch) {
        const { rows } = await listItems(world.as('linus'), { campaignId });
        expect(rows).toHaveLength(campaign.scope.privilegedOnly ? 1 : 2);
      }
    }
  });
});
