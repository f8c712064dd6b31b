import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  advanceRemovals,
  answerSpotCheck,
  decideItem,
  drawSpotChecks,
  getCampaign,
  listItems,
  signCampaign,
  tieOut,
} from '#lib/reviews/index';
import { involvedInGrant } from '#lib/reviews/rules';
import { standingsOf } from '#lib/reviews/standings';
import { reckon } from '#lib/reviews/tie-out';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { newKeeping } from './decided.ts';
import { attempt, newCampaign, type Reviewed, step, take } from './sequences.ts';
import { createWorld, job, type PersonName, type World } from './world.ts';

let database: ControlDatabase;
let world: World;

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

describe('whatever people do, in whatever order', () => {
  it('the numbers tie out exactly when every item is settled and every removal proven', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const campaign = await newCampaign(world);
        for (const one of steps) await take(world, one, campaign);
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
        const unseen = standings.filter(
          ({ state, excepted, spot }) =>
            state === 'approved' && !excepted && !(spot && (!spot.drawn || spot.outcome === 'agree')),
        );
        expect(numbers.ties).toBe(open.length === 0 && unproven.length === 0 && unseen.length === 0);
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
        const campaign = await newCampaign(world);
        let owner: PersonName = 'ada';
        for (const one of steps) {
          const done = await take(world, one, campaign);
          if (one.kind === 'owner') owner = one.to;
          if (!done) continue;
          if (one.kind === 'decide' || one.kind === 'except' || one.kind === 'look') {
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

describe('after the sign-off', () => {
  let keeping: Awaited<ReturnType<typeof newKeeping>>;
  beforeAll(async () => {
    keeping = await newKeeping();
  });
  afterAll(() => rm(keeping.directory, { recursive: true }));

  /** Whoever may answers what is left: what can't be settled so is no case here. */
  async function settle(campaign: Reviewed): Promise<boolean> {
    for (const itemId of campaign.itemIds) {
      for (const by of ['grace', 'edsger', 'radia', 'barbara'] as const) {
        await attempt(() => decideItem(world.as(by), { itemId, choice: 'approve', reason: 'because' }));
      }
    }
    for (let nth = 0; nth < 3; nth += 1) await attempt(() => advanceRemovals(world.by(job)));
    await attempt(() => drawSpotChecks(world.by(job), { campaignId: campaign.campaignId }));
    for (const itemId of campaign.itemIds) {
      for (const by of ['barbara', 'margaret', 'radia', 'edsger'] as const) {
        await attempt(() => answerSpotCheck(world.as(by), { itemId, outcome: 'agree' }));
      }
    }
    const input = { campaignId: campaign.campaignId, signedInAt: world.clock.now() };
    return attempt(() => signCampaign(world.as('linus'), input, keeping));
  }

  /** Every row that the signature covers; where removals stand, and drift, go on in tables of their own. */
  async function covered({ campaignId }: Reviewed): Promise<unknown> {
    const ofItems = { where: { item: { campaignId } }, orderBy: { itemId: 'asc' } } as const;
    return {
      campaign: await world.db.campaign.findUnique({ where: { id: campaignId }, include: { signOff: true } }),
      items: await world.db.campaignItem.findMany({ where: { campaignId }, orderBy: { id: 'asc' } }),
      reviewers: await world.db.itemReviewer.findMany({
        ...ofItems,
        orderBy: [{ itemId: 'asc' }, { personId: 'asc' }],
      }),
      decisions: await world.db.itemDecision.findMany({ ...ofItems, orderBy: { id: 'asc' } }),
      exceptions: await world.db.reviewException.findMany({ where: { campaignId }, orderBy: { id: 'asc' } }),
      draws: await world.db.spotDraw.findMany({ where: { campaignId }, orderBy: { id: 'asc' } }),
      checks: await world.db.spotCheck.findMany({
        where: { campaignId },
        orderBy: { itemId: 'asc' },
        include: { answers: { orderBy: { nth: 'asc' } } },
      }),
      pack: createHash('sha256')
        .update(await readFile(join(keeping.directory, `${campaignId}.zip`)))
        .digest('hex'),
    };
  }

  it('no sequence changes what was signed', async () => {
    let signed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 8 }),
        fc.array(step, { minLength: 4, maxLength: 10 }),
        async (before, after) => {
          const campaign = await newCampaign(world);
          for (const one of before) await take(world, one, campaign);
          if (!(await settle(campaign))) return;
          signed += 1;
          const then = await covered(campaign);
          for (const one of after) {
            const done = await take(world, one, campaign);
            if (['decide', 'delegate', 'except', 'draw', 'look'].includes(one.kind)) {
              expect(done, JSON.stringify(one)).toBe(false);
            }
          }
          const input = { campaignId: campaign.campaignId, signedInAt: world.clock.now() };
          expect(await attempt(() => signCampaign(world.as('linus'), input, keeping))).toBe(false);
          expect(await covered(campaign)).toEqual(then);
        },
      ),
      { numRuns: 25 },
    );
    expect(signed).toBeGreaterThan(2);
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
