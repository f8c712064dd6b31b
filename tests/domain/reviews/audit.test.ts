import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarterOf } from '#lib/reviews/audit/audit-view';
import {
  acceptException,
  auditView,
  decideItem,
  remindReviewers,
  signCampaign,
  tieOut,
} from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { dayMs, draft, itemOf, launched } from './campaign.ts';
import { decidedCampaign, newKeeping } from './decided.ts';
import { createWorld, job, type World } from './world.ts';

let database: ControlDatabase;
let world: World;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

/** The one campaign of the view with this name, with its quarter. */
async function audited(name: string) {
  const { quarters } = await auditView(world.as('linus'));
  const found = quarters.flatMap(({ quarter, campaigns }) => campaigns.map((one) => ({ quarter, ...one })));
  return found.find((one) => one.name === name);
}

describe('the audit of reviews', () => {
  it('puts a period into the quarter that it ends in', () => {
    expect(quarterOf(new Date('2027-01-01T00:00:00Z'))).toBe('2026 Q4');
    expect(quarterOf(new Date('2027-01-01T00:00:00.001Z'))).toBe('2027 Q1');
    expect(quarterOf(new Date('2026-06-30T12:00:00Z'))).toBe('2026 Q2');
  });

  it('is for admins and auditors alone', async () => {
    for (const name of ['grace', 'edsger', 'barbara', 'radia'] as const) {
      await expect(auditView(world.as(name))).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(await auditView(world.as('ada'))).toEqual({ quarters: [], exceptions: [], trend: [] });
  });

  it('says of each campaign what its own sums say, and who signed it', async () => {
    const { campaignId } = await decidedCampaign(world);
    await draft(world, { name: 'Not launched' });
    const sums = await tieOut(world.as('linus'), campaignId);
    expect(await audited('Q4 review')).toMatchObject({
      quarter: '2026 Q4',
      state: 'open',
      items: sums.population,
      denied: sums.denied,
      removed: sums.removed,
      removalsExcepted: 0,
      sumsTie: true,
      signedBy: null,
    });
    expect(await audited('Not launched')).toMatchObject({ state: 'draft', items: 0, sumsTie: false });
    const keeping = await newKeeping();
    const signed = await signCampaign(
      world.as('linus'),
      { campaignId, signedInAt: world.clock.now() },
      keeping,
    );
    expect(await audited('Q4 review')).toMatchObject({
      state: 'signed',
      signedBy: 'linus',
      manifestHash: signed.manifestHash,
    });
    await rm(keeping.directory, { recursive: true });
  });

  it('shows who is late, what waits to be removed, and exceptions until they end', async () => {
    // Launched after the one before: the trend goes by time.
    world.clock.advance(dayMs);
    const agentId = await world.addAgent('elsewhere');
    const imported = await world.addGrant({ agentId, actions: ['read'], source: 'azure-rbac' });
    const open = await world.addGrant({ agentId, actions: ['schema'] });
    const campaignId = await launched(world, { name: 'Late', scope: { agentIds: [agentId] } });
    const drop = await itemOf(world, campaignId, imported);
    await decideItem(world.as('grace'), { itemId: drop.id, choice: 'revoke', reason: 'not needed' });
    world.clock.advance(9 * dayMs);
    await remindReviewers(world.by(job));
    expect(await audited('Late')).toMatchObject({
      denied: 1,
      removed: 0,
      sumsTie: false,
      lateStep: 7,
      removalsOverdue: 0,
    });
    world.clock.advance(5 * dayMs);
    expect(await audited('Late')).toMatchObject({ removalsOverdue: 1 });
    const endsAt = new Date(world.clock.now().getTime() + 3 * dayMs);
    for (const itemId of [drop.id, (await itemOf(world, campaignId, open)).id]) {
      await acceptException(world.as('linus'), { campaignId, itemId, reason: 'the team is away', endsAt });
    }
    expect(await audited('Late')).toMatchObject({ excepted: 1, removalsExcepted: 1, sumsTie: true });
    const { exceptions, trend } = await auditView(world.as('ada'));
    expect(exceptions).toMatchObject([
      { reason: 'the team is away', campaign: { name: 'Late' } },
      { approvedBy: { name: 'linus' } },
    ]);
    expect(trend.map((point) => point.name)).toEqual(['Q4 review', 'Late']);
    expect(trend[1]).toMatchObject({ grants: 2, unusedPermissions: 1 });
    world.clock.advance(4 * dayMs);
    expect((await auditView(world.as('ada'))).exceptions).toEqual([]);
    expect(await audited('Late')).toMatchObject({ removalsExcepted: 0, sumsTie: false });
  });
});
