import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overview, unusedPermissions } from '#lib/usage/index';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

// The list behind the overview's number: it must be that number, row by row.

let world: AccessWorld;
let grantId: string;
let otherGrant: string;

beforeAll(async () => {
  world = await createAccessWorld();
  const { db } = world.database;
  const seen = { firstSeenAt: new Date(0), seenAt: new Date(0), columns: [] };
  await db.resourceObject.createMany({
    data: [
      ...['orders', 'items', '<img src=x onerror=alert(1)>'].map((name) => ({
        ...{ resourceId: world.resourceId, schema: 'public', name, kind: 'table' },
        ...seen,
      })),
      {
        resourceId: world.resourceId,
        schema: 'public',
        name: 'gone',
        kind: 'table',
        goneAt: new Date(),
        ...seen,
      },
    ],
  });
  grantId = await world.grant(['read', 'write'], ['public.*']);
  const otherAgent = await world.agent('reporter');
  const { createGrant } = await import('#lib/grants/index');
  otherGrant = (
    await createGrant(world.by('ada'), {
      agentId: otherAgent,
      resourceId: world.resourceId,
      actions: ['read'],
      scope: ['public.orders'],
      reason: 'report',
      endsAt: null,
    })
  ).id;
  const sessionId = await openTestSession(world, [grantId]);
  await db.$executeRaw`
    INSERT INTO usage (grant_id, day, action, object, used, last_at, last_session_id, last_seq)
    VALUES (${grantId}, current_date, 'read', 'public.orders', 3, now(), ${sessionId}, 1),
      (${grantId}, current_date, 'write', 'public.orders', 0, now(), ${sessionId}, 2)`;
});
afterAll(() => world.database.drop());

const range = () => {
  const to = new Date(world.clock.now().getTime() + 60_000);
  return { from: new Date(to.getTime() - 7 * 86_400_000), to };
};

describe('unused permissions', () => {
  test('are what the overview counts, each once, without what was used or is gone', async () => {
    const all = await unusedPermissions(world.by('ada'), range());
    const shown = await overview(world.by('ada'), range());
    expect({ unused: all.unused, total: all.total }).toEqual(shown.permissions);
    expect(all.rows).toHaveLength(all.unused);
    const mine = all.rows.filter((row) => row.grantId === grantId);
    const names = mine.map(({ action, object }) => `${action} ${object}`);
    expect(names).toContain('write public.orders');
    expect(names).toContain('read public.items');
    expect(names).not.toContain('read public.orders');
    expect(names.join()).not.toContain('gone');
    expect(all.rows.filter((row) => row.grantId === otherGrant)).toMatchObject([
      { agent: { name: 'reporter' }, resource: { name: 'shop' }, action: 'read', object: 'public.orders' },
    ]);
  });

  test('leave out what another system gives: its use is not seen here', async () => {
    const before = await unusedPermissions(world.by('ada'), range());
    const { id: _id, ...terms } = await world.database.db.grant.findUniqueOrThrow({ where: { id: grantId } });
    const given = { ...terms, id: 'gnt_elsewhere', source: 'entra', externalId: 'x', actions: ['schema'] };
    await world.database.db.grant.create({ data: { ...given, scope: terms.scope } });
    const after = await unusedPermissions(world.by('ada'), range());
    expect({ unused: after.unused, total: after.total }).toEqual({
      unused: before.unused,
      total: before.total,
    });
    expect((await overview(world.by('ada'), range())).permissions.total).toBe(before.total);
    await world.database.db.grant.delete({ where: { id: 'gnt_elsewhere' } });
  });

  test('go on at their place when the row of a page’s end is used or gone meanwhile', async () => {
    const all = await unusedPermissions(world.by('ada'), range());
    const first = await unusedPermissions(world.by('ada'), range(), {}, { limit: 1 });
    const [{ action, object } = { action: '', object: '' }] = first.rows;
    const { db } = world.database;
    const used = { grantId: first.rows[0]?.grantId ?? '', day: new Date(), action, object };
    await db.usage.create({
      data: { ...used, used: 1, lastAt: new Date(), lastSessionId: 'ses_x', lastSeq: 9 },
    });
    const rest = await unusedPermissions(world.by('ada'), range(), {}, { cursor: first.next ?? '' });
    expect(rest.rows).toEqual(all.rows.slice(1));
    await db.usage.deleteMany({ where: { grantId: used.grantId, action, object } });
  });

  test('narrow as the overview does, and come in pages without gap or double', async () => {
    const filter = { agentId: world.agentId };
    const shown = await overview(world.by('ada'), range(), filter);
    const rows: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await unusedPermissions(world.by('ada'), range(), filter, { cursor, limit: 2 });
      expect(page.unused).toBe(shown.permissions.unused);
      rows.push(...page.rows.map((row) => `${row.action} ${row.object}`));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(rows).toHaveLength(shown.permissions.unused);
    expect(new Set(rows).size).toBe(rows.length);
  });

  test('of others are not seen, and a forged page marker is refused', async () => {
    expect((await unusedPermissions(world.by('olga'), range())).unused).toBeGreaterThan(0);
    expect(await unusedPermissions(world.by('otto'), range())).toMatchObject({
      rows: [],
      unused: 0,
      total: 0,
    });
    await expect(unusedPermissions(world.by('ada'), range(), {}, { cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(
      unusedPermissions(world.by('ada'), { from: new Date(0), to: new Date(0) }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });
});
