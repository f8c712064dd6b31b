import { afterAll, beforeAll, expect, test } from 'vitest';
import { listFindings, openFinding } from '#lib/findings/index';
import { revokeGrants } from '#lib/grants/index';
import { changeResource } from '#lib/resources/index';
import { overview, touchedObjects } from '#lib/usage/index';
import { type AccessWorld, createAccessWorld, openTestSession, personNames } from '../access-world.ts';

// What lies behind the overview's numbers is seen by whoever sees the numbers.

let world: AccessWorld;

beforeAll(async () => {
  world = await createAccessWorld();
  const { resourceId } = world;
  const grantId = await world.grant();
  const sessionId = await openTestSession(world, [grantId]);
  await world.database.db.$executeRaw`
    INSERT INTO usage (grant_id, day, action, object, used, last_at, last_session_id, last_seq)
    VALUES (${grantId}, current_date, 'read', 'public.orders', 3, now(), ${sessionId}, 1)`;
  // Otto owns the resource, and no agent; Alan's group answers for it.
  await changeResource(world.by('ada'), { resourceId, ownerId: world.people.otto.id }, null);
  await revokeGrants(world.by('ada'), { grantIds: [grantId], reason: 'it is over' });
});
afterAll(() => world.database.drop());

const range = () => {
  const to = new Date(world.clock.now().getTime() + 60_000);
  return { from: new Date(to.getTime() - 7 * 86_400_000), to };
};

test.each(personNames)(
  '%s, for whom the heat is warm, sees what was touched, also once it is over',
  async (name) => {
    const context = world.by(name);
    for (const filter of [{ agentId: world.agentId }, { resourceId: world.resourceId }]) {
      const { activity } = await overview(context, range(), filter);
      const touched = await touchedObjects(context, range(), filter);
      expect(touched.map(({ object, used }) => [object, used])).toEqual(
        activity.length > 0 ? [['public.orders', 3]] : [],
      );
    }
  },
);

test('who sees it is the owner of either, the approver, and who sees all', async () => {
  const seen = [];
  for (const name of personNames) {
    const rows = await touchedObjects(world.by(name), range(), { resourceId: world.resourceId });
    if (rows.length > 0) seen.push(name);
  }
  expect(seen).toEqual(['ada', 'olga', 'otto', 'alan', 'linus']);
});

test.each(personNames)('%s finds as many findings behind the figure as it says', async (name) => {
  const otherAgent = await world.agent(`other-${name}`);
  for (const [subjectKind, subjectId] of [
    ['agent', world.agentId],
    ['resource', world.resourceId],
    ['agent', otherAgent],
  ] as const) {
    const finding = { kind: 'k', subjectKind, subjectId, summary: `about the ${subjectKind}` };
    await openFinding(world.job(), finding);
  }
  const { agentId, resourceId } = world;
  for (const filter of [{}, { agentId }, { resourceId }, { agentId, resourceId }]) {
    const subjectIds = Object.values(filter);
    const { openFindings } = await overview(world.by(name), range(), filter);
    const listed = listFindings(world.by(name), {
      ...{ state: 'open', limit: 200 },
      ...(subjectIds.length > 0 ? { subjectIds } : {}),
    });
    const rows = await listed.then(
      (page) => page.rows,
      () => [],
    );
    expect(openFindings).toBe(rows.length);
    if (name === 'ada' && subjectIds.length > 0) expect(openFindings).toBe(subjectIds.length);
  }
});
