import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAll, listFindings } from '#lib/findings/index';
import { addBusinessDays, businessDaysSince } from '#lib/reviews/business-days';
import { periodAfter } from '#lib/reviews/clock/periods';
import { lateStep } from '#lib/reviews/clock/steps';
import {
  createCampaign,
  decideItem,
  driftOf,
  endSeries,
  getCampaign,
  getItem,
  listCampaigns,
  listHolidays,
  listItems,
  listSeries,
  makeDueCampaigns,
  readHolidays,
  recordDrift,
  remindReviewers,
  setHolidays,
} from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { dayMs, draft, itemOf, launched } from './campaign.ts';
import { createWorld, job, type NewGrant, type World, worker } from './world.ts';

let database: ControlDatabase;
let world: World;
beforeAll(async () => {
  database = await createControlDatabase();
  // A Tuesday.
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

describe('business days', () => {
  it('count what was added, and nothing on weekends', () => {
    const start = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(start, fc.nat({ max: 40 }), (from, days) => {
        expect(businessDaysSince(from, addBusinessDays(from, days))).toBe(days);
        const at = addBusinessDays(from, days + 1).getUTCDay();
        expect([0, 6]).not.toContain(at);
      }),
    );
    const friday = new Date('2026-11-27T12:00:00Z');
    expect(businessDaysSince(friday, new Date('2026-11-30T11:59:59Z'))).toBe(0);
    expect(businessDaysSince(friday, new Date('2026-11-30T12:00:00Z'))).toBe(1);
  });

  it('lead to the latest step that is due', () => {
    expect([0, 2, 3, 4, 5, 6, 7, 30].map((days) => lateStep(days)?.day ?? null)).toEqual([
      null,
      null,
      3,
      3,
      5,
      6,
      7,
      7,
    ]);
  });
});

describe('holidays', () => {
  const set = (holidays: { day: string; name: string }[]) => setHolidays(world.as('ada'), { holidays });

  it('are no business days, for clocks that start after they were named', async () => {
    const christmas = { day: '2026-12-25', name: 'Christmas' };
    const [before] = [await draft(world, { name: 'Before', dueInBusinessDays: 30 })];
    await set([{ day: '2026-12-24', name: 'Christmas Eve' }, christmas]);
    const after = await draft(world, { name: 'After', dueInBusinessDays: 30 });
    const due = async (id: string) =>
      (await world.db.campaign.findUnique({ where: { id } }))?.dueAt.toISOString().slice(0, 10);
    expect(await due(before)).toBe('2027-01-05');
    expect(await due(after)).toBe('2027-01-07');
    // A holiday on a weekend shifts nothing.
    const days = new Set(['2026-12-26', '2026-12-25']);
    expect(addBusinessDays(new Date('2026-12-24T10:00:00Z'), 1, days)).toEqual(
      new Date('2026-12-28T10:00:00Z'),
    );
    expect(businessDaysSince(new Date('2026-12-24T10:00:00Z'), new Date('2026-12-28T10:00:00Z'), days)).toBe(
      1,
    );
    await set([christmas]);
    expect(await listHolidays(world.as('linus'))).toEqual([christmas]);
    const entries = await world.db.ledgerEntry.findMany({
      where: { action: 'holiday.changed' },
      orderBy: { at: 'asc' },
    });
    expect(entries.at(-1)?.payload).toMatchObject({ added: [], removed: ['2026-12-24'] });
    await expect(set([christmas])).rejects.toMatchObject({ code: 'conflict' });
    await expect(set([christmas, christmas])).rejects.toMatchObject({ code: 'invalid' });
    await expect(set([{ day: '2026-02-30', name: 'x' }])).rejects.toMatchObject({ code: 'invalid' });
    await expect(setHolidays(world.as('linus'), { holidays: [] })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await set([]);
  });

  it('are read as lines, each fault named, and seen by everybody who is asked in reviews', async () => {
    expect(readHolidays(' 2026-12-25  Christmas Day \r\n\n2027-01-01 New Year')).toEqual([
      { day: '2026-12-25', name: 'Christmas Day' },
      { day: '2027-01-01', name: 'New Year' },
    ]);
    expect(readHolidays('')).toEqual([]);
    expect(() => readHolidays('2026-02-30 x')).toThrow(/^line 1 is no day and name/);
    try {
      readHolidays('2026-12-25\n2026-12-26 Boxing Day\n25.12.2026 Christmas\n=1+1');
      throw new Error('it was read');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid',
        details: [{ at: 'line 1' }, { at: 'line 3' }, { at: 'line 4' }],
      });
    }
    for (const name of ['grace', 'edsger', 'barbara'] as const) {
      expect(await listHolidays(world.as(name))).toEqual([]);
    }
    await expect(listHolidays(world.by(worker))).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('a review that comes again', () => {
  it('keeps to the calendar: periods touch, and short months do not shift the later ones', () => {
    const anchor = new Date('2026-11-30T00:00:00.000Z');
    const ends = [1, 2, 3, 4].map((nth) => periodAfter(anchor, 'quarterly', nth));
    expect(ends.map(({ to }) => to.toISOString().slice(0, 10))).toEqual([
      '2027-02-28',
      '2027-05-30',
      '2027-08-30',
      '2027-11-30',
    ]);
    for (const [at, period] of ends.entries())
      expect(period.from).toEqual(at === 0 ? anchor : ends[at - 1]?.to);
    expect(periodAfter(anchor, 'yearly', 1).to).toEqual(ends[3]?.to);
  });

  it('is made once as a draft when its period is over, until the series is ended', async () => {
    await draft(world, {
      name: 'Quarterly',
      repeats: 'quarterly',
      scope: { environments: ['production'], privilegedOnly: true },
    });
    expect(await makeDueCampaigns(world.by(job))).toBe(0);
    const [series] = await listSeries(world.as('linus'));
    expect(series).toMatchObject({
      name: 'Quarterly',
      every: 'quarterly',
      scope: 'production, privileged grants only',
      campaigns: 1,
      latest: [{ name: 'Quarterly', state: 'draft' }],
    });
    world.clock.advance(93 * dayMs);
    const both = await Promise.all([makeDueCampaigns(world.by(job)), makeDueCampaigns(world.by(job))]);
    expect(both[0] + both[1]).toBe(1);
    const next = (await listCampaigns(world.as('ada'))).find((one) => one.name.startsWith('Quarterly 2026'));
    expect(next).toMatchObject({ name: 'Quarterly 2026-11-24 to 2027-02-24', state: 'draft' });
    const [entry] = await world.db.ledgerEntry.findMany({
      where: { action: 'campaign.created', subjectId: next?.id ?? '' },
    });
    expect(entry).toMatchObject({ actorKind: 'job' });
    await findAll(world.by(job));
    const { rows } = await listFindings(world.as('ada'), { kind: 'review-to-launch' });
    expect(rows).toMatchObject([{ subject: { id: next?.id, name: next?.name }, state: 'open' }]);

    const seriesId = series?.id ?? '';
    await expect(endSeries(world.as('grace'), { seriesId, reason: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await endSeries(world.as('ada'), { seriesId, reason: 'merged with another' });
    await expect(endSeries(world.as('ada'), { seriesId, reason: 'x' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(endSeries(world.as('ada'), { seriesId: 'srs_none', reason: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
    world.clock.advance(200 * dayMs);
    expect(await makeDueCampaigns(world.by(job))).toBe(0);
  });

  it('is refused for another rhythm, and made by jobs alone', async () => {
    await expect(draft(world, { repeats: 'hourly' })).rejects.toMatchObject({ code: 'invalid' });
    for (const verb of [makeDueCampaigns, remindReviewers, recordDrift]) {
      await expect(verb(world.as('ada'))).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(listSeries(world.as('grace'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      createCampaign(world.as('grace'), {
        name: 'x',
        scope: {},
        periodFrom: new Date(0),
        periodTo: new Date(1),
        rules: { securityGroup: 'security', fallbackPersonId: null },
        dueInBusinessDays: 5,
        riskAnalysis: 'x',
        repeats: 'quarterly',
      }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('late reviewers', () => {
  it('are reminded, then escalated, once for each step, with who and how many', async () => {
    const agentId = await world.addAgent('late');
    const read = await world.addGrant({ agentId, actions: ['read'] });
    await world.addGrant({ agentId, actions: ['schema'] });
    const campaignId = await launched(world, { name: 'Late', scope: { agentIds: [agentId] } });
    const start = world.clock.now();
    const to = (days: number) =>
      world.clock.advance(addBusinessDays(start, days).getTime() - world.clock.now().getTime());
    const entries = () =>
      world.db.ledgerEntry.findMany({
        where: { subjectId: campaignId, action: { in: ['campaign.reminded', 'campaign.escalated'] } },
        orderBy: { at: 'asc' },
      });
    to(2);
    expect(await remindReviewers(world.by(job))).toBe(0);
    to(3);
    const both = await Promise.all([remindReviewers(world.by(job)), remindReviewers(world.by(job))]);
    expect(both[0] + both[1]).toBe(1);
    const [first] = await entries();
    expect(first?.summary).toBe(
      'Reminder on business day 3 of Late: 3 answers missing from grace (2), edsger (1)',
    );
    const item = await itemOf(world, campaignId, read);
    await decideItem(world.as('grace'), { itemId: item.id, choice: 'approve', reason: 'needed' });
    // The job was away on day 5: the step that is due now is taken, the missed one is not.
    to(6);
    expect(await remindReviewers(world.by(job))).toBe(1);
    expect(await remindReviewers(world.by(job))).toBe(0);
    expect((await entries()).map((one) => one.action)).toEqual(['campaign.reminded', 'campaign.escalated']);
    expect(await world.db.reviewNotice.findMany({ where: { campaignId, step: 6 } })).toMatchObject([
      { waiting: 1 },
      { waiting: 1 },
    ]);
    await findAll(world.by(job));
    const late = async () =>
      (await listFindings(world.as('ada'), { kind: 'review-late', state: 'open' })).rows;
    expect(await late()).toMatchObject([{ subject: { id: campaignId } }]);
    expect((await late())[0]?.summary).toContain('edsger, grace');
    for (const name of ['grace', 'edsger'] as const) {
      const { rows } = await listItems(world.as(name), { campaignId, mine: true });
      for (const row of rows.filter((one) => one.mayDecide))
        await decideItem(world.as(name), { itemId: row.id, choice: 'approve', reason: 'needed' });
    }
    to(7);
    expect(await remindReviewers(world.by(job))).toBe(0);
    await findAll(world.by(job));
    expect(await late()).toEqual([]);
  });

  it('are reckoned by the holidays of the launch, whatever the list says since', async () => {
    const agentId = await world.addAgent('clocked');
    await world.addGrant({ agentId, actions: ['read'] });
    const start = world.clock.now();
    const dayOf = (days: number) => addBusinessDays(start, days);
    const holiday = (days: number) => ({ day: dayOf(days).toISOString().slice(0, 10), name: 'A holiday' });
    await setHolidays(world.as('ada'), { holidays: [holiday(1)] });
    const campaignId = await launched(world, { name: 'Clocked', scope: { agentIds: [agentId] } });
    const left = async () => (await getCampaign(world.as('linus'), campaignId)).dueInBusinessDays;
    expect(await left()).toBe(20);
    await setHolidays(world.as('ada'), { holidays: [2, 3, 4].map(holiday) });
    expect(await left()).toBe(20);
    world.clock.advance(dayOf(4).getTime() - start.getTime() - 1);
    expect(await remindReviewers(world.by(job))).toBe(0);
    world.clock.advance(1);
    expect(await remindReviewers(world.by(job))).toBe(1);
    await setHolidays(world.as('ada'), { holidays: [] });
  });
});

describe('drift', () => {
  it('is stored once, stays known when it is undone, and shows beside the item', async () => {
    const agentId = await world.addAgent('drifting');
    const grantId = await world.addGrant({ agentId, actions: ['read'] });
    const campaignId = await launched(world, { name: 'Drift', scope: { agentIds: [agentId] } });
    expect(await itemOf(world, campaignId, grantId)).toMatchObject({ drifted: 0 });
    const owner = (name: 'ada' | 'barbara') =>
      world.db.agent.update({ where: { id: agentId }, data: { ownerId: world.ids[name] } });
    await owner('barbara');
    expect(await recordDrift(world.by(job))).toBeGreaterThan(0);
    expect(await recordDrift(world.by(job))).toBe(0);
    await owner('ada');
    const item = await itemOf(world, campaignId, grantId);
    expect(item.drifted).toBe(1);
    expect((await getItem(world.as('linus'), item.id)).drift).toMatchObject([{ kind: 'owner-changed' }]);
    expect(await driftOf(world.as('linus'), campaignId)).toHaveLength(1);
    const entries = await world.db.ledgerEntry.findMany({
      where: { action: 'campaign.drifted', subjectId: campaignId },
    });
    expect(entries).toHaveLength(1);
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    await expect(client.query(`DELETE FROM drift`)).rejects.toThrow(/append-only/);
    await client.end();
  });

  it('of a review of privileged grants is of such grants only', async () => {
    const agentId = await world.addAgent('privileged');
    await world.addGrant({ agentId, actions: ['admin'] });
    const scope = { agentIds: [agentId], privilegedOnly: true };
    const campaignId = await launched(world, { name: 'Privileged', scope });
    world.clock.advance(1_000);
    const given = async (actions: NewGrant['actions']) => {
      const id = await world.addGrant({ agentId, actions, scope: ['other.*'] });
      await world.db.grant.update({ where: { id }, data: { createdAt: world.clock.now() } });
    };
    await given(['read']);
    expect(await driftOf(world.as('linus'), campaignId)).toEqual([]);
    await given(['schema']);
    expect(await driftOf(world.as('linus'), campaignId)).toMatchObject([{ kind: 'grant-new' }]);
  });
});
