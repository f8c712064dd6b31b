import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessOf } from '#lib/grants/index';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

const grantIds = async () => {
  const { grants } = await accessOf(world.worker(), world.agentId, world.resourceId);
  return grants.map(({ id }) => id);
};

test('what another system gave opens nothing at the gateway', async () => {
  const own = await world.grant(['read'], ['public.orders']);
  const imported = await world.grant(['write'], ['public.orders']);
  expect((await grantIds()).sort()).toEqual([own, imported].sort());
  for (const source of ['azure-rbac', 'entra']) {
    await world.database.db.grant.update({ where: { id: imported }, data: { source } });
    expect(await grantIds()).toEqual([own]);
  }
});

test('only a gateway asks', async () => {
  await expect(accessOf(world.by('ada'), world.agentId, world.resourceId)).rejects.toMatchObject({
    code: 'forbidden',
  });
});
