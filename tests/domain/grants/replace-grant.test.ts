import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transaction } from '#lib/db/transaction';
import { accessOf, previewRevoke, reduceGrant, replaceGrant, revokeGrant } from '#lib/grants/index';
import type { AgentAccess } from '#proxy/control/control-plane';
import { LiveSession } from '#proxy/control/live-session';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

/** A session as a worker sees it; `changed` is what a notice does. */
function liveSession(id: string) {
  const watch = {
    generation: 1,
    accessOf: (agentId: string, resourceId: string) =>
      accessOf(world.worker(), agentId, resourceId) as Promise<AgentAccess>,
    forget() {},
  };
  const live = new LiveSession(watch, id, world.agentId, world.resourceId);
  return {
    live,
    async changed() {
      watch.generation += 1;
      await live.refresh();
    },
  };
}

const replace = (grantId: string, reason: string) =>
  transaction(world.database.db, (tx) =>
    replaceGrant(tx, world.by('ada'), grantId, {
      reason,
      endsAt: new Date(world.clock.now().getTime() + 3_600_000),
    }),
  );

describe('a grant replaced by the same with another reason or end', () => {
  test('keeps its live sessions, which lean on the new one from then on', async () => {
    const first = await world.grant(['read'], ['public.orders']);
    const sessionId = await openTestSession(world, [first]);
    const { live, changed } = liveSession(sessionId);
    live.hold([first]);
    const second = await replace(first, 'longer');
    const third = await replace(second, 'longer still');
    await changed();
    expect(live.notice).toBeNull();
    expect(live.holdsAny('grant', third)).toBe(true);
    const row = await world.database.db.session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(row.grantIds).toEqual([third]);
    expect((await previewRevoke(world.by('ada'), [third])).liveSessions).toBe(1);
    await revokeGrant(world.by('ada'), { grantId: third, reason: 'done' });
    await changed();
    expect(live.notice).not.toBeNull();
  });

  test('leaves a session that has ended as it was', async () => {
    const first = await world.grant(['read'], ['public.customers']);
    const sessionId = await openTestSession(world, [first]);
    await world.database.db.session.update({ where: { id: sessionId }, data: { state: 'closed' } });
    await replace(first, 'longer');
    const row = await world.database.db.session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(row.grantIds).toEqual([first]);
  });
});

test('a narrower grant is no successor: its sessions are cut', async () => {
  const first = await world.grant(['read', 'write'], ['public.items']);
  const { live, changed } = liveSession(await openTestSession(world, [first]));
  live.hold([first]);
  const { id } = await reduceGrant(world.by('ada'), {
    grantId: first,
    actions: ['read'],
    scope: ['public.items'],
    reason: 'x',
  });
  const access = await accessOf(world.worker(), world.agentId, world.resourceId);
  expect(access.grants.map((grant) => grant.id)).toContain(id);
  expect(access.successors[first]).toBeUndefined();
  await changed();
  expect(live.notice).not.toBeNull();
});
