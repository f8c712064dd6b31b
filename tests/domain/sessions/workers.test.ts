import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentNames } from '#lib/agents/index';
import { mayBreakGlass, possibleDelegates } from '#lib/approvals/index';
import { listResources, resourceNames } from '#lib/resources/index';
import { listWorkers, registerWorker, stopWorker } from '#lib/sessions/index';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

let world: AccessWorld;
let grantId: string;
beforeAll(async () => {
  world = await createAccessWorld();
  grantId = await world.grant();
});
afterAll(() => world.database.drop());

test('gateways are listed with what they hold, the running ones first', async () => {
  await registerWorker(world.worker('wrk_old'), 'host-a', 1);
  await stopWorker(world.worker('wrk_old'));
  await registerWorker(world.worker('wrk_new'), 'host-b', 2);
  const rows = await listWorkers(world.by('linus'));
  const found = rows.filter(({ id }) => id.startsWith('wrk_'));
  expect(found.map(({ id, state, liveSessions }) => [id, state, liveSessions]).at(-1)).toEqual([
    'wrk_old',
    'stopped',
    0,
  ]);
  expect(found[0]).toMatchObject({ state: 'running' });
});

test('one that was not heard of for two minutes is silent', async () => {
  await registerWorker(world.worker('wrk_silent'), 'host-c', 3);
  await world.database.db.worker.update({
    where: { id: 'wrk_silent' },
    data: { heartbeatAt: new Date(Date.now() - 10 * 60_000) },
  });
  const rows = await listWorkers(world.by('ada'));
  expect(rows.find(({ id }) => id === 'wrk_silent')).toMatchObject({ state: 'silent' });
});

test('gateways are for who may read the settings', async () => {
  await expect(listWorkers(world.by('alan'))).rejects.toMatchObject({ code: 'forbidden' });
  await expect(listWorkers(world.by('mallory'))).rejects.toMatchObject({ code: 'forbidden' });
});

test('names to choose from are those that one may see', async () => {
  expect((await agentNames(world.by('olga'))).map(({ id }) => id)).toContain(world.agentId);
  expect(await agentNames(world.by('otto'))).toEqual([]);
  expect(await agentNames(world.by('ada'), { ownerId: world.people.otto.id })).toEqual([]);
  expect((await resourceNames(world.by('ada'))).map(({ name }) => name)).toEqual(['shop']);
});

test('a resource says when its last session began', async () => {
  await openTestSession(world, [grantId]);
  const [session] = await world.database.db.session.findMany({ orderBy: { startedAt: 'desc' }, take: 1 });
  const [shop] = await listResources(world.by('ada'), {});
  expect(shop?.lastSessionAt).toEqual(session?.startedAt);
});

test('sessions of one agent have the limit that its resource sets, over all living workers', async () => {
  const { db } = world.database;
  const where = { id: world.resourceId };
  await db.session.updateMany({ data: { state: 'closed' } });
  await db.resource.update({ where, data: { settings: { connectionsMax: 2 } } });
  await registerWorker(world.worker('wrk_one'), 'host-d', 4);
  await registerWorker(world.worker('wrk_two'), 'host-e', 5);
  const open = (workerId: string) => openTestSession(world, [grantId], { workerId });
  const results = await Promise.allSettled(['wrk_one', 'wrk_two', 'wrk_one', 'wrk_two'].map(open));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  await expect(open('wrk_one')).rejects.toMatchObject({ code: 'limit' });
  await db.worker.update({ where: { id: 'wrk_two' }, data: { heartbeatAt: new Date(0) } });
  await db.worker.update({ where: { id: 'wrk_one' }, data: { heartbeatAt: new Date(0) } });
  await registerWorker(world.worker('wrk_three'), 'host-f', 6);
  await open('wrk_three');
  await db.resource.update({ where, data: { settings: {} } });
});

test('an approver may choose among the others who answer', async () => {
  const names = (await possibleDelegates(world.by('alan'))).map(({ name }) => name);
  expect(names).toEqual(['ada', 'bob']);
  await expect(possibleDelegates(world.by('linus'))).rejects.toMatchObject({ code: 'forbidden' });
});

test('only members of its group see the glass', async () => {
  expect(await mayBreakGlass(world.by('alan'))).toBe(false);
  const { db } = world.database;
  await db.group.update({ where: { id: world.dba }, data: { name: 'break-glass' } });
  expect(await mayBreakGlass(world.by('alan'))).toBe(true);
  expect(await mayBreakGlass(world.by('bob'))).toBe(false);
});
