import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCountersignError } from '#lib/core/errors';
import {
  acceptException,
  advanceRemovals,
  type DecideItem,
  decideItem,
  delegateItem,
  getCampaign,
  listItems,
  tieOut,
} from '#lib/reviews/index';
import { type ItemChoice, itemChoices } from '#lib/reviews/model';
import { involvedInGrant } from '#lib/reviews/rules';
import { standingsOf } from '#lib/reviews/standings';
import { reckon } from '#lib/reviews/tie-out';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { dayMs, launched } from './campaign.ts';
import { createWorld, job, type PersonName, type World } from './world.ts';

// Sequences of what people and time do to a campaign, each verb really called on a real database.

const names = ['ada', 'grace', 'edsger', 'radia', 'barbara', 'margaret', 'linus'] as const;

type Step =
  | { kind: 'decide'; item: number; by: PersonName; choice: ItemChoice }
  | { kind: 'delegate'; item: number; by: PersonName; to: PersonName }
  | { kind: 'except'; item: number; by: PersonName; days: number }
  | { kind: 'owner'; to: PersonName }
  | { kind: 'leave'; who: PersonName; back: boolean }
  | { kind: 'reread' }
  | { kind: 'pass'; days: number };

const person = fc.constantFrom(...names);
/** Mostly those who have the duty, so that sequences get somewhere. */
const decider = fc.constantFrom<PersonName>(
  'grace',
  'grace',
  'grace',
  'edsger',
  'edsger',
  'radia',
  'ada',
  'margaret',
  'barbara',
);
const item = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      item,
      by: decider,
      choice: fc.constantFrom(...itemChoices),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('delegate' as const), item, by: person, to: person }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('except' as const),
      item,
      by: person,
      days: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('owner' as const), to: person }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('leave' as const), who: person, back: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'reread' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 3 }) }),
  },
);

let database: ControlDatabase;
let world: World;
let serial = 0;

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

/** An agent with three grants (read, read of one table, structure) under review. */
async function newCampaign(): Promise<{ agentId: string; campaignId: string; itemIds: string[] }> {
  serial += 1;
  await world.db.person.updateMany({ data: { leftAt: null } });
  const agentId = await world.addAgent(`agent-${serial}`, 'ada', 'margaret');
  await world.addGrant({ agentId, actions: ['read'] });
  await world.addGrant({ agentId, actions: ['read', 'write'], scope: ['public.orders', 'public.payments'] });
  await world.addGrant({ agentId, actions: ['schema'] });
  const campaignId = await launched(world, { scope: { agentIds: [agentId] } });
  const { rows } = await listItems(world.as('linus'), { campaignId });
  return { agentId, campaignId, itemIds: rows.map((row) => row.id) };
}

/** Refusals are fine, anything else is not. Returns whether it was done. */
async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isCountersignError(error) && error.code !== 'internal' && error.code !== 'integrity') return false;
    throw error;
  }
}

async function take(
  step: Step,
  campaign: { agentId: string; campaignId: string; itemIds: string[] },
): Promise<boolean> {
  const itemId = 'item' in step ? (campaign.itemIds[step.item] ?? '') : '';
  switch (step.kind) {
    case 'decide': {
      const reducedTo = { actions: ['read'] as const, scope: ['public.orders'] };
      const input: DecideItem = {
        itemId,
        choice: step.choice,
        reason: 'because',
        ...(step.choice === 'reduce' ? { reducedTo } : {}),
      };
      return attempt(() => decideItem(world.as(step.by), input));
    }
    case 'delegate':
      return attempt(() =>
        delegateItem(world.as(step.by), { itemId, toPersonId: world.ids[step.to], reason: 'because' }),
      );
    case 'except': {
      const endsAt = new Date(world.clock.now().getTime() + step.days * dayMs);
      const { campaignId } = campaign;
      return attempt(() =>
        acceptException(world.as(step.by), { campaignId, itemId, reason: 'because', endsAt }),
      );
    }
    case 'owner':
      await world.db.agent.update({ where: { id: campaign.agentId }, data: { ownerId: world.ids[step.to] } });
      return true;
    case 'leave':
      await world.db.person.update({
        where: { id: world.ids[step.who] },
        data: { leftAt: step.back ? null : world.clock.now() },
      });
      return true;
    case 'reread':
      return attempt(() => advanceRemovals(world.by(job)));
    case 'pass':
      world.clock.advance(step.days * dayMs);
      return true;
  }
}

