import { beforeAll, describe, expect, test } from 'vitest';
import { applyDeclaration, planDeclaration, readDeclaration } from '#lib/declarations/index';
import { actorOf, apply, clock, control, declared, faultsOf, key } from './fixture.ts';

beforeAll(() => apply(declared));

describe('who may', () => {
  test('--as an admin; nobody else', async () => {
    expect(await faultsOf(`${declared}# changed\n`, { as: 'ADA@example.com' })).toEqual([]);
    for (const as of ['grace@example.com', 'nobody@example.com']) {
      expect(await faultsOf(declared, { as })).toEqual([`${as} is no admin here. Say another: --as EMAIL.`]);
    }
  });

  test('the last admin stays', async () => {
    const without = declared
      .replace('ada@example.com, roles: [admin]', 'ada@example.com, roles: [auditor]')
      .replace('linus@example.com, roles: [auditor]', 'linus@example.com, roles: []');
    expect(await faultsOf(without, { as: 'ada@example.com' })).toEqual([
      'Somebody must stay admin. Give the role to another person first.',
    ]);
    expect((await actorOf('ada@example.com')).roles).toEqual(['admin']);
  });
});

describe('refused, with the place, and nothing written', () => {
  test.each([
    [
      'a dangling owner',
      declared.replace('owner: ada@', 'owner: adam@'),
      'access.yaml:5:30: there is no person adam@example.com',
    ],
    [
      'a dangling issuer',
      declared.replace('issuer: local, claims', 'issuer: lokal, claims'),
      'access.yaml:5:64: there is no issuer lokal',
    ],
    [
      'a dangling agent',
      declared.replace('agent: migrator', 'agent: migrant'),
      'access.yaml:21:14: there is no agent migrant',
    ],
    [
      'a dangling resource',
      declared.replace('resource: shop,', 'resource: shoe,'),
      'access.yaml:21:34: there is no resource shoe',
    ],
    [
      'a dangling group',
      declared.replace('groups: [dba]', 'groups: [dbb]'),
      'access.yaml:28:68: there is no group dbb',
    ],
    [
      'a name that stands twice',
      declared.replace('  - { name: dba }', '  - { name: dba }\n  - { name: dba }'),
      'access.yaml:26:13: dba stands here twice',
    ],
    [
      'a column that is masked twice',
      declared.replace('"public.payments.card_number"', '"public.customers.email"'),
      'access.yaml:19:45: public.customers.email is masked twice',
    ],
    [
      'an option of another mask',
      declared.replace('mask: fixed }', 'mask: fixed, bucket: month }'),
      'access.yaml:19:98: bucket: says nothing with the mask fixed; it belongs to generalise',
    ],
    [
      'a limit of lookups without lookups',
      declared.replace('lookup: equality', 'lookups: 5'),
      'access.yaml:18:72: lookups: says nothing without lookup: equality',
    ],
    [
      'a use that nobody knows',
      declared.replace('mask: fixed }', 'mask: fixed, other_use: allow }'),
      expect.stringContaining('access.yaml:19:101: other_use: '),
    ],
    [
      'a fixed text that would not be known again',
      declared.replace('mask: fixed }', 'mask: fixed, to: "a,b" }'),
      expect.stringContaining('access.yaml:19:94: to: letters, digits'),
    ],
    [
      'a step of one',
      declared.replace('mask: fixed }', 'mask: generalise, bucket: 1 }'),
      expect.stringContaining('access.yaml:19:103: bucket'),
    ],
    [
      'another kind',
      declared.replace('kind: postgres', 'kind: ssh'),
      "access.yaml:8:11: shop is postgres; a kind can't be changed",
    ],
    ['broken Cedar', declared, expect.stringMatching(/^defaults\.cedar:1:\d+/), 'permit (principal'],
  ])('%s', async (_, text, expected, cedar?) => {
    const before = await control.db.ledgerEntry.count();
    const found = await faultsOf(text, cedar ? { policies: cedar } : {});
    expect(found).toContainEqual(expected);
    expect(await control.db.ledgerEntry.count()).toBe(before);
  });

  test('a plan that no longer holds', async () => {
    const changed = declared.replace('port: 5432', 'port: 6000');
    const file = readDeclaration('access.yaml', changed);
    const input = { file, passwords: new Map(), caCertificates: new Map(), policyFiles: undefined, key };
    const context = { db: control.db, clock };
    const plan = await planDeclaration(context, { input, as: null });
    await applyDeclaration(context, { input, as: null }, plan);
    await expect(applyDeclaration(context, { input, as: null }, plan)).rejects.toMatchObject({
      code: 'conflict',
    });
    await apply(declared);
  });

  test('two runs at once: one applies, the other is told', async () => {
    const changed = declared.replace('port: 5432', 'port: 7000');
    const results = await Promise.allSettled([apply(changed), apply(changed)]);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    const entries = await control.db.ledgerEntry.findMany({ where: { action: 'resource.changed' } });
    const toSeven = entries.filter(({ payload }) => JSON.stringify(payload).includes('"port":7000'));
    expect(
      toSeven.filter(({ payload }) => JSON.stringify(payload).match(/"change":\{[^}]*"port":7000/)),
    ).toHaveLength(1);
  });
});
