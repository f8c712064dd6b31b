import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unseal } from '#lib/core/sealing';
import {
  changeResource,
  createResource,
  getResource,
  listResources,
  targetByName,
} from '#lib/resources/index';
import { clientCertificate } from '#tests/support/client-certificate';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';
import { input } from './new-resource.ts';

let world: AccessWorld;
const key = { id: 'k', bytes: new Uint8Array(randomBytes(32)) };
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

const stored = async (id: string) =>
  (await world.database.db.resource.findUniqueOrThrow({ where: { id } })).credentialSealed;

describe('credentials', () => {
  test('are sealed for this resource, and stand on no page and in no entry', async () => {
    const { id } = await createResource(world.by('ada'), { ...input('sealed'), password: 'hunter2' }, key);
    const sealed = (await stored(id)) ?? new Uint8Array();
    expect(unseal(key, sealed, `resource:${id}`).toString()).toBe('hunter2');
    expect(() => unseal(key, sealed, 'resource:res_other')).toThrow();
    const detail = await getResource(world.by('ada'), id);
    expect(detail.hasCredential).toBe(true);
    expect(JSON.stringify([detail, await listResources(world.by('ada'), {})])).not.toMatch(
      /hunter2|credentialSealed/,
    );
    await changeResource(world.by('ada'), { resourceId: id, password: 'hunter3' }, key);
    expect(JSON.stringify(await world.database.db.ledgerEntry.findMany())).not.toMatch(/hunter/);
  });

  test('stay when nothing is said of them, go when null', async () => {
    const { id } = await createResource(world.by('ada'), { ...input('kept'), password: 'hunter2' }, key);
    const before = await stored(id);
    await changeResource(world.by('ada'), { resourceId: id, database: 'other' }, null);
    expect(await stored(id)).toEqual(before);
    await changeResource(world.by('ada'), { resourceId: id, password: null }, null);
    expect(await stored(id)).toBeNull();
  });

  test('go to no other server than the one they were typed for', async () => {
    const { id } = await createResource(world.by('ada'), { ...input('moved'), password: 'hunter2' }, key);
    const before = await world.database.db.resource.findUniqueOrThrow({ where: { id } });
    for (const part of [
      { host: 'mine.example.com' },
      { port: 5433 },
      { caCertificate: 'mine' },
      { tls: 'disable' as const },
    ]) {
      const moving = changeResource(world.by('ada'), { resourceId: id, ...part }, null);
      await expect(moving).rejects.toMatchObject({ code: 'invalid', message: /password again/ });
    }
    expect(await world.database.db.resource.findUniqueOrThrow({ where: { id } })).toEqual(before);
    const moved = { resourceId: id, host: 'db2.example.com', password: 'hunter3' };
    await changeResource(world.by('ada'), moved, key);
    await changeResource(world.by('ada'), { resourceId: id, host: 'db3.example.com', password: null }, null);
    await changeResource(world.by('ada'), { resourceId: id, host: 'db4.example.com' }, null);
  });

  test('can’t be kept without a key', async () => {
    await expect(
      createResource(world.by('ada'), { ...input('keyless'), password: 'x' }, null),
    ).rejects.toMatchObject({ code: 'unavailable' });
    expect(await world.database.db.resource.count({ where: { name: 'keyless' } })).toBe(0);
  });
});

describe('a certificate and settings', () => {
  let pair: Awaited<ReturnType<typeof clientCertificate>>;
  beforeAll(async () => {
    pair = await clientCertificate('gateway');
  });
  const settings = { roles: { migrator: 'shop_migrator', '*': 'shop_reader' }, connectionsMax: 3 };

  test('reach the gateway, and the key stands sealed and nowhere else', async () => {
    const { id } = await createResource(
      world.by('ada'),
      { ...input('certified'), tlsCertificate: pair.certificate, tlsKey: pair.key, settings },
      key,
    );
    const target = await targetByName(world.database.db, 'certified');
    expect(target).toMatchObject({ settings, clientCertificate: { certificate: pair.certificate } });
    const sealed = target?.clientCertificate?.keySealed ?? new Uint8Array();
    expect(unseal(key, sealed, `resource-tls:${id}`).toString()).toBe(pair.key);
    expect(() => unseal(key, sealed, `resource:${id}`)).toThrow();
    const shown = [await getResource(world.by('ada'), id), await listResources(world.by('ada'), {})];
    const entries = await world.database.db.ledgerEntry.findMany();
    const said = JSON.stringify([shown, entries]);
    expect(said).not.toMatch(/PRIVATE KEY|tlsKeySealed/);
    expect(said).not.toContain(pair.key.split('\n')[1]);
    expect(shown[0]).toMatchObject({ settings, tlsCertificate: pair.certificate });
  });

  test('are refused where they can not be read, or do not belong together', async () => {
    const other = await clientCertificate('other');
    const create = (name: string, tlsCertificate: string, tlsKey: string) =>
      createResource(world.by('ada'), { ...input(name), tlsCertificate, tlsKey }, key);
    const fault = (at: string) => ({ code: 'invalid', details: [{ at, message: expect.any(String) }] });
    await expect(create('odd', 'PEM', pair.key)).rejects.toMatchObject(fault('tlsCertificate'));
    await expect(create('odd', pair.certificate, 'KEY')).rejects.toMatchObject(fault('tlsKey'));
    await expect(create('odd', pair.certificate, other.key)).rejects.toMatchObject(fault('tlsKey'));
    const { id: resourceId } = await create('paired', pair.certificate, pair.key);
    const change = (terms: object) => changeResource(world.by('ada'), { resourceId, ...terms }, key);
    await expect(change({ tlsCertificate: other.certificate })).rejects.toMatchObject(fault('tlsKey'));
    await expect(change({ tlsKey: other.key })).rejects.toMatchObject(fault('tlsKey'));
    await change({ tlsCertificate: other.certificate, tlsKey: other.key });
    await change({ tlsCertificate: null, tlsKey: null });
  });

  test('change each by itself, with an entry that says which', async () => {
    const { id } = await createResource(
      world.by('ada'),
      { ...input('turned'), tlsKey: pair.key, settings },
      key,
    );
    await changeResource(world.by('ada'), { resourceId: id, settings: { login: 'entra' } }, null);
    await changeResource(world.by('ada'), { resourceId: id, tlsKey: null }, null);
    const after = await world.database.db.resource.findUniqueOrThrow({ where: { id } });
    expect(after).toMatchObject({ settings: { login: 'entra' }, tlsKeySealed: null });
    const said = (await world.entries('resource.changed', id)).map(({ summary }) => summary);
    expect(said.join('; ')).toMatch(/changed settings.*changed certificate key/);
  });

  test.each([
    ['a role without a name', { roles: { migrator: '' } }],
    ['a role of nobody', { roles: { 'not a name!': 'x' } }],
    ['no session at all', { connectionsMax: 0 }],
    ['a setting that is none', { functions: [1] }],
    ['a setting that nobody knows', { pool: 3 }],
  ])('refuse %s', async (_, wrong) => {
    await expect(
      createResource(world.by('ada'), { ...input('wrong'), settings: wrong } as never, null),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  test('are an admin’s to change', async () => {
    await expect(
      changeResource(world.by('alan'), { resourceId: world.resourceId, settings }, null),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});
