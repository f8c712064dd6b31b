import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessOf, getGrant } from '#lib/grants/index';
import {
  approverGroupIds,
  catalogSeen,
  changeMask,
  changeResource,
  createMask,
  createResource,
  endMask,
  endResource,
  getResource,
  listObjects,
  targetByName,
} from '#lib/resources/index';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';
import { input } from './new-resource.ts';

let world: AccessWorld;
const key = { id: 'k', bytes: new Uint8Array(randomBytes(32)) };
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

test('a setting that is known no more is taken out of what is stored', async () => {
  const { id } = await createResource(
    world.by('ada'),
    { ...input('older'), settings: { connectionsMax: 3 } },
    key,
  );
  const { db } = world.database;
  await db.resource.update({
    where: { id },
    data: { settings: { connectionsMax: 3, functions: [2_200, 16_400] } },
  });
  const worker = { kind: 'worker', id: 'wrk_1', name: 'gateway' } as const;
  const readings = [
    () => targetByName(db, 'older'),
    () => getResource(world.by('ada'), id),
    () => accessOf({ db, clock: world.clock, actor: worker }, world.agentId, id),
  ];
  for (const read of readings) await expect(read()).rejects.toThrow(/functions/);
  const migration = new URL(
    '../../../prisma/migrations/20261126100000_resource_functions/migration.sql',
    import.meta.url,
  );
  await db.$executeRawUnsafe(await readFile(migration, 'utf8'));
  expect(await targetByName(db, 'older')).toMatchObject({ settings: { connectionsMax: 3 } });
  for (const read of readings) expect(await read()).not.toBeNull();
});

