import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  decideAccessRequest,
  expireAccessRequests,
  getAccessRequest,
  listAccessRequests,
  type NewAccessRequest,
  requestAccess,
} from '#lib/access-requests/index';
import { suspendAgent } from '#lib/agents/index';
import { accessOf, getGrant } from '#lib/grants/index';
import { type AccessWorld, createAccessWorld, type PersonName } from '../access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

let table = 0;
const wanted = (part: Partial<NewAccessRequest> = {}): NewAccessRequest => {
  table += 1;
  const { agentId, resourceId } = world;
  return {
    agentId,
    resourceId,
    actions: ['read', 'write'],
    scope: [`public.t${table}`],
    reason: 'fix orders',
    durationSeconds: 3600,
    ...part,
  };
};
const ask = (part?: Partial<NewAccessRequest>, name: PersonName = 'olga') =>
  requestAccess(world.by(name), wanted(part));
const asAgent = (id = world.agentId) => world.as({ kind: 'agent', id, name: 'migrator' });

describe('requestAccess', () => {
  test('by the owner or by the agent itself waits in the inbox, with its entry', async () => {
    const { id, joined } = await ask();
    expect(joined).toBe(false);
    const own = await requestAccess(asAgent(), wanted());
    expect(await getAccessRequest(world.by('alan'), own.id)).toMatchObject({
      requestedBy: null,
      state: 'pending',
      may: { decide: true },
    });
    expect(await getAccessRequest(world.by('olga'), id)).toMatchObject({
      requestedBy: { name: 'olga' },
      may: { decide: false },
    });
    expect(await world.entries('access-request.filed', id)).toHaveLength(1);
    const mine = await listAccessRequests(world.by('alan'), { mine: true });
    expect(mine.rows.map((row) => row.id).toSorted()).toEqual([own.id, id].toSorted());
    expect((await listAccessRequests(world.by('bob'), { mine: true })).rows).toEqual([]);
    expect((await listAccessRequests(world.by('otto'), {})).rows).toEqual([]);
    expect((await listAccessRequests(asAgent('agt_other'), {})).rows).toEqual([]);
    await expect(listAccessRequests(world.by('mallory'), {})).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('twice is one request, also at once', async () => {
    const same = wanted();
    const answers = await Promise.all([1, 2, 3].map(() => requestAccess(asAgent(), same)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ joined }) => !joined)).toHaveLength(1);
  });

  test('is refused for another’s agent, for what is not there, and beyond the bounds', async () => {
    await expect(ask({}, 'otto')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(ask({}, 'alan')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(requestAccess(asAgent('agt_other'), wanted())).rejects.toMatchObject({ code: 'forbidden' });
    await expect(requestAccess(world.worker(), wanted())).rejects.toMatchObject({ code: 'forbidden' });
    await expect(ask({ resourceId: 'res_none' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(ask({ durationSeconds: 10 })).rejects.toMatchObject({ code: 'invalid' });
    await expect(ask({ reason: ' ' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(ask({ scope: ['a.b.c'] })).rejects.toMatchObject({ code: 'invalid' });
    const id = await world.agent('noisy');
    for (let one = 0; one < 20; one += 1) await ask({ agentId: id });
    await expect(ask({ agentId: id })).rejects.toMatchObject({ code: 'limit' });
    await suspendAgent(world.by('ada'), { agentId: id, reason: 'x' });
    await expect(ask({ agentId: id })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('decideAccessRequest', () => {
  test('approves: a grant that names the request, works, and has who approved as its creator', async () => {
    const { id } = await ask();
    const { grantId } = await decideAccessRequest(world.by('alan'), {
      requestId: id,
      answer: 'approve',
      reason: 'needed',
    });
    const grant = await getGrant(world.by('ada'), grantId ?? '');
    expect(grant).toMatchObject({
      requestId: id,
      createdBy: { name: 'alan' },
      state: 'active',
      reason: 'fix orders',
    });
    expect(grant.endsAt?.getTime()).toBe(world.clock.now().getTime() + 3_600_000);
    expect(await getAccessRequest(world.by('olga'), id)).toMatchObject({
      state: 'approved',
      grantId,
      decidedBy: { name: 'alan' },
    });
    expect(await world.entries('access-request.decided', id)).toHaveLength(1);
    expect(await world.entries('grant.created', grantId ?? '')).toHaveLength(1);
    const access = await accessOf(world.worker(), world.agentId, world.resourceId);
    expect(JSON.stringify(access)).toContain(grantId);
  });

  test('approves less than was asked for, never more', async () => {
    const { id } = await ask({ scope: ['public.*'] });
    const more = [{ actions: ['admin' as const] }, { scope: ['*'] }, { durationSeconds: 7200 }];
    for (const narrower of more) {
      const decided = decideAccessRequest(world.by('alan'), { requestId: id, answer: 'approve', narrower });
      await expect(decided).rejects.toMatchObject({ code: 'invalid' });
    }
    expect((await getAccessRequest(world.by('olga'), id)).state).toBe('pending');
    const narrower = { actions: ['read' as const], scope: ['public.orders'], durationSeconds: 600 };
    const { grantId } = await decideAccessRequest(world.by('alan'), {
      requestId: id,
      answer: 'approve',
      narrower,
    });
    const grant = await getGrant(world.by('ada'), grantId ?? '');
    expect(grant).toMatchObject({ actions: ['read'], scope: ['public.orders'] });
  });

  test('denies with a reason that the agent reads', async () => {
    const { id } = await requestAccess(asAgent(), wanted());
    expect(
      await decideAccessRequest(world.by('alan'), {
        requestId: id,
        answer: 'deny',
        reason: 'use the replica',
      }),
    ).toEqual({ grantId: null });
    expect(await getAccessRequest(asAgent(), id)).toMatchObject({
      state: 'denied',
      decisionReason: 'use the replica',
    });
    const bare = { requestId: id, answer: 'deny' } as unknown as { requestId: string; answer: 'approve' };
    await expect(decideAccessRequest(world.by('alan'), bare)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('counts once, whoever is faster', async () => {
    const { id } = await ask();
    const answers = await Promise.allSettled([
      decideAccessRequest(world.by('alan'), { requestId: id, answer: 'approve' }),
      decideAccessRequest(world.by('alan'), { requestId: id, answer: 'deny', reason: 'no' }),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await world.database.db.grant.count({ where: { requestId: id } })).toBeLessThanOrEqual(1);
    const again = decideAccessRequest(world.by('alan'), { requestId: id, answer: 'approve' });
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is for somebody independent in a group that answers', async () => {
    const { db } = world.database;
    const { id } = await ask();
    for (const name of ['ada', 'bob', 'olga', 'linus', 'mallory'] as const) {
      const decided = decideAccessRequest(world.by(name), { requestId: id, answer: 'approve' });
      await expect(decided).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(decideAccessRequest(asAgent(), { requestId: id, answer: 'approve' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await db.agent.update({ where: { id: world.agentId }, data: { sponsorId: world.people.alan.id } });
    const bySponsor = decideAccessRequest(world.by('alan'), { requestId: id, answer: 'approve' });
    await expect(bySponsor).rejects.toMatchObject({ code: 'forbidden' });
    await db.agent.update({ where: { id: world.agentId }, data: { sponsorId: null } });
    await db.accessRequest.update({ where: { id }, data: { requestedById: world.people.alan.id } });
    const byAsker = decideAccessRequest(world.by('alan'), { requestId: id, answer: 'approve' });
    await expect(byAsker).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('comes too late after a week', async () => {
    const { id } = await ask();
    world.clock.advance(7 * 24 * 3_600_000);
    const late = decideAccessRequest(world.by('alan'), { requestId: id, answer: 'approve' });
    await expect(late).rejects.toMatchObject({ code: 'conflict' });
    expect(await expireAccessRequests(world.job())).toBeGreaterThan(0);
    expect((await getAccessRequest(world.by('olga'), id)).state).toBe('expired');
    await expect(expireAccessRequests(world.by('ada'))).rejects.toMatchObject({ code: 'forbidden' });
  });
});
