import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  changeAgent,
  changeIssuer,
  createAgent,
  createIssuer,
  endAgent,
  endIssuer,
  getAgent,
  listAgents,
  resumeAgent,
  suspendAgent,
} from '#lib/agents/index';
import { getGrant } from '#lib/grants/index';
import { changePerson } from '#lib/people/index';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

const input = (name: string, matchClaims: Record<string, string>) => ({
  name,
  ownerId: world.people.olga.id,
  issuerId: world.issuerId,
  matchClaims,
});

describe('createAgent', () => {
  test('makes it known, with its entry', async () => {
    const { id } = await createAgent(world.by('ada'), input('fresh', { sub: 'fresh' }));
    expect(await getAgent(world.by('ada'), 'fresh')).toMatchObject({
      id,
      state: 'active',
      owner: { name: 'olga' },
    });
    expect(await world.entries('agent.created', id)).toHaveLength(1);
  });

  test('not under a name that is taken, nor with claims that another has, also side by side', async () => {
    await expect(createAgent(world.by('ada'), input('migrator', { sub: 'x' }))).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(
      createAgent(world.by('ada'), input('twin', { sub: 'migrator', ref: 'main' })),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
    const results = await Promise.allSettled(
      ['one', 'two', 'three'].map((name) => createAgent(world.by('ada'), input(name, { sub: 'same' }))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each([
    ['a name with a space', { name: 'my agent' }],
    ['a name in capitals', { name: 'Migrator' }],
    ['a name with a control character', { name: 'a\u202Eb' }],
    ['no claim', { matchClaims: {} }],
    ['an empty claim', { matchClaims: { sub: '' } }],
    ['an unknown key', { state: 'active' }],
  ])('refuses %s', async (_, wrong) => {
    await expect(
      createAgent(world.by('ada'), { ...input('fine', { sub: 'fine' }), ...wrong } as never),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  test('refuses an owner who has left', async () => {
    await changePerson(world.by('ada'), { personId: world.people.otto.id, left: true });
    await expect(
      createAgent(world.by('ada'), { ...input('late', { sub: 'late' }), ownerId: world.people.otto.id }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('states', () => {
  test('suspend, resume, end: each once, each with its entry', async () => {
    const agentId = await world.agent('states');
    const by = world.by('olga');
    await suspendAgent(by, { agentId, reason: 'odd queries' });
    await expect(suspendAgent(by, { agentId, reason: 'again' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await getAgent(by, agentId)).toMatchObject({ state: 'suspended', stateReason: 'odd queries' });
    await resumeAgent(by, { agentId, reason: 'explained' });
    await endAgent(world.by('ada'), { agentId, reason: 'project over' });
    await expect(resumeAgent(by, { agentId, reason: 'x' })).rejects.toMatchObject({ code: 'conflict' });
    for (const action of ['agent.suspended', 'agent.resumed', 'agent.ended']) {
      expect(await world.entries(action, agentId)).toHaveLength(1);
    }
  });

  test('of two at the same moment one wins', async () => {
    const agentId = await world.agent('raced');
    const results = await Promise.allSettled(
      [1, 2, 3].map(() => suspendAgent(world.by('ada'), { agentId, reason: 'race' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await world.entries('agent.suspended', agentId)).toHaveLength(1);
  });

  test('its grants end with it', async () => {
    const grantId = await world.grant(['read'], ['ending.*']);
    await endAgent(world.by('ada'), { agentId: world.agentId, reason: 'over' });
    expect(await getGrant(world.by('ada'), grantId)).toMatchObject({ state: 'revoked' });
    await expect(
      changeAgent(world.by('ada'), { agentId: world.agentId, pipeline: 'x' }),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('an approver of other resources may not suspend it', async () => {
    const agentId = await world.agent('theirs');
    await expect(suspendAgent(world.by('alan'), { agentId, reason: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(suspendAgent(world.by('linus'), { agentId, reason: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('issuers', () => {
  test('a change of one member leaves the others', async () => {
    const { id } = await createIssuer(world.by('ada'), {
      name: 'devops',
      issuer: 'https://vstoken.dev.azure.com/acme',
      audience: 'api://x',
      algorithms: ['RS256'],
      singleUse: true,
    });
    await changeIssuer(world.by('ada'), { issuerId: id, audience: 'api://y' });
    expect(await world.database.db.issuer.findUniqueOrThrow({ where: { id } })).toMatchObject({
      audience: 'api://y',
      algorithms: ['RS256'],
      singleUse: true,
    });
  });

  test('does not end while agents use it', async () => {
    await expect(endIssuer(world.by('ada'), { issuerId: world.issuerId, reason: 'x' })).rejects.toMatchObject(
      {
        code: 'conflict',
      },
    );
  });

  test.each(['http://issuer.example.com', 'ftp://x', 'javascript:alert(1)', 'x'])(
    '%s is no issuer',
    async (issuer) => {
      await expect(
        createIssuer(world.by('ada'), { name: 'bad', issuer, audience: 'x' }),
      ).rejects.toMatchObject({ code: 'invalid' });
    },
  );
});

test('pages follow each other without gap or twin', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listAgents(world.by('ada'), { limit: 2, ...(cursor ? { cursor } : {}) });
    seen.push(...page.rows.map(({ name }) => name));
    cursor = page.next ?? undefined;
  } while (cursor);
  const all = await world.database.db.agent.findMany({ orderBy: { name: 'asc' } });
  expect(seen).toEqual(all.map(({ name }) => name));
  await expect(listAgents(world.by('ada'), { cursor: 'garbage' })).rejects.toMatchObject({ code: 'invalid' });
});
