import { afterAll, beforeAll, expect, test } from 'vitest';
import { suspendAgent } from '#lib/agents/index';
import { createGrant, getGrant, listGrants, staleCounts } from '#lib/grants/index';
import { changePerson } from '#lib/people/index';
import { catalogSeen } from '#lib/resources/index';
import { openImporter, overview, touchedObjects } from '#lib/usage/index';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

const day = 86_400_000;

async function use(grantId: string, agentId: string): Promise<void> {
  const sessionId = await openTestSession(world, [grantId], { agentId });
  const importer = openImporter(world.database.url);
  await importer.importStatements({
    rows: [
      {
        sessionId,
        seq: 1,
        at: world.clock.now(),
        agentId,
        resourceId: world.resourceId,
        tag: 'SELECT',
        text: 'SELECT 1',
        actions: ['read'],
        objects: ['public.orders'],
        permissions: [{ action: 'read', object: 'public.orders' }],
        decision: 'allow',
        outcome: 'completed',
        policies: [],
        grantIds: [grantId],
        ticket: null,
        errorCode: null,
        errorText: null,
        rows: 1,
        bytesOut: 1,
        maskedFields: 3,
        durationUs: 1,
        factsDigest: 'x',
      },
    ],
    facts: [],
  });
  await importer.close();
}

async function granted(name: string): Promise<{ agentId: string; grantId: string }> {
  const agentId = await world.agent(name);
  const { id } = await createGrant(world.by('ada'), {
    agentId,
    resourceId: world.resourceId,
    actions: ['read'],
    scope: ['public.*'],
    reason: name,
    endsAt: new Date(world.clock.now().getTime() + 60 * day),
  });
  return { agentId, grantId: id };
}

const kindsOf = async (grantId: string) =>
  (await getGrant(world.by('ada'), grantId)).stale.map(({ kind }) => kind).sort();
const listed = async (stale: Parameters<typeof listGrants>[1]['stale']) =>
  (await listGrants(world.by('ada'), { stale })).rows.map(({ id }) => id);

test('each reason is told in words, and list, count and detail agree', async () => {
  const table = (name: string) => ({ schema: 'public', name, kind: 'table' as const, columns: ['id'] });
  await catalogSeen(world.worker(), world.resourceId, ['customers', 'orders'].map(table));
  const never = await granted('never');
  const once = await granted('once');
  const fresh = await granted('fresh');
  await use(once.grantId, once.agentId);
  expect(await listed(true)).toEqual([]);

  world.clock.advance(31 * day);
  await use(fresh.grantId, fresh.agentId);
  expect(await kindsOf(never.grantId)).toEqual(['never_used']);
  expect(await kindsOf(once.grantId)).toEqual(['unused']);
  expect(await kindsOf(fresh.grantId)).toEqual([]);
  expect((await getGrant(world.by('ada'), once.grantId)).stale[0]?.text).toBe('not used for 31 days');
  expect((await getGrant(world.by('ada'), once.grantId)).permissions).toEqual({ used: 1, total: 2 });

  const suspended = await granted('suspended');
  await suspendAgent(world.by('ada'), { agentId: suspended.agentId, reason: 'odd' });
  const orphan = await granted('orphan');
  await world.database.db.agent.update({
    where: { id: orphan.agentId },
    data: { orphanedAt: world.clock.now() },
  });
  const ownerless = await granted('ownerless');
  await world.database.db.agent.update({ where: { id: ownerless.agentId }, data: { ownerId: null } });
  expect(await kindsOf(suspended.grantId)).toEqual(['agent_suspended']);
  expect(await kindsOf(orphan.grantId)).toEqual(['agent_orphaned']);
  expect(await kindsOf(ownerless.grantId)).toEqual(['ownerless']);

  const counts = await staleCounts(world.by('ada'));
  expect(counts).toMatchObject({
    active: 6,
    any: 5,
    byKind: { never_used: 1, unused: 1, agent_suspended: 1, agent_orphaned: 1, ownerless: 1 },
  });
  for (const [kind, count] of Object.entries(counts.byKind)) {
    expect(await listed(kind as never)).toHaveLength(count);
  }
  expect((await listed(true)).length).toBe(5);

  await changePerson(world.by('ada'), { personId: world.people.olga.id, left: true });
  expect(await kindsOf(fresh.grantId)).toEqual(['owner_left']);
  world.clock.advance(40 * day);
  expect(await kindsOf(never.grantId)).toContain('past_end');
});

test('the overview adds up what was seen', async () => {
  const to = new Date(world.clock.now().getTime() + 1);
  const shown = await overview(world.by('linus'), { from: new Date(to.getTime() - 90 * day), to });
  expect(shown).toMatchObject({
    sessions: 2,
    statements: { allowed: 2, held: 0, denied: 0 },
    maskedFields: 6,
  });
  expect(shown.activity.map(({ agent, resource }) => `${agent} ${resource}`).sort()).toEqual([
    'fresh shop',
    'once shop',
  ]);
  expect(shown.decisions).toHaveLength(2);
  expect(shown.grants.stale).toBe(6);
  expect(shown.permissions).toEqual({ total: 12, unused: 10 });
  const mine = await overview(world.by('mallory'), { from: new Date(to.getTime() - 90 * day), to });
  expect(mine).toMatchObject({ sessions: 0, activity: [], grants: { active: 0, stale: 0 } });
  await expect(overview(world.by('linus'), { from: to, to })).rejects.toMatchObject({ code: 'invalid' });
});

test('the overview of one agent holds its own numbers only, and its objects lie behind them', async () => {
  const to = new Date(world.clock.now().getTime() + 1);
  const range = { from: new Date(to.getTime() - 90 * day), to };
  const { id: agentId } = await world.database.db.agent.findFirstOrThrow({ where: { name: 'once' } });
  const shown = await overview(world.by('linus'), range, { agentId });
  expect(shown).toMatchObject({ sessions: 1, maskedFields: 3, grants: { active: 1, stale: 1 } });
  expect(shown.activity.map(({ agent }) => agent)).toEqual(['once']);
  expect(shown.permissions).toEqual({ total: 2, unused: 1 });
  const other = { agentId, resourceId: 'res_none' };
  expect(await overview(world.by('linus'), range, other)).toMatchObject({ sessions: 0, activity: [] });
  const touched = {
    resource: 'shop',
    object: 'public.orders',
    action: 'read',
    used: 1,
    denied: 0,
    agents: 1,
  };
  expect(await touchedObjects(world.by('linus'), range, { agentId })).toMatchObject([touched]);
  const { resourceId } = world;
  expect(await touchedObjects(world.by('ada'), range, { resourceId })).toMatchObject([
    { ...touched, used: 2, agents: 2 },
  ]);
  expect(await touchedObjects(world.by('mallory'), range, { resourceId })).toEqual([]);
  await expect(touchedObjects(world.by('ada'), range, {})).rejects.toMatchObject({ code: 'invalid' });
  await expect(touchedObjects(world.by('ada'), range, { agentId: 'x'.repeat(65) })).rejects.toMatchObject({
    code: 'invalid',
  });
});

test('search finds an agent, a resource or a reason, and takes signs as signs', async () => {
  const search = async (text: string) => (await listGrants(world.by('ada'), { search: text })).rows.length;
  expect(await search('NEVER')).toBe(1);
  expect(await search('shop')).toBe(6);
  expect(await search('%')).toBe(0);
  expect(await search('_')).toBe(0);
});
