import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDb } from '#lib/db/client';
import {
  acceptException,
  advanceRemovals,
  decideItem,
  decideItems,
  delegateItem,
  getCampaign,
  getItem,
  listDelegates,
  listRemovals,
  tieOut,
} from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { addCatalog, addUsage, dayMs, itemOf, launched } from './campaign.ts';
import { createWorld, job, type World } from './world.ts';

let database: ControlDatabase;
let world: World;

beforeEach(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterEach(() => database.drop());

/** One used, unprivileged grant: reading public.orders. */
async function usedGrant(): Promise<string> {
  await addCatalog(world, ['orders']);
  const grant = await world.addGrant({ actions: ['read'], scope: ['public.orders'] });
  await addUsage(world, grant, 'read', 'public.orders', { used: 9 });
  return grant;
}

describe('a decision', () => {
  it('keeps a used grant, with its entry, and can be superseded until the sign-off', async () => {
    const grant = await usedGrant();
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    const first = await decideItem(world.as('grace'), { itemId, choice: 'approve', dwellMs: 4_000 });
    expect(first).toMatchObject({ state: 'approved', removalId: null });
    world.clock.advance(1);
    const second = await decideItem(world.as('grace'), { itemId, choice: 'dont_know', reason: 'ask Ada' });
    expect(second.state).toBe('escalated');
    const item = await getItem(world.as('linus'), itemId);
    expect(item.decisions).toMatchObject([
      { choice: 'approve', superseded: true, by: { name: 'grace' } },
      { choice: 'dont_know', superseded: false },
    ]);
    expect(await world.db.ledgerEntry.count({ where: { action: 'item.decided', subjectId: itemId } })).toBe(
      2,
    );
  });

  it('needs a reason for what is privileged, unused, or against the recommendation', async () => {
    const used = await usedGrant();
    const unused = await world.addGrant({ actions: ['read'], scope: ['public.payments'] });
    const privileged = await world.addGrant({ actions: ['schema'], scope: ['public.orders'] });
    const campaignId = await launched(world);
    const by = world.as('grace');
    for (const [grant, choice] of [
      [unused, 'approve'],
      [privileged, 'approve'],
      [used, 'dont_know'],
      [used, 'revoke'],
    ] as const) {
      const { id: itemId } = await itemOf(world, campaignId, grant);
      const item = await getItem(by, itemId);
      expect(item.reasonNeeded[choice]).toEqual(expect.any(String));
      await expect(decideItem(by, { itemId, choice })).rejects.toMatchObject({ code: 'invalid' });
      await expect(decideItem(by, { itemId, choice, reason: '   ' })).rejects.toMatchObject({
        code: 'invalid',
      });
      await decideItem(by, { itemId, choice, reason: 'because' });
    }
  });

  it('is refused from who is not assigned, and on what is not there', async () => {
    const grant = await usedGrant();
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    for (const name of ['ada', 'edsger', 'linus', 'barbara', 'radia'] as const) {
      await expect(decideItem(world.as(name), { itemId, choice: 'approve' })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    await expect(decideItem(world.by(job), { itemId, choice: 'approve' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      decideItem(world.as('grace'), { itemId: 'itm_no', choice: 'approve' }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(
      decideItem(world.as('grace'), {
        itemId,
        choice: 'approve',
        reducedTo: { actions: ['read'], scope: ['*'] },
      }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  it('needs both reviewers to keep a privileged grant, one to take it away', async () => {
    const kept = await world.addGrant({ actions: ['schema'] });
    const taken = await world.addGrant({ actions: ['admin'] });
    const campaignId = await launched(world);
    const keep = await itemOf(world, campaignId, kept);
    expect(keep.reviewers.map((one) => one.duty).sort()).toEqual(['security', 'technical']);
    const answer = { itemId: keep.id, choice: 'approve', reason: 'x' } as const;
    expect(await decideItem(world.as('grace'), answer)).toMatchObject({ state: 'partly' });
    expect(await decideItem(world.as('edsger'), answer)).toMatchObject({ state: 'approved' });
    const take = await itemOf(world, campaignId, taken);
    expect(
      await decideItem(world.as('edsger'), { itemId: take.id, choice: 'revoke', reason: 'x' }),
    ).toMatchObject({
      state: 'revoked',
    });
  });

  it('is refused once the person became responsible, whatever the assignment says', async () => {
    const grant = await usedGrant();
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    await world.db.agent.update({ where: { id: world.agentId }, data: { ownerId: world.ids.grace } });
    await expect(decideItem(world.as('grace'), { itemId, choice: 'approve' })).rejects.toThrow('independent');
    await world.db.agent.update({ where: { id: world.agentId }, data: { ownerId: world.ids.ada } });
    await world.db.person.update({ where: { id: world.ids.grace }, data: { leftAt: new Date() } });
    await expect(decideItem(world.as('grace'), { itemId, choice: 'approve' })).rejects.toThrow('left');
  });
});

describe('taking away', () => {
  it('revokes at once, cuts, and is proven only by reading again', async () => {
    const grant = await world.addGrant({ actions: ['read'] });
    const workerId = 'wrk_one';
    await world.db.worker.create({ data: { id: workerId, host: 'h', pid: 1 } });
    await world.addSession({ grantIds: [grant] });
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    const { removalId } = await decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'unused' });
    expect(await world.db.grant.findUnique({ where: { id: grant } })).toMatchObject({
      state: 'revoked',
      revokedById: world.ids.grace,
    });
    const cut = await world.db.cut.findFirstOrThrow({ where: { subjectId: grant } });
    expect(await world.db.removal.findUnique({ where: { id: removalId ?? '' } })).toMatchObject({
      state: 'accepted',
    });

    // The one worker has not confirmed: nothing is proven yet.
    expect(await advanceRemovals(world.by(job))).toBe(0);
    expect((await tieOut(world.as('linus'), campaignId)).ties).toBe(false);
    await world.db.cutConfirmation.create({ data: { cutId: cut.id, workerId, sessionsEnded: 1 } });
    expect(await advanceRemovals(world.by(job))).toBe(1);
    const [removal] = await listRemovals(world.as('linus'), campaignId);
    expect(removal?.proofs.map((one) => one.state)).toEqual(['requested', 'accepted', 'absent_on_reread']);
    expect(removal?.proofs[2]?.data).toMatchObject({
      grantState: 'revoked',
      workersConfirmed: 1,
      sessionsEnded: 1,
    });
    expect(await tieOut(world.as('linus'), campaignId)).toMatchObject({ ties: true, denied: 1, removed: 1 });
    await expect(
      decideItem(world.as('grace'), { itemId, choice: 'approve', reason: 'x' }),
    ).rejects.toMatchObject({
      code: 'conflict',
    });

    // The access is given again: the removal did not hold.
    const again = await world.addGrant({ actions: ['read'] });
    await world.db.grant.update({ where: { id: again }, data: { replacesId: grant } });
    expect(await advanceRemovals(world.by(job))).toBe(1);
    expect((await listRemovals(world.as('linus'), campaignId))[0]).toMatchObject({ state: 'ineffective' });
    expect((await tieOut(world.as('linus'), campaignId)).ties).toBe(false);
  });

  it('leaves nothing behind when it fails', async () => {
    const grant = await world.addGrant({ actions: ['read'], scope: ['public.orders'] });
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    const wider = { actions: ['read', 'write'], scope: ['*'] } as const;
    await expect(
      decideItem(world.as('grace'), { itemId, choice: 'reduce', reason: 'x', reducedTo: wider }),
    ).rejects.toMatchObject({ code: 'invalid' });
    expect(await world.db.itemDecision.count()).toBe(0);
    expect(await world.db.removal.count()).toBe(0);
    expect(await world.db.grant.findUnique({ where: { id: grant } })).toMatchObject({ state: 'active' });
  });

  it('decides once when two revoke at the same time', async () => {
    const grant = await world.addGrant({ actions: ['schema'] });
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    const other = openDb(database.url, 2);
    const results = await Promise.allSettled([
      decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'x' }),
      decideItem(world.as('edsger', other), { itemId, choice: 'revoke', reason: 'x' }),
    ]);
    await other.$disconnect();
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await world.db.removal.count()).toBe(1);
  });
});

describe('bulk', () => {
  it('answers each on its own, and keeps in bulk only what policy allows', async () => {
    await addCatalog(world, ['orders']);
    const used = await world.addGrant({ actions: ['read'], scope: ['public.orders'] });
    await addUsage(world, used, 'read', 'public.orders', { used: 1 });
    const unused = await world.addGrant({ actions: ['read'], scope: ['public.payments'] });
    const campaignId = await launched(world);
    const [a, b] = [await itemOf(world, campaignId, used), await itemOf(world, campaignId, unused)];
    const results = await decideItems(world.as('grace'), [
      { itemId: a.id, choice: 'approve' },
      { itemId: b.id, choice: 'approve', reason: 'x' },
      { itemId: 'itm_none', choice: 'revoke', reason: 'x' },
      { itemId: 'itm_nope', choice: 'approve' },
    ]);
    expect(results.map((one) => (one.ok ? one.state : one.code))).toEqual([
      'approved',
      'invalid',
      'not_found',
      'not_found',
    ]);
    expect(await world.db.ledgerEntry.count({ where: { action: 'item.decided', subjectId: a.id } })).toBe(1);
    const taken = await decideItems(world.as('grace'), [{ itemId: b.id, choice: 'revoke' }]);
    expect(taken).toMatchObject([{ ok: true, state: 'revoked' }]);
    const twice = [
      { itemId: a.id, choice: 'approve' } as const,
      { itemId: a.id, choice: 'approve' } as const,
    ];
    await expect(decideItems(world.as('grace'), twice)).rejects.toMatchObject({ code: 'invalid' });
    for (const name of ['ada', 'edsger', 'linus'] as const) {
      expect(await decideItems(world.as(name), [{ itemId: a.id, choice: 'approve' }])).toMatchObject([
        { ok: false, code: 'forbidden' },
      ]);
    }
    await world.db.agent.update({ where: { id: world.agentId }, data: { ownerId: world.ids.grace } });
    expect(await decideItems(world.as('grace'), [{ itemId: a.id, choice: 'approve' }])).toMatchObject([
      { ok: false, code: 'forbidden' },
    ]);
    const many = Array.from({ length: 101 }, () => ({ itemId: a.id, choice: 'approve' }) as const);
    await expect(decideItems(world.as('grace'), many)).rejects.toMatchObject({ code: 'limit' });
    await expect(decideItems(world.as('grace'), [])).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('delegation and exceptions', () => {
  it('hands on with a trace, to independent persons only', async () => {
    const grant = await usedGrant();
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    const to = (toPersonId: string) =>
      delegateItem(world.as('grace'), { itemId, toPersonId, reason: 'on leave' });
    await expect(to(world.ids.ada)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(to(world.ids.grace)).rejects.toMatchObject({ code: 'conflict' });
    await expect(to('per_nobody')).rejects.toMatchObject({ code: 'forbidden' });
    // Who is offered is who is taken: not the grant's owner, not oneself, not who left.
    await world.db.person.update({ where: { id: world.ids.alan }, data: { leftAt: world.clock.now() } });
    const offered = await listDelegates(world.as('grace'), itemId);
    expect(offered.map((one) => one.name)).toEqual(['barbara', 'edsger', 'linus', 'margaret', 'radia']);
    await expect(listDelegates(world.as('radia'), itemId)).rejects.toMatchObject({ code: 'forbidden' });
    await to(world.ids.radia);
    await expect(listDelegates(world.as('grace'), itemId)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(decideItem(world.as('grace'), { itemId, choice: 'approve' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(to(world.ids.edsger)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await decideItem(world.as('radia'), { itemId, choice: 'approve' })).toMatchObject({
      state: 'approved',
    });
    const item = await getItem(world.as('linus'), itemId);
    expect(item.reviewers).toMatchObject([
      { person: { name: 'grace' }, ended: true },
      { person: { name: 'radia' }, delegatedFrom: { name: 'grace' }, choice: 'approve' },
    ]);
    expect(await listDelegates(world.as('radia'), itemId)).toEqual([]);
  });

  it('accepts an exception with an end, and not for one’s own', async () => {
    const grant = await world.addGrant({ actions: ['schema'] });
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    const endsAt = new Date(world.clock.now().getTime() + 30 * dayMs);
    const input = { campaignId, itemId, reason: 'reviewer is ill', endsAt };
    await expect(acceptException(world.as('ada'), input)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(acceptException(world.as('grace'), input)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      acceptException(world.as('linus'), { ...input, endsAt: world.clock.now() }),
    ).rejects.toMatchObject({
      code: 'invalid',
    });
    await acceptException(world.as('edsger'), input);
    expect(await tieOut(world.as('linus'), campaignId)).toMatchObject({
      ties: true,
      population: 1,
      excepted: 1,
    });
    const view = await getCampaign(world.as('linus'), campaignId);
    expect(view.exceptions).toMatchObject([{ reason: 'reviewer is ill', approvedBy: { name: 'edsger' } }]);
    world.clock.advance(31 * dayMs);
    expect((await tieOut(world.as('linus'), campaignId)).ties).toBe(false);
  });
});
