import { describe, expect, test } from 'vitest';
import { unseal } from '#lib/core/sealing';
import { createGrant, revokeGrant } from '#lib/grants/index';
import { clientCertificate } from '#tests/support/client-certificate';
import { actorOf, apply, clock, control, declared, faultsOf, key, policies, said } from './fixture.ts';

describe('the first run', () => {
  test('a dry run plans and writes nothing', async () => {
    const plan = await apply(declared, { dryRun: true });
    expect(plan.changes).toHaveLength(12);
    expect(await control.db.person.count()).toBe(0);
    expect(await control.db.ledgerEntry.count()).toBe(0);
  });

  test('needs an admin in the file, and acts as that one only', async () => {
    expect(await faultsOf(declared.replace('[admin]', '[auditor]'))).toEqual([
      expect.stringContaining('There is no admin yet'),
    ]);
    expect(await faultsOf(declared, { as: 'grace@example.com' })).toEqual([
      expect.stringContaining('acts as the file’s first admin'.replace('’', "'")),
    ]);
    expect(await control.db.person.count()).toBe(0);
  });

  test('makes all of it, in the first admin’s name', async () => {
    const plan = await apply(declared);
    expect(said(plan)).toContain('create grant migrator on shop: read, write, schema on public.*');
    const [grant] = await control.db.grant.findMany({
      include: { createdBy: { include: { accounts: true } } },
    });
    expect(grant).toMatchObject({
      state: 'active',
      endsAt: new Date('2028-01-01T00:00:00Z'),
      managedBy: 'apply',
    });
    expect(grant?.createdBy?.accounts[0]?.email).toBe('ada@example.com');
    const shop = await control.db.resource.findUniqueOrThrow({ where: { name: 'shop' } });
    expect(unseal(key, shop.credentialSealed ?? new Uint8Array(), `resource:${shop.id}`).toString()).toBe(
      'hunter2',
    );
    expect(await control.db.mask.count()).toBe(3);
    expect(await control.db.policyVersion.count({ where: { active: true } })).toBe(1);
    const entries = await control.db.ledgerEntry.findMany();
    expect(entries.find(({ action }) => action === 'declaration.applied')?.payload).toMatchObject({
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const ada = await control.db.account.findUniqueOrThrow({ where: { email: 'ada@example.com' } });
    expect(entries.every(({ actorId }) => actorId === ada.personId)).toBe(true);
    expect(JSON.stringify(entries)).not.toContain('hunter2');
  });
});

describe('again', () => {
  test('changes nothing, and says nothing to the ledger', async () => {
    const before = await control.db.ledgerEntry.count();
    const plan = await apply(declared);
    expect(said(plan)).toEqual([]);
    expect(plan.unchanged).toBe(12);
    expect(await control.db.ledgerEntry.count()).toBe(before);
  });

  test('changes what differs', async () => {
    const changed = declared
      .replace('port: 5432', 'port: 5433')
      .replace('mask: partial, lookup: equality', 'mask: fixed')
      .replace('2027-12-31', '2028-06-30')
      .replace('roles: [auditor]', 'roles: [auditor, owner]');
    expect(said(await apply(changed, { password: 'hunter3' }))).toEqual([
      'change person linus@example.com',
      'change resource shop',
      'change mask shop: public.customers.email',
      'change grant migrator on shop: read, write, schema on public.*',
    ]);
    expect(said(await apply(changed, { password: 'hunter3' }))).toEqual([]);
    expect(await control.db.grant.count({ where: { state: 'active' } })).toBe(1);
    expect(await control.db.cut.count()).toBe(0);
    await apply(declared);
  });

  test('options of masks are set, kept, changed and taken back', async () => {
    const with_ = (options: string) =>
      declared.replace('mask: partial, lookup: equality', `mask: partial, lookup: equality, ${options}`);
    const options = async () =>
      (await control.db.mask.findFirstOrThrow({ where: { column: 'public.customers.email' } })).options;
    const changed = ['change mask shop: public.customers.email'];
    const more = with_('style: generic, prefix: 1, suffix: 0, lookups: 20, other_use: hold');
    expect(said(await apply(more))).toEqual(changed);
    expect(await options()).toEqual({
      style: 'generic',
      prefix: 1,
      suffix: 0,
      lookups: 20,
      other_use: 'hold',
    });
    expect(said(await apply(more))).toEqual([]);
    expect(said(await apply(with_('other_use: mask')))).toEqual(changed);
    expect(await options()).toEqual({ other_use: 'mask' });
    expect(said(await apply(declared))).toEqual(changed);
    expect(await options()).toEqual({});
  });

  test('puts an agent into groups and out of them, each with its entry', async () => {
    const inside = declared.replace(
      'claims: { sub: migrator } } }',
      'claims: { sub: migrator } }, groups: [dba] }',
    );
    const entries = () => control.db.ledgerEntry.count({ where: { action: 'group.changed' } });
    const before = await entries();
    expect(said(await apply(inside))).toEqual(['change agent migrator']);
    expect(await control.db.groupAgent.count()).toBe(1);
    expect(said(await apply(inside))).toEqual([]);
    expect(said(await apply(declared))).toEqual(['change agent migrator']);
    expect(await control.db.groupAgent.count()).toBe(0);
    expect(await entries()).toBe(before + 2);
  });

  test('settings and a certificate are set, kept, changed and taken back', async () => {
    const more = declared.replace(
      'port: 5432',
      'port: 5432\n    roles: { migrator: shop_migrator }\n    connections_max: 4\n    function_calls: [large_objects, public.twice]\n    login: entra',
    );
    const [one, another] = [await clientCertificate('one'), await clientCertificate('another')];
    const shop = () => control.db.resource.findUniqueOrThrow({ where: { name: 'shop' } });
    expect(said(await apply(more, { certificate: one }))).toEqual(['change resource shop']);
    expect(said(await apply(more, { certificate: one }))).toEqual([]);
    const { id, settings, tlsCertificate, tlsKeySealed } = await shop();
    expect(settings).toEqual({
      roles: { migrator: 'shop_migrator' },
      connectionsMax: 4,
      functionCalls: ['large_objects', 'public.twice'],
      login: 'entra',
    });
    expect(tlsCertificate).toBe(one.certificate);
    expect(unseal(key, tlsKeySealed ?? new Uint8Array(), `resource-tls:${id}`).toString()).toBe(one.key);
    expect(said(await apply(more, { certificate: another }))).toEqual(['change resource shop']);
    expect(said(await apply(declared))).toEqual(['change resource shop']);
    expect(await shop()).toMatchObject({ settings: {}, tlsCertificate: null });
    expect(said(await apply(declared))).toEqual([]);
  });

  test('a policy text that differs becomes the next version', async () => {
    const next = await apply(declared, { policies: `${policies}\n// changed\n` });
    expect(said(next)).toEqual(['change policies defaults.cedar']);
    expect(await control.db.policyVersion.count({ where: { active: true } })).toBe(1);
    await apply(declared);
  });

  test('ends what it made and no longer finds, cuts it, and brings it back when named again', async () => {
    const without = declared
      .replace(/^ {2}- \{ name: migrator.*\n/m, '')
      .replace(/^ {2}- \{ agent: migrator.*\n/m, '');
    expect(said(await apply(without))).toEqual([
      'end grant migrator on shop: read, write, schema on public.*',
      'end agent migrator',
    ]);
    expect(await control.db.grant.count({ where: { state: 'active' } })).toBe(0);
    expect(await control.db.cut.count()).toBeGreaterThan(0);
    expect(said(await apply(without))).toEqual([]);
    expect(said(await apply(declared))).toEqual([
      'change agent migrator',
      'create grant migrator on shop: read, write, schema on public.*',
    ]);
  });

  test('what people made is listed and left alone', async () => {
    const ada = await actorOf('ada@example.com');
    const agent = await control.db.agent.findUniqueOrThrow({ where: { name: 'migrator' } });
    const shop = await control.db.resource.findUniqueOrThrow({ where: { name: 'shop' } });
    const { id } = await createGrant(
      { db: control.db, clock, actor: ada },
      {
        agentId: agent.id,
        resourceId: shop.id,
        actions: ['execute'],
        scope: ['app.*'],
        reason: 'x',
        endsAt: null,
      },
    );
    const plan = await apply(declared);
    expect(said(plan)).toEqual([]);
    expect(plan.untouched).toEqual([{ kind: 'grant', name: 'migrator on shop: execute on app.*' }]);
    expect((await control.db.grant.findUniqueOrThrow({ where: { id } })).state).toBe('active');
  });

  test('a grant that a person revoked comes back, and that is said', async () => {
    const ada = await actorOf('ada@example.com');
    const grant = await control.db.grant.findFirstOrThrow({ where: { state: 'active', managedBy: 'apply' } });
    await revokeGrant({ db: control.db, clock, actor: ada }, { grantId: grant.id, reason: 'not used' });
    const plan = await apply(declared);
    expect(plan.changes).toEqual([
      expect.objectContaining({ operation: 'create', kind: 'grant', note: 'Ada revoked it: not used' }),
    ]);
  });

  test('a grant past its end is not made', async () => {
    const past = declared.replace('2027-12-31', '2026-11-23');
    expect(said(await apply(past))).toEqual(['end grant migrator on shop: read, write, schema on public.*']);
    expect(said(await apply(past))).toEqual([]);
    await apply(declared);
  });
});
