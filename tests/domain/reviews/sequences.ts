import fc from 'fast-check';
import { isCountersignError } from '#lib/core/errors';
import { revokeGrant } from '#lib/grants/index';
import {
  acceptException,
  advanceRemovals,
  answerSpotCheck,
  type DecideItem,
  decideItem,
  delegateItem,
  drawSpotChecks,
  listItems,
  recordDrift,
} from '#lib/reviews/index';
import { type ItemChoice, itemChoices } from '#lib/reviews/model';
import { dayMs, launched } from './campaign.ts';
import { job, type PersonName, type World } from './world.ts';

// Sequences of what people and time do to a campaign, each verb really called on a real database.

const names = ['ada', 'grace', 'edsger', 'radia', 'barbara', 'margaret', 'linus'] as const;

export type Step =
  | { kind: 'decide'; item: number; by: PersonName; choice: ItemChoice }
  | { kind: 'delegate'; item: number; by: PersonName; to: PersonName }
  | { kind: 'except'; item: number; by: PersonName; days: number }
  | { kind: 'owner'; to: PersonName }
  | { kind: 'leave'; who: PersonName; back: boolean }
  | { kind: 'reread' }
  | { kind: 'drift'; item: number; by: PersonName; how: 'revoke' | 'more' }
  | { kind: 'draw'; by: PersonName }
  | { kind: 'look'; item: number; by: PersonName; outcome: 'agree' | 'disagree' }
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
export const step: fc.Arbitrary<Step> = fc.oneof(
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
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('drift' as const),
      item,
      by: fc.constantFrom<PersonName>('ada', 'ada', 'margaret', 'grace'),
      how: fc.constantFrom('revoke' as const, 'more' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('draw' as const),
      by: fc.constantFrom<PersonName>('ada', 'linus', 'grace'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('look' as const),
      item,
      by: person,
      outcome: fc.constantFrom('agree' as const, 'disagree' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 3 }) }),
  },
);

export interface Reviewed {
  readonly agentId: string;
  readonly campaignId: string;
  readonly itemIds: readonly string[];
  /** In the order of the items. */
  readonly grantIds: readonly string[];
}

let serial = 0;

/** An agent with three grants (read, read of one table, structure) under review. */
export async function newCampaign(world: World): Promise<Reviewed> {
  serial += 1;
  await world.db.person.updateMany({ data: { leftAt: null } });
  const agentId = await world.addAgent(`agent-${serial}`, 'ada', 'margaret');
  await world.addGrant({ agentId, actions: ['read'] });
  await world.addGrant({ agentId, actions: ['read', 'write'], scope: ['public.orders', 'public.payments'] });
  await world.addGrant({ agentId, actions: ['schema'] });
  const campaignId = await launched(world, { scope: { agentIds: [agentId] } });
  const { rows } = await listItems(world.as('linus'), { campaignId });
  return {
    agentId,
    campaignId,
    itemIds: rows.map((row) => row.id),
    grantIds: rows.map((row) => row.grantId),
  };
}

/** Refusals are fine, anything else is not. Returns whether it was done. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isCountersignError(error) && error.code !== 'internal' && error.code !== 'integrity') return false;
    throw error;
  }
}

export async function take(world: World, step: Step, campaign: Reviewed): Promise<boolean> {
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
    case 'drift': {
      const grantId = campaign.grantIds[step.item] ?? '';
      if (step.how === 'revoke') {
        return attempt(() => revokeGrant(world.as(step.by), { grantId, reason: 'elsewhere' }));
      }
      await world.addGrant({ agentId: campaign.agentId, actions: ['read'], startsAt: world.clock.now() });
      return attempt(() => recordDrift(world.by(job)));
    }
    case 'draw':
      return attempt(() => drawSpotChecks(world.as(step.by), { campaignId: campaign.campaignId }));
    case 'look':
      return attempt(() =>
        answerSpotCheck(world.as(step.by), { itemId, outcome: step.outcome, reason: 'because' }),
      );
    case 'reread':
      return attempt(() => advanceRemovals(world.by(job)));
    case 'pass':
      world.clock.advance(step.days * dayMs);
      return true;
  }
}
