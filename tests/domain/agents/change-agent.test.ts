import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentChange, changeAgent, endAgent, getAgent } from '#lib/agents/index';
import { getGrant } from '#lib/grants/index';
import { changePerson } from '#lib/people/index';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

const change = (input: Omit<AgentChange, 'agentId'>, agentId = world.agentId) =>
  changeAgent(world.by('ada'), { agentId, ...input });
const read = () => getAgent(world.by('ada'), world.agentId);

test('a form that sends every field changes, and tells, only what is other than before', async () => {
  const { owner, issuer, matchClaims } = await read();
  const all = {
    ownerId: owner?.id ?? '',
    sponsorId: null,
    issuerId: issuer.id,
    matchClaims,
    pipeline: null,
    orphaned: false,
  };
  await change({ ...all, repository: 'acme/shop' });
  const [entry] = await world.entries('agent.changed', world.agentId);
  expect(entry?.summary).toBe('ada changed repository of the agent migrator');
  expect(entry?.payload).toMatchObject({ before: { repository: null }, change: { repository: 'acme/shop' } });
  await change({ ...all, repository: 'acme/shop' });
  expect(await world.entries('agent.changed', world.agentId)).toHaveLength(1);
});

test('what it builds is gone: the agent is orphaned, its grants are stale, until it is back', async () => {
  const grantId = await world.grant(['read'], ['orphan.*']);
  await change({ orphaned: true });
  const since = (await read()).orphanedAt;
  expect(since).not.toBeNull();
  expect((await getGrant(world.by('ada'), grantId)).stale.map(({ kind }) => kind)).toContain(
    'agent_orphaned',
  );
  world.clock.advance(60_000);
  // Since when stays; an owner brings back no pipeline.
  await change({ orphaned: true, ownerId: world.people.otto.id });
  expect((await read()).orphanedAt).toEqual(since);
  await change({ orphaned: false });
  expect((await read()).orphanedAt).toBeNull();
  const told = (await world.entries('agent.changed', world.agentId)).map(({ summary }) => summary);
  expect(told.filter((summary) => summary.includes('what it builds'))).toHaveLength(2);
});

test('claims of another agent, a person who left, an ended agent: refused, and nothing changes', async () => {
  const other = await world.agent('other');
  const before = await read();
  await expect(change({ matchClaims: { sub: 'other' } })).rejects.toMatchObject({ code: 'conflict' });
  await changePerson(world.by('ada'), { personId: world.people.bob.id, left: true });
  await expect(change({ ownerId: world.people.bob.id })).rejects.toMatchObject({ code: 'invalid' });
  await expect(change({ ownerId: '' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(change({ matchClaims: {} })).rejects.toMatchObject({ code: 'invalid' });
  expect(await read()).toEqual(before);
  await endAgent(world.by('ada'), { agentId: other, reason: 'done' });
  await expect(change({ pipeline: 'x' }, other)).rejects.toMatchObject({ code: 'conflict' });
});
