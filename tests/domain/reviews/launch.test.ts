import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  acceptException,
  createCampaign,
  driftOf,
  getItem,
  launchCampaign,
  listItems,
  previewCampaign,
} from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { addCatalog, addUsage, dayMs, draft, itemOf, launched } from './campaign.ts';
import { createWorld, type World, worker } from './world.ts';

let database: ControlDatabase;
let world: World;

beforeEach(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterEach(() => database.drop());

describe('setting up', () => {
  it('makes a draft and leaves its entry', async () => {
    const id = await draft(world);
    const campaign = await world.db.campaign.findUniqueOrThrow({ where: { id } });
    expect(campaign).toMatchObject({ state: 'draft', createdById: world.ids.ada });
    // Twenty business days after Tuesday, 24 November 2026.
    expect(campaign.dueAt.toISOString()).toBe('2026-12-22T09:00:00.000Z');
    expect(await world.db.ledgerEntry.count({ where: { action: 'campaign.created', subjectId: id } })).toBe(
      1,
    );
  });

  it('refuses other roles, an unknown reviewer or group, and periods that lie ahead or run backwards', async () => {
    await expect(draft(world, { name: '' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(draft(world, { riskAnalysis: ' ' })).rejects.toMatchObject({ code: 'invalid' });
    const now = world.clock.now();
    await expect(draft(world, { periodTo: new Date(now.getTime() + 1) })).rejects.toThrow('before now');
    await expect(draft(world, { periodFrom: now })).rejects.toMatchObject({ code: 'invalid' });
    const rules = { securityGroup: 'security', fallbackPersonId: 'per_nobody' };
    await expect(draft(world, { rules })).rejects.toThrow('fallback');
    await expect(draft(world, { rules: { securityGroup: 'nope', fallbackPersonId: null } })).rejects.toThrow(
      'nope',
    );
    const input = {
      name: 'x',
      scope: {},
      periodFrom: new Date(now.getTime() - dayMs),
      periodTo: now,
      rules: { securityGroup: 'security', fallbackPersonId: null },
      dueInBusinessDays: 5,
      riskAnalysis: 'x',
    };
    for (const name of ['grace', 'barbara', 'edsger'] as const) {
      await expect(createCampaign(world.as(name), input)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(createCampaign(world.by(worker), input)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('the preview', () => {
  it('names population, conflicts and load, and writes nothing', async () => {
    const ownerless = await world.addAgent('ownerless', null);
    await world.addGrant({ actions: ['read'] });
    await world.addGrant({ actions: ['read', 'schema'] });
    const orphan = await world.addGrant({ agentId: ownerless, actions: ['read'] });
    const graces = await world.addAgent('graces', 'grace');
    await world.addGrant({ agentId: graces, actions: ['read'], createdBy: 'radia' });
    const id = await draft(world);
    const preview = await previewCampaign(world.as('ada'), id);
    expect(preview).toMatchObject({ population: 4, privileged: 1, mayLaunch: false, conflictsTotal: 2 });
    expect(preview.conflicts.map((one) => one.kind).sort()).toEqual(['agent-without-owner', 'no-reviewer']);
    expect(preview.conflicts.find((one) => one.kind === 'no-reviewer')?.message).toBe(
      'grace is involved in the grant, and the fallback reviewer radia is involved in the grant too.',
    );
    expect(preview.reviewers).toContainEqual({
      person: { id: world.ids.edsger, name: 'edsger' },
      duty: 'security',
      items: 1,
    });
    expect(await world.db.campaignItem.count()).toBe(0);
    await expect(launchCampaign(world.as('ada'), id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await world.db.campaign.findUnique({ where: { id } })).toMatchObject({ state: 'draft' });

    await acceptException(world.as('linus'), {
      campaignId: id,
      grantId: orphan,
      reason: 'owner is being hired',
      endsAt: new Date(world.clock.now().getTime() + 30 * dayMs),
    });
    const after = await previewCampaign(world.as('ada'), id);
    expect(after.conflicts.find((one) => one.grantId === orphan)).toMatchObject({
      excepted: true,
      blocks: false,
    });
    await world.db.agent.update({ where: { id: graces }, data: { ownerId: world.ids.ada } });
    expect((await previewCampaign(world.as('ada'), id)).mayLaunch).toBe(true);
    await launchCampaign(world.as('ada'), id);
    const item = await itemOf(world, id, orphan);
    const { exceptions } = await getItem(world.as('linus'), item.id);
    expect(exceptions).toMatchObject([{ itemId: item.id, reason: 'owner is being hired' }]);
  });

  it('does not leave a reviewer alone with what that person approved', async () => {
    const grant = await world.addGrant({ actions: ['read'] });
    const sessionId = await world.addSession({
      grantIds: [grant],
      startedAt: new Date('2026-11-20T09:00:00Z'),
    });
    await world.db.approvalRequest.create({
      data: {
        id: 'apr_1',
        sessionId,
        seq: 1,
        agentId: world.agentId,
        resourceId: world.resourceId,
        binding: 'b',
        text: 'x',
        canonicalText: 'x',
        parameters: [],
        databaseRole: 'r',
        searchPath: 'p',
        card: {},
        factsDigest: 'f',
        state: 'approved',
        holdUntil: new Date(),
        expiresAt: new Date(),
        createdAt: new Date('2026-11-20T09:00:00Z'),
        answers: {
          create: { id: 'ans_1', personId: world.ids.grace, actorKind: 'person', answer: 'approve' },
        },
      },
    });
    const preview = await previewCampaign(world.as('ada'), await draft(world));
    expect(preview.reviewers.map((one) => [one.person.name, one.duty])).toEqual([
      ['grace', 'technical'],
      ['edsger', 'security'],
    ]);
  });
});

describe('the launch', () => {
  it('freezes each permission: used with its moments, unused, or not observable', async () => {
    await addCatalog(world, ['customers', 'orders', 'payments']);
    const grant = await world.addGrant({ actions: ['read', 'write'] });
    const azure = await world.addGrant({ actions: ['read'], source: 'azure-rbac', scope: ['public.orders'] });
    const sessionId = await world.addSession({
      grantIds: [grant],
      denied: 2,
      held: 1,
      state: 'interrupted',
      startedAt: new Date('2026-11-20T09:00:00Z'),
    });
    await addUsage(world, grant, 'read', 'public.orders', { used: 5, sessionId });
    await addUsage(world, grant, 'read', 'public.orders', { used: 2, sessionId, daysAgo: 3 });
    await addUsage(world, grant, 'write', 'public.orders', { denied: 3 });
    await addUsage(world, grant, 'read', 'public.payments', { used: 1, daysAgo: 40 });
    const id = await launched(world);
    const item = await getItem(world.as('linus'), (await itemOf(world, id, grant)).id);
    expect(item.sentence).toBe(
      'migrator may read and change rows of everything in public on shop (production) until 2027-12-31.',
    );
    expect(item.evidence.totals).toEqual({ used: 1, unused: 5, unobservable: 0 });
    expect(item.evidence.permissions[0]).toMatchObject({
      action: 'read',
      object: 'public.orders',
      status: 'Used',
      count: 7,
      recent: [{ sessionId, seq: 3 }],
    });
    expect(
      item.evidence.permissions.find((one) => one.action === 'write' && one.object === 'public.orders'),
    ).toMatchObject({
      status: 'UnusedObserved',
      denied: 3,
    });
    expect(item.evidence.attempts).toEqual({ denied: 2, held: 1 });
    expect(item.evidence.coverage).toMatchObject({ days: 30, sessions: 1, interruptedSessions: 1 });
    expect(item).toMatchObject({ recommendation: 'reduce', change: 'new', privileged: true });
    // Its end is the first moment that does not count: nothing of the day that begins with it.
    const midnight = new Date(world.clock.now().toISOString().slice(0, 10));
    await addUsage(world, grant, 'read', 'public.orders', { used: 100, daysAgo: 0 });
    const ended = await launched(world, { name: 'Until midnight', periodTo: midnight });
    const until = await getItem(world.as('linus'), (await itemOf(world, ended, grant)).id);
    expect(until.evidence.permissions[0]).toMatchObject({ object: 'public.orders', count: 7 });
    const imported = await getItem(world.as('linus'), (await itemOf(world, id, azure)).id);
    expect(imported.evidence.totals).toEqual({ used: 0, unused: 0, unobservable: 1 });
    expect(imported.recommendation).toBe('none');
  });

  it('happens once, records what it was made from, and does not change with the world', async () => {
    const grant = await world.addGrant({ actions: ['read'] });
    const id = await draft(world);
    const results = await Promise.allSettled([
      launchCampaign(world.as('ada'), id),
      launchCampaign(world.as('linus'), id),
    ]);
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await world.db.campaignItem.count()).toBe(1);
    const campaign = await world.db.campaign.findUniqueOrThrow({ where: { id } });
    expect(campaign.snapshotHash).toMatch(/^[0-9a-f]{64}$/);
    expect(campaign.snapshot).toMatchObject({ items: 1, takenBy: expect.any(String) });
    const [entry] = await world.db.ledgerEntry.findMany({ where: { action: 'campaign.launched' } });
    expect(entry?.payload).toMatchObject({ snapshotHash: campaign.snapshotHash, items: 1 });

    await world.db.grant.update({ where: { id: grant }, data: { state: 'revoked', stateAt: new Date() } });
    await world.db.agent.update({ where: { id: world.agentId }, data: { ownerId: world.ids.margaret } });
    const item = await getItem(world.as('linus'), (await itemOf(world, id, grant)).id);
    expect(item.grant.agent.owner?.name).toBe('ada');
    expect(item.drift.map((one) => one.kind).sort()).toEqual(['grant-ended', 'owner-changed']);
    const added = await world.addGrant({ startsAt: new Date(world.clock.now().getTime() + 1_000) });
    const drift = await driftOf(world.as('linus'), id);
    expect(drift.some((one) => one.kind === 'grant-new')).toBe(true);
    expect(await world.db.campaignItem.count({ where: { grantId: added } })).toBe(0);
  });

  it('refuses an empty scope and other roles', async () => {
    const id = await draft(world);
    await expect(launchCampaign(world.as('ada'), id)).rejects.toThrow('Nothing is in scope');
    await world.addGrant({});
    for (const name of ['grace', 'barbara', 'edsger'] as const) {
      await expect(launchCampaign(world.as(name), id)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(previewCampaign(world.as(name), id)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(launchCampaign(world.as('ada'), 'cmp_none')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the queue', () => {
  it('pages without doubles or gaps, and shows reviewers only what is theirs', async () => {
    for (let index = 0; index < 25; index += 1) {
      await world.addGrant({
        actions: index % 5 === 0 ? ['read', 'schema'] : ['read'],
        scope: [`public.t${index}`],
      });
    }
    const id = await launched(world);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listItems(world.as('grace'), { campaignId: id, limit: 7, cursor });
      expect(page.counts.open).toBe(25);
      seen.push(...page.rows.map((row) => row.id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(25);
    const security = await listItems(world.as('edsger'), { campaignId: id });
    expect(security.rows).toHaveLength(5);
    expect(security.rows.every((row) => row.privileged && row.mayDecide)).toBe(true);
    await expect(listItems(world.as('barbara'), { campaignId: id })).rejects.toMatchObject({
      code: 'not_found',
    });
    const other = (await listItems(world.as('linus'), { campaignId: id, privileged: false })).rows[0];
    await expect(getItem(world.as('edsger'), other?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
    expect((await listItems(world.as('linus'), { campaignId: id, search: 'PUBLIC.T7' })).rows).toHaveLength(
      1,
    );
    expect((await listItems(world.as('linus'), { campaignId: id, search: "%' OR 1=1" })).rows).toHaveLength(
      0,
    );
  });
});
