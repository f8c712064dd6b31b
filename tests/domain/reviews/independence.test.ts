import { afterAll, beforeAll, expect, it } from 'vitest';
import { isCountersignError } from '#lib/core/errors';
import { decideItem, decideItems, delegateItem, getItem, listDelegates } from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { dayMs, itemOf, launched } from './campaign.ts';
import { createWorld, type PersonName, type World } from './world.ts';

// One by one, in bulk and by handing on: every way to an answer asks the same of who gives it.

let database: ControlDatabase;
let world: World;
let serial = 0;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

const candidates = ['barbara', 'margaret', 'radia'] as const satisfies readonly PersonName[];

/** An item that Grace alone reviews. */
async function graces() {
  serial += 1;
  const agentId = await world.addAgent(`agent-${serial}`);
  const grantId = await world.addGrant({ agentId, actions: ['read'] });
  const campaignId = await launched(world, { name: `agent-${serial}`, scope: { agentIds: [agentId] } });
  const { id } = await itemOf(world, campaignId, grantId);
  return { agentId, grantId, itemId: id };
}

async function approved(agentId: string, by: PersonName, daysAgo: number) {
  serial += 1;
  const { resourceId } = world;
  await world.db.approvalRequest.create({
    data: {
      ...{ id: `apr_${serial}`, sessionId: await world.addSession({ agentId }), seq: 1, agentId, resourceId },
      ...{ binding: `b${serial}`, text: 'x', canonicalText: 'x', parameters: [], card: {}, factsDigest: 'f' },
      ...{ databaseRole: 'r', searchPath: 'p', state: 'approved' },
      ...{ holdUntil: new Date(), expiresAt: new Date() },
      createdAt: new Date(world.clock.now().getTime() - daysAgo * dayMs),
      answers: {
        create: { id: `ans_${serial}`, personId: world.ids[by], actorKind: 'person', answer: 'approve' },
      },
    },
  });
}

async function isTaken(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    return false;
  }
}

/** To whom it can be handed, as listed and as tried: each on an item of its own. */
async function delegates(arrange: (item: Awaited<ReturnType<typeof graces>>) => Promise<unknown>) {
  const listed: string[] = [];
  const taken: string[] = [];
  for (const name of candidates) {
    const item = await graces();
    await arrange(item);
    const list = await listDelegates(world.as('grace'), item.itemId);
    if (list.some((one) => one.id === world.ids[name])) listed.push(name);
    const handed = { itemId: item.itemId, toPersonId: world.ids[name], reason: 'on leave' };
    if (await isTaken(delegateItem(world.as('grace'), handed))) taken.push(name);
  }
  expect(taken).toEqual(listed);
  return listed;
}

/** Whether Grace may keep it: one by one, and in bulk. */
async function mayKeep(arrange: (item: Awaited<ReturnType<typeof graces>>) => Promise<unknown>) {
  const answer = { choice: 'approve', reason: 'needed' } as const;
  const [one, many] = [await graces(), await graces()];
  for (const item of [one, many]) {
    await world.db.campaignItem.update({
      where: { id: item.itemId },
      data: { recommendation: 'approve', unusedPermissions: 0, usedPermissions: 1 },
    });
    await arrange(item);
  }
  const alone = await isTaken(decideItem(world.as('grace'), { itemId: one.itemId, ...answer }));
  const [bulk] = await decideItems(world.as('grace'), [{ itemId: many.itemId, ...answer }]);
  expect(bulk?.ok).toBe(alone);
  if (!alone) expect((await getItem(world.as('linus'), one.itemId)).decisions).toEqual([]);
  return alone;
}

it('is there while nothing speaks against it', async () => {
  expect(await delegates(async () => {})).toEqual(candidates);
  expect(await mayKeep(async () => {})).toBe(true);
});

it('ends for who came to answer for the agent or the grant after the launch', async () => {
  const owner = ({ agentId }: { agentId: string }, name: PersonName, as: 'ownerId' | 'sponsorId') =>
    world.db.agent.update({ where: { id: agentId }, data: { [as]: world.ids[name] } });
  expect(await delegates((item) => owner(item, 'radia', 'ownerId'))).toEqual(['barbara', 'margaret']);
  expect(await delegates((item) => owner(item, 'barbara', 'sponsorId'))).toEqual(['margaret', 'radia']);
  expect(await mayKeep((item) => owner(item, 'grace', 'ownerId'))).toBe(false);
  expect(await mayKeep((item) => owner(item, 'grace', 'sponsorId'))).toBe(false);
});

it('stays lost for who did at the launch, also when that was changed since', async () => {
  const creator = ({ itemId }: { itemId: string }, name: PersonName) =>
    world.db.$executeRaw`
      UPDATE campaign_item SET grant_snapshot = jsonb_set(grant_snapshot, '{createdBy}',
        ${JSON.stringify({ id: world.ids[name], name, left: false })}::jsonb) WHERE id = ${itemId}`;
  expect(await delegates((item) => creator(item, 'margaret'))).toEqual(['barbara', 'radia']);
  expect(await mayKeep((item) => creator(item, 'grace'))).toBe(false);
});

it('is not for who approved under the grant in the period, when nobody else reviews it', async () => {
  expect(await delegates((item) => approved(item.agentId, 'radia', 3))).toEqual(['barbara', 'margaret']);
  expect(await delegates((item) => approved(item.agentId, 'radia', 40))).toEqual(candidates);
  expect(await mayKeep((item) => approved(item.agentId, 'grace', 3))).toBe(false);
  expect(await mayKeep((item) => approved(item.agentId, 'grace', 40))).toBe(true);
});
