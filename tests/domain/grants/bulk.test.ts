import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createGrant,
  getGrant,
  listGrants,
  matchingGrants,
  previewRevoke,
  reGrants,
  revokeGrant,
  revokeGrants,
} from '#lib/grants/index';
import { changePerson, createPerson } from '#lib/people/index';
import { catalogSeen } from '#lib/resources/index';
import { cutStatus, openCuts, registerWorker } from '#lib/sessions/index';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

// A clean-up of a thousand grants: found by one reason, named as a whole, revoked, taken back.

const agents = 20;
const grantsEach = 12;
let world: AccessWorld;
let ids: string[] = [];

beforeAll(async () => {
  world = await createAccessWorld();
  const table = (name: string) => ({ schema: 'public', name, kind: 'table' as const, columns: ['id'] });
  await catalogSeen(world.worker(), world.resourceId, ['customers', 'orders'].map(table));
  await registerWorker(world.worker('wrk_one'), 'host', 1);
  const { id: gone } = await createPerson(world.by('ada'), { name: 'Gone', email: 'gone@example.com' });
  for (let at = 0; at < agents; at += 1) {
    const agentId = await world.agent(`left-${at}`);
    await world.database.db.agent.update({ where: { id: agentId }, data: { ownerId: gone } });
    for (let one = 0; one < grantsEach; one += 1) ids.push(await grantTo(agentId, one));
  }
  await changePerson(world.by('ada'), { personId: gone, left: true });
});
afterAll(() => world.database.drop());

async function grantTo(agentId: string, one: number): Promise<string> {
  const scope = one === 0 ? ['public.*'] : [`app${one}.*`];
  const terms = { actions: ['read' as const], scope, reason: 'the project of last year', endsAt: null };
  return (await createGrant(world.by('ada'), { agentId, resourceId: world.resourceId, ...terms })).id;
}

const states = async () =>
  Object.fromEntries(
    (await world.database.db.grant.groupBy({ by: ['state'], _count: true, where: { id: { in: ids } } })).map(
      ({ state, _count }) => [state, _count],
    ),
  );

test('all that match are found, as the list finds them, page by page', async () => {
  const kept = await world.grant(['read'], ['kept.*']);
  const { ids: found, more } = await matchingGrants(world.by('ada'), { stale: 'owner_left', limit: 5 });
  expect(more).toBe(false);
  expect([...found].sort()).toEqual([...ids].sort());
  expect(found).not.toContain(kept);
  const page = await listGrants(world.by('ada'), { stale: 'owner_left', limit: 5 });
  expect(page.rows.map(({ id }) => id)).toEqual(found.slice(0, 5));
  // Only what is active can be revoked: another state in the filter does not widen it.
  expect((await matchingGrants(world.by('ada'), { state: 'revoked' })).ids).toContain(kept);
  await expect(matchingGrants(world.by('ada'), { stale: 'nonsense' as never })).rejects.toMatchObject({
    code: 'invalid',
  });
});

test('the effect is named for all of them at once', async () => {
  const [first = ''] = ids;
  const { agent } = await getGrant(world.by('ada'), first);
  await openTestSession(world, [first], { agentId: agent.id });
  expect(await previewRevoke(world.by('ada'), ids)).toMatchObject({
    grants: ids.length,
    liveSessions: 1,
    tablesLost: 2,
    sentence: `ends 1 live session, removes access of ${agents} agents to 2 tables`,
  });
});

test('revoked in chunks: a result and an entry for each, one cut for a chunk', async () => {
  const [first = '', second = ''] = ids;
  await revokeGrant(world.by('ada'), { grantId: second, reason: 'on its own' });
  await expect(
    revokeGrants(world.by('olga'), { grantIds: ids, reason: 'not mine' }).then((results) =>
      results.filter(({ ok }) => ok),
    ),
  ).resolves.toEqual([]);
  const before = await world.database.db.cut.count();
  const results = await revokeGrants(world.by('ada'), {
    grantIds: [...ids, 'gnt_none'],
    reason: 'their owner left',
  });
  expect(results.map(({ grantId }) => grantId)).toEqual([...ids, 'gnt_none']);
  expect(results.filter(({ ok }) => !ok).map(({ grantId, message }) => [grantId, message])).toEqual([
    [second, 'The grant is revoked already.'],
    ['gnt_none', 'There is no such grant.'],
  ]);
  expect(await world.database.db.cut.count()).toBe(before + Math.ceil(ids.length / 100));
  expect(await states()).toEqual({ revoked: ids.length });
  for (const id of [first, ids.at(-1) ?? '']) {
    expect(await world.entries('grant.revoked', id)).toMatchObject([
      { actorName: 'ada', payload: { reason: 'their owner left' } },
    ]);
  }
  // A worker that reads its open cuts finds every grant in them.
  const told = (await openCuts(world.worker('wrk_one'))).flatMap((cut) => [
    cut.subjectId,
    ...(cut.alsoIds ?? []),
  ]);
  expect(told).toEqual(expect.arrayContaining(ids));
  const cutId = results[0]?.cutId ?? '';
  expect(await cutStatus(world.by('olga'), cutId).catch((error) => error.code)).not.toBe('forbidden');
});

test('two clean-ups of the same grants at once: each is revoked once', async () => {
  const agentId = await world.agent('twice');
  const twice = [];
  for (let one = 0; one < 8; one += 1) twice.push(await grantTo(agentId, one));
  const both = await Promise.all([
    revokeGrants(world.by('ada'), { grantIds: twice, reason: 'one' }),
    revokeGrants(world.by('ada'), { grantIds: [...twice].reverse(), reason: 'other' }),
  ]);
  expect(both.flat().filter(({ ok }) => ok)).toHaveLength(twice.length);
  for (const id of twice) expect(await world.entries('grant.revoked', id)).toHaveLength(1);
});

test('taken back within the minute: a new grant and an entry for each, once', async () => {
  const [, second = ''] = ids;
  const results = await reGrants(world.by('ada'), { grantIds: ids });
  expect(results.every(({ ok }) => ok)).toBe(true);
  expect(await states()).toEqual({ revoked: ids.length });
  const again = await world.database.db.grant.findMany({ where: { replacesId: { in: ids } } });
  expect(again).toHaveLength(ids.length);
  expect(again.every(({ state }) => state === 'active')).toBe(true);
  expect(await world.entries('grant.created', again[0]?.id)).toHaveLength(1);
  const twice = await reGrants(world.by('ada'), { grantIds: [second] });
  expect(twice).toMatchObject([{ ok: false, message: 'The revoke was taken back already.' }]);
  await expect(reGrants(world.by('olga'), { grantIds: ids })).rejects.toMatchObject({ code: 'forbidden' });
  ids = again.map(({ id }) => id);
});

test('after the minute nothing is taken back, and each says so', async () => {
  const some = ids.slice(0, 3);
  await revokeGrants(world.by('ada'), { grantIds: some, reason: 'once more' });
  world.clock.advance(61_000);
  const results = await reGrants(world.by('ada'), { grantIds: some });
  expect(results.map(({ ok, message }) => [ok, message])).toEqual(
    some.map(() => [false, 'The minute to take it back has passed. Make a new grant instead.']),
  );
});
