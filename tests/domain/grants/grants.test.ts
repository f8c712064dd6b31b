import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createGrant,
  endDueGrants,
  getGrant,
  previewRevoke,
  reduceGrant,
  reGrant,
  revokeGrant,
  revokeGrants,
} from '#lib/grants/index';
import { catalogSeen } from '#lib/resources/index';
import { cutStatus, registerWorker } from '#lib/sessions/index';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

const inDays = (days: number) => new Date(world.clock.now().getTime() + days * 86_400_000);
const revoke = (grantId: string, by: 'ada' | 'olga' | 'alan' | 'linus' = 'ada') =>
  revokeGrant(world.by(by), { grantId, reason: 'no longer needed' });

describe('createGrant', () => {
  test('gives access and says so in the ledger, with its creator', async () => {
    const id = await world.grant(['read'], ['public.orders'], inDays(30));
    const grant = await getGrant(world.by('ada'), id);
    expect(grant).toMatchObject({ state: 'active', actions: ['read'], scope: ['public.orders'] });
    expect(grant.createdBy?.name).toBe('ada');
    const [entry] = await world.entries('grant.created', id);
    expect(entry).toMatchObject({ actorName: 'ada', payload: { agent: 'migrator', resource: 'shop' } });
  });

  test('the same again is a conflict, also side by side', async () => {
    const make = () => world.grant(['execute'], ['app.*']);
    const results = await Promise.allSettled([make(), make(), make()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(make()).rejects.toMatchObject({ code: 'conflict' });
    await expect(world.grant(['execute'], ['app.one'])).resolves.toBeTruthy();
  });

  test.each([
    ['no action', { actions: [] }],
    ['an unknown action', { actions: ['everything'] }],
    ['no scope', { scope: [] }],
    ['a scope with a star in the middle', { scope: ['pub*.orders'] }],
    ['a scope of three parts', { scope: ['a.b.c'] }],
    ['a scope that is a bare name', { scope: ['orders'] }],
    ['no reason', { reason: '  ' }],
    ['an end that is past', { endsAt: new Date(0) }],
    ['an unknown key', { surprise: true }],
  ])('refuses %s', async (_, wrong) => {
    const input = {
      agentId: world.agentId,
      resourceId: world.resourceId,
      actions: ['read'],
      scope: ['public.*'],
      reason: 'x',
      endsAt: null,
      ...wrong,
    };
    const before = await world.database.db.grant.count();
    await expect(createGrant(world.by('ada'), input as never)).rejects.toMatchObject({ code: 'invalid' });
    expect(await world.database.db.grant.count()).toBe(before);
  });

  test('refuses an agent or a resource that is not there', async () => {
    const input = { actions: ['read' as const], scope: ['*'], reason: 'x', endsAt: null };
    const { agentId, resourceId } = world;
    await expect(
      createGrant(world.by('ada'), { ...input, agentId: 'agt_no', resourceId }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(
      createGrant(world.by('ada'), { ...input, agentId, resourceId: 'res_no' }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('revokeGrant', () => {
  test('revokes, orders a cut, and says so', async () => {
    await registerWorker(world.worker('wrk_one'), 'host', 1);
    const id = await world.grant(['read'], ['public.customers']);
    const session = await openTestSession(world, [id]);
    const { cutId } = await revoke(id);
    expect(await getGrant(world.by('ada'), id)).toMatchObject({ state: 'revoked' });
    expect(await cutStatus(world.by('ada'), cutId)).toMatchObject({ workers: 1, confirmed: 0, done: false });
    expect(await world.entries('grant.revoked', id)).toHaveLength(1);
    expect(session).toBeTruthy();
  });

  test('two at once: one wins, the other is told', async () => {
    const id = await world.grant(['read'], ['public.payments']);
    const results = await Promise.allSettled([revoke(id), revoke(id), revoke(id)]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    }
    expect(await world.entries('grant.revoked', id)).toHaveLength(1);
    expect(await world.database.db.cut.count({ where: { subjectId: id } })).toBe(1);
  });

  test('others may not, and nothing changes', async () => {
    const id = await world.grant(['read'], ['public.refused']);
    for (const who of ['olga', 'alan', 'linus'] as const) {
      await expect(revoke(id, who)).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(await getGrant(world.by('ada'), id)).toMatchObject({ state: 'active' });
    expect(await world.entries('grant.revoked', id)).toHaveLength(0);
  });

  test('a session can’t open over a revoked grant', async () => {
    const id = await world.grant(['read'], ['public.gone']);
    await revoke(id);
    await expect(openTestSession(world, [id])).rejects.toMatchObject({ code: 'conflict' });
  });

  test('in bulk: a result for each, in order, one failure keeps no other', async () => {
    const one = await world.grant(['read'], ['bulk.one']);
    const two = await world.grant(['read'], ['bulk.two']);
    await revoke(one);
    const results = await revokeGrants(world.by('ada'), {
      grantIds: [one, two, 'gnt_none'],
      reason: 'clean-up',
    });
    expect(results.map(({ grantId, ok }) => [grantId, ok])).toEqual([
      [one, false],
      [two, true],
      ['gnt_none', false],
    ]);
    const tooMany = Array.from({ length: 2_001 }, (_, i) => `gnt_${i}`);
    await expect(revokeGrants(world.by('ada'), { grantIds: tooMany, reason: 'x' })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('previewRevoke', () => {
  test('names live sessions and tables that no other grant keeps', async () => {
    const agentId = await world.agent('previewed');
    const make = async (scope: string[]) =>
      (
        await createGrant(world.by('ada'), {
          agentId,
          resourceId: world.resourceId,
          actions: ['read'],
          scope,
          reason: 'x',
          endsAt: null,
        })
      ).id;
    const table = (name: string) => ({ schema: 'public', name, kind: 'table' as const, columns: ['id'] });
    await catalogSeen(world.worker(), world.resourceId, ['customers', 'orders', 'payments'].map(table));
    const wide = await make(['public.*']);
    await make(['public.orders']);
    await openTestSession(world, [wide], { agentId });
    expect(await previewRevoke(world.by('ada'), [wide])).toMatchObject({
      liveSessions: 1,
      tablesLost: 2,
      sentence: 'ends 1 live session, removes access to 2 tables',
    });
  });
});

describe('reGrant', () => {
  test('takes a revoke back once, within a minute, as a new grant with its entry', async () => {
    const id = await world.grant(['write'], ['undo.*']);
    await revoke(id);
    const results = await Promise.allSettled([1, 2].map(() => reGrant(world.by('ada'), { grantId: id })));
    const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
    expect(made).toHaveLength(1);
    expect(await getGrant(world.by('ada'), made[0] ?? '')).toMatchObject({
      state: 'active',
      replaces: id,
      scope: ['undo.*'],
    });
    expect(await world.entries('grant.created', made[0])).toHaveLength(1);
    expect((await getGrant(world.by('ada'), id)).undoUntil).toBeNull();
  });

  test('not after the minute, not what was never revoked, not by others', async () => {
    const id = await world.grant(['write'], ['late.*']);
    await expect(reGrant(world.by('ada'), { grantId: id })).rejects.toMatchObject({ code: 'conflict' });
    await revoke(id);
    await expect(reGrant(world.by('olga'), { grantId: id })).rejects.toMatchObject({ code: 'forbidden' });
    world.clock.advance(61_000);
    await expect(reGrant(world.by('ada'), { grantId: id })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('reduceGrant', () => {
  const reduce = (grantId: string, actions: ('read' | 'write' | 'admin')[], scope: string[]) =>
    reduceGrant(world.by('ada'), { grantId, actions, scope, reason: 'used less' });

  test('puts a narrower grant in its place, creator and end kept', async () => {
    const id = await world.grant(['read', 'write'], ['narrow.*'], inDays(10));
    const { id: narrower } = await reduce(id, ['read'], ['narrow.orders', 'narrow.customers']);
    expect(await getGrant(world.by('ada'), id)).toMatchObject({ state: 'replaced', replacedBy: [narrower] });
    const grant = await getGrant(world.by('ada'), narrower);
    expect(grant).toMatchObject({
      state: 'active',
      actions: ['read'],
      replaces: id,
      createdBy: { name: 'ada' },
    });
    expect(grant.endsAt).toEqual((await getGrant(world.by('ada'), id)).endsAt);
    expect(await world.entries('grant.reduced', id)).toHaveLength(1);
  });

  test('never wider, never the same, and nothing changes then', async () => {
    const id = await world.grant(['read'], ['tight.*', 'other.one']);
    for (const [actions, scope] of [
      [['read', 'admin'], ['tight.*']],
      [['read'], ['*']],
      [['read'], ['other.*']],
      [['read'], ['tight.*', 'public.orders']],
    ] as [('read' | 'admin')[], string[]][]) {
      await expect(reduce(id, actions, scope)).rejects.toMatchObject({ code: 'invalid' });
    }
    await expect(reduce(id, ['read'], ['other.one', 'tight.*'])).rejects.toMatchObject({ code: 'conflict' });
    expect(await getGrant(world.by('ada'), id)).toMatchObject({ state: 'active' });
  });

  test('one of a reduce and a revoke at the same moment wins', async () => {
    const id = await world.grant(['read', 'write'], ['race.*']);
    const results = await Promise.allSettled([reduce(id, ['read'], ['race.*']), revoke(id)]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('not by who neither changes access nor decided so in a review', async () => {
    const id = await world.grant(['read', 'write'], ['mine.*']);
    for (const who of ['olga', 'alan', 'linus', 'mallory'] as const) {
      const input = { grantId: id, actions: ['read' as const], scope: ['mine.*'], reason: 'x' };
      await expect(reduceGrant(world.by(who), input)).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});

describe('endDueGrants', () => {
  test('ends what is due, cuts it, once', async () => {
    const id = await world.grant(['read'], ['due.*'], inDays(1));
    expect(await endDueGrants(world.job())).toBe(0);
    world.clock.advance(2 * 86_400_000);
    await Promise.all([endDueGrants(world.job()), endDueGrants(world.job())]);
    expect(await getGrant(world.by('ada'), id)).toMatchObject({ state: 'ended' });
    expect(await world.entries('grant.ended', id)).toHaveLength(1);
    expect(await world.database.db.cut.count({ where: { subjectId: id } })).toBe(1);
  });

  test('is no person’s', async () => {
    await expect(endDueGrants(world.by('ada'))).rejects.toMatchObject({ code: 'forbidden' });
  });
});