describe('createResource refuses', () => {
  test.each([
    ['a host with a path', { host: 'a/b' }],
    ['a host with credentials', { host: 'user@host' }],
    ['port 0', { port: 0 }],
    ['no database', { database: null }],
    ['an unknown TLS mode', { tls: 'prefer' }],
  ])('%s', async (_, wrong) => {
    await expect(
      createResource(world.by('ada'), { ...input('wrong'), ...wrong } as never, null),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  test('a name that is taken', async () => {
    await expect(createResource(world.by('ada'), input('shop'), null)).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('masks', () => {
  const mask = (column: string) =>
    createMask(world.by('ada'), {
      resourceId: world.resourceId,
      column,
      kind: 'partial',
      lookup: 'equality',
    });

  test('one for each column, changed and ended with entries', async () => {
    const { id } = await mask('public.customers.email');
    const results = await Promise.allSettled([mask('public.a.b'), mask('public.a.b')]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await changeMask(world.by('ada'), { maskId: id, lookup: 'none' });
    const target = await targetByName(world.database.db, 'shop');
    expect(target?.resource.masks).toContainEqual({
      id,
      column: 'public.customers.email',
      kind: 'partial',
      lookup: 'none',
      options: {},
    });
    await endMask(world.by('ada'), { maskId: id, reason: 'column dropped' });
    await expect(endMask(world.by('ada'), { maskId: id, reason: 'again' })).rejects.toMatchObject({
      code: 'conflict',
    });
    for (const action of ['mask.created', 'mask.changed', 'mask.ended']) {
      expect(await world.entries(action, id)).toHaveLength(1);
    }
    await mask('public.customers.email');
  });

  test('options that fit the kind are kept; a change replaces them, and must leave none that say nothing', async () => {
    const { id } = await createMask(world.by('ada'), {
      resourceId: world.resourceId,
      column: 'public.staff.born',
      kind: 'generalise',
      options: { bucket: 'month', other_use: 'hold' },
    });
    const stored = async () =>
      (await targetByName(world.database.db, 'shop'))?.resource.masks.find((one) => one.id === id);
    expect(await stored()).toMatchObject({ options: { bucket: 'month', other_use: 'hold' } });
    await expect(changeMask(world.by('ada'), { maskId: id, kind: 'fixed' })).rejects.toMatchObject({
      code: 'invalid',
      details: [expect.objectContaining({ at: 'options.bucket' })],
    });
    await changeMask(world.by('ada'), { maskId: id, kind: 'fixed', options: { to: 'n/a' } });
    expect(await stored()).toMatchObject({ kind: 'fixed', options: { to: 'n/a' } });
    const [entry] = await world.entries('mask.changed', id);
    expect(entry?.payload).toMatchObject({
      before: { kind: 'generalise', options: { bucket: 'month', other_use: 'hold' } },
      change: { kind: 'fixed', options: { to: 'n/a' } },
    });
  });

  test.each([
    { kind: 'fixed', options: { bucket: 'year' } },
    { kind: 'hash', options: { suffix: 2 } },
    { kind: 'partial', options: { suffix: 5 } },
    { kind: 'partial', options: { style: 'card', prefix: 1 } },
    { kind: 'fixed', options: { lookups: 5 } },
    { kind: 'fixed', options: { to: '' } },
    { kind: 'fixed', options: { to: `evil\u202e` } },
    { kind: 'generalise', options: { bucket: 'week' } },
    { kind: 'fixed', options: { other_use: 'allow' } },
    { kind: 'fixed', options: { unknown: 1 } },
  ] as const)('refused: %j', async ({ kind, options }) => {
    const made = createMask(world.by('ada'), {
      resourceId: world.resourceId,
      column: 'public.staff.none',
      kind,
      options: options as never,
    });
    await expect(made).rejects.toMatchObject({ code: 'invalid' });
  });

  test('of a column with an odd name is named in quotes, in one spelling', async () => {
    await mask('public."odd.table"."card ""no"""');
    const target = await targetByName(world.database.db, 'shop');
    const columns = target?.resource.masks.map(({ column }) => column);
    expect(columns).toContain('public."odd.table"."card ""no"""');
    await mask('"public"."orders"."note"');
    await expect(mask('public.orders.note')).rejects.toMatchObject({ code: 'conflict' });
  });

  test.each(['email', 'customers.email', 'a.b.c.d', 'public.*.email', 'public."a.b', ''])(
    '%s is no column',
    async (column) => {
      await expect(mask(column)).rejects.toMatchObject({ code: 'invalid' });
    },
  );
});

describe('catalog', () => {
  const table = (name: string, columns = ['id']) => ({
    schema: 'public',
    name,
    kind: 'table' as const,
    columns,
  });

  test('keeps what is gone, marked, and brings it back', async () => {
    await catalogSeen(world.worker(), world.resourceId, [table('customers', ['id', 'email']), table('old')]);
    world.clock.advance(1_000);
    await catalogSeen(world.worker(), world.resourceId, [table('customers', ['id', 'email', 'ssn'])]);
    const objects = await listObjects(world.by('ada'), world.resourceId);
    expect(objects.map(({ name, goneAt }) => [name, goneAt !== null])).toEqual([
      ['customers', false],
      ['old', true],
    ]);
    expect(objects[0]?.columns.map((column) => [column.name, column.mask?.kind ?? null])).toEqual([
      ['id', null],
      ['email', 'partial'],
      ['ssn', null],
    ]);
    world.clock.advance(1_000);
    await Promise.all(
      [1, 2].map(() => catalogSeen(world.worker(), world.resourceId, [table('customers'), table('old')])),
    );
    expect(
      (await listObjects(world.by('ada'), world.resourceId)).every(({ goneAt }) => goneAt === null),
    ).toBe(true);
  });

  test('is a gateway’s to tell', async () => {
    await expect(catalogSeen(world.by('ada'), world.resourceId, [])).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

test('who answers: the resource’s own groups, else those that the rules name', async () => {
  const { db } = world.database;
  expect(await approverGroupIds(db, world.resourceId)).toEqual([world.dba]);
  const { id } = await createResource(world.by('ada'), input('ungrouped'), null);
  expect(await approverGroupIds(db, id)).toEqual([]);
  await db.policyVersion.create({
    data: {
      files: [
        { name: 'x', text: '@id("hold")\n@approve("dba, security")\npermit (principal, action, resource);' },
      ],
      digest: 'x',
      reason: 'x',
      publishedBy: 'person',
      active: true,
    },
  });
  expect(await approverGroupIds(db, id)).toEqual([world.dba]);
});

test('endResource revokes its grants and forgets its credential', async () => {
  const grantId = await world.grant(['read'], ['ended.*']);
  const { cutIds } = await endResource(world.by('ada'), { resourceId: world.resourceId, reason: 'moved' });
  expect(cutIds.length).toBeGreaterThan(0);
  expect(await getGrant(world.by('ada'), grantId)).toMatchObject({ state: 'revoked' });
  expect(await targetByName(world.database.db, 'shop')).toBeNull();
  await expect(
    endResource(world.by('ada'), { resourceId: world.resourceId, reason: 'x' }),
  ).rejects.toMatchObject({
    code: 'conflict',
  });
});

describe('a change in the browser', () => {
  test('tells only what is other than before, and nothing when nothing is', async () => {
    const { id } = await createResource(world.by('ada'), { ...input('edited'), password: 'hunter2' }, key);
    const all = { ...input('x'), resourceId: id, approverGroupIds: [world.dba], ownerId: null };
    const { name: _name, kind: _kind, ...form } = all;
    await changeResource(world.by('ada'), { ...form, database: 'shop2' }, null);
    const [entry] = await world.entries('resource.changed', id);
    expect(entry?.summary).toBe('ada changed database, approver groups of the resource edited');
    expect(entry?.payload).toMatchObject({
      change: { database: 'shop2', approverGroupIds: [world.dba] },
      credential: 'unchanged',
    });
    await changeResource(world.by('ada'), { ...form, database: 'shop2' }, null);
    expect(await world.entries('resource.changed', id)).toHaveLength(1);
    expect((await getResource(world.by('ada'), id)).hasCredential).toBe(true);
    await changeResource(world.by('ada'), { resourceId: id, approverGroupIds: [] }, null);
    expect((await getResource(world.by('ada'), id)).approverGroups).toEqual([]);
  });

  test('a mask keeps why it is there, and the catalog shows it', async () => {
    const { id } = await createResource(world.by('ada'), input('reasons'), null);
    await catalogSeen(world.worker(), id, [
      { schema: 'public', name: 'people', kind: 'table', columns: ['id', 'email', 'note'] },
    ]);
    const reason = '12 of 50 values look like an e-mail address';
    await createMask(world.by('ada'), {
      resourceId: id,
      column: 'public.people.email',
      kind: 'fixed',
      reason,
    });
    await createMask(world.by('ada'), {
      resourceId: id,
      column: 'public.people.note',
      kind: 'null',
      reason: ' ',
    });
    const [people] = await listObjects(world.by('olga'), id).catch(() => listObjects(world.by('ada'), id));
    expect(people?.columns.map(({ name, mask }) => [name, mask?.reason])).toEqual([
      ['id', undefined],
      ['email', reason],
      ['note', null],
    ]);
    const long = createMask(world.by('ada'), {
      resourceId: id,
      column: 'public.people.id',
      kind: 'null',
      reason: 'x'.repeat(501),
    });
    await expect(long).rejects.toMatchObject({ code: 'invalid' });
  });
});