describe('whatever people do, in whatever order', () => {
  it('the numbers tie out exactly when every item is settled and every removal proven', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const campaign = await newCampaign();
        for (const one of steps) await take(one, campaign);
        const numbers = await tieOut(world.as('linus'), campaign.campaignId);
        const { rows, counts } = await listItems(world.as('linus'), { campaignId: campaign.campaignId });
        const standings = await standingsOf(world.db, campaign.campaignId, world.clock.now());

        expect(numbers.population).toBe(3);
        const open = standings.filter((one) => ['open', 'partly', 'escalated'].includes(one.state));
        expect(numbers.decided + numbers.excepted + open.length).toBe(numbers.population);
        expect(numbers.removed + numbers.removalsExcepted).toBeLessThanOrEqual(numbers.denied);
        const unproven = standings.filter(
          (one) =>
            (one.state === 'reduced' || one.state === 'revoked') &&
            !one.excepted &&
            one.removals.some((removal) => removal.state !== 'absent_on_reread'),
        );
        const undrawn = standings.filter((one) => one.state === 'approved' && !one.excepted);
        expect(numbers.ties).toBe(open.length === 0 && unproven.length === 0 && undrawn.length === 0);
        expect(numbers.ties).toBe(numbers.missing.length === 0);
        // What stands beside the items says the same, unless an exception ended meanwhile.
        expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(3);
        for (const row of rows) {
          const derived = standings.find((one) => one.id === row.id)?.state;
          if (row.state !== 'excepted') expect(row.state).toBe(derived);
        }
        expect((await getCampaign(world.as('linus'), campaign.campaignId)).tieOut).toEqual(numbers);
      }),
      { numRuns: 25 },
    );
  }, 240_000);

  it('nobody certifies what they answer for, and each decision was made by who held the duty', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const campaign = await newCampaign();
        let owner: PersonName = 'ada';
        for (const one of steps) {
          const done = await take(one, campaign);
          if (one.kind === 'owner') owner = one.to;
          if (!done) continue;
          if (one.kind === 'decide' || one.kind === 'except') {
            expect(['ada', 'margaret', owner], JSON.stringify(one)).not.toContain(one.by);
          }
          if (one.kind === 'delegate') {
            expect(['ada', 'margaret', owner], JSON.stringify(one)).not.toContain(one.to);
          }
        }
        for (const standing of await standingsOf(world.db, campaign.campaignId, world.clock.now())) {
          const assigned = standing.reviewers.map((reviewer) => reviewer.personId);
          const involved = involvedInGrant(standing.grant).map((one) => one.person.id);
          for (const decision of standing.decisions) {
            expect(assigned).toContain(decision.personId);
            expect(involved).not.toContain(decision.personId);
          }
        }
      }),
      { numRuns: 25 },
    );
  }, 240_000);
});

describe('the reckoning itself', () => {
  it('puts each item on one side, for any standings', () => {
    const state = fc.constantFrom(
      'open',
      'partly',
      'approved',
      'reduced',
      'revoked',
      'escalated',
      'excepted',
    );
    const removal = fc.record({
      id: fc.constant('rmv'),
      state: fc.constantFrom('requested', 'accepted', 'absent_on_reread', 'ineffective'),
      dueAt: fc.constant(new Date(0)),
    });
    const standing = fc.record({
      state,
      removals: fc.array(removal, { maxLength: 2 }),
      excepted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(standing, { maxLength: 30 }), (standings) => {
        const items = standings.map((one, index) => ({
          id: `itm_${index}`,
          grantId: 'g',
          sentence: 's',
          privileged: false,
          grant: {
            agent: { id: 'a', name: 'a', state: 'active', owner: null, sponsor: null },
            createdBy: null,
            requestedBy: null,
          },
          reviewers: [],
          decisions: [],
          ...one,
        }));
        const numbers = reckon(items as unknown as Parameters<typeof reckon>[0]);
        if (!numbers.ties) return;
        expect(numbers.population).toBe(numbers.decided + numbers.excepted);
        expect(numbers.denied).toBe(numbers.removed + numbers.removalsExcepted);
        expect(numbers.population).toBeGreaterThan(0);
      }),
    );
  });
});
